"""What the board holds of a person, and how it forgets her."""

import pytest

from portal.commissioning import services
from portal.commissioning.models import GapReport, NeedChange, Watch
from portal.members.privacy import erase_person, export_person
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def active(taken, centre_user, now):
    """A person of a centre who took a fiche, waits for it and reported a gap."""
    services.watch(user=centre_user, need=taken, now=now)
    services.report_gap(text="Un modèle de bail", searched="bail", user=centre_user, now=now)
    return centre_user


def test_she_takes_it_all_away(active, taken, now):
    data = export_person(user=active, by=active, now=now)["donnees"]["fiches-a-ecrire"]
    assert data["fiches_attendues"][0]["question"] == taken.question
    assert data["manques_signales"][0]["texte"] == "Un modèle de bail"
    assert data["fiches_prises"][0]["question"] == taken.question
    assert [line["quoi"] for line in data["actes_au_tableau"]] == ["Prise"]


def test_nothing_of_another(active, now):
    other = factories.make_user()
    data = export_person(user=other, by=other, now=now)["donnees"]["fiches-a-ecrire"]
    assert not any(data.values())


def test_she_is_forgotten_and_her_centre_goes_on(active, taken, tree, member, now):
    services.watch(user=member, need=taken, now=now)
    erase_person(user=active, by=active, now=now)
    taken.refresh_from_db()
    assert (taken.centre, taken.claimed_by) == (tree.centre, None)
    assert list(Watch.objects.values_list("user", flat=True)) == [member.pk]
    assert not GapReport.objects.exists()
    assert not NeedChange.objects.filter(by=active).exists()
    assert NeedChange.objects.filter(action="prise").exists()
