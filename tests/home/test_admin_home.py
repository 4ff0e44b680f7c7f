"""The admin's first page of a centre: what waits for it, and nothing of another centre."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, Page

from portal.commissioning.models import Need
from portal.home.skeleton import ensure_site
from tests import factories


@pytest.fixture
def home(client, tree, centre_user):
    """The text of the panel, asked for when it is called."""
    client.force_login(centre_user)

    def read() -> BeautifulSoup:
        page = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
        return page.find("section", class_="portal-centre")

    return read


def need(state, centre=None, **fields):
    now = timezone.now()
    return Need.objects.create(
        question=fields.pop("question", "Qui paie les salaires ?"),
        state=state, centre=centre, created_at=now, changed_at=now, **fields,
    )  # fmt: skip


def test_nothing_late_is_said(home):
    assert "Rien en retard" in home().get_text()


def test_a_session_to_close_out_comes_first(home, tree):
    event = factories.make_cafe(tree.centre, starts_in=dt.timedelta(days=-2), title="Un café d’avant-hier")
    factories.make_cafe(factories.make_centre(tree), starts_in=dt.timedelta(days=-2), title="Celui d’à côté")
    panel = home()
    assert panel.find("a", href=f"/rendez-vous/{event.pk}/animation/#cloturer")
    assert "Celui d’à côté" not in panel.get_text()
    assert "Rien en retard" not in panel.get_text()


def test_drafts_are_to_finish_and_what_is_in_review_is_not(home, tree, centre_user):
    fiche = factories.make_fiche(tree.centre, title="Une fiche à finir")
    fiche.draft_title = fiche.title = "Une fiche reprise"
    fiche.save_revision()
    assert "Une fiche reprise" in home().get_text()
    workflow = fiche.get_workflow()
    if workflow:
        workflow.start(fiche, centre_user)
        assert "Une fiche reprise" not in home().get_text()


def test_a_page_that_was_withdrawn_is_not_to_finish(home, tree):
    factories.make_fiche(tree.centre, title="Une fiche retirée").unpublish()
    assert "Une fiche retirée" not in home().get_text()


def test_promised_fiches_and_those_to_take_up(home, tree):
    mine = need(Need.State.TAKEN, tree.centre, promised_on=timezone.localdate() - dt.timedelta(days=1))
    need(Need.State.TAKEN, factories.make_centre(tree), question="Celle d’à côté ?")
    need(Need.State.OPEN)
    panel = home()
    assert panel.find("a", href=reverse("board:need", args=[mine.pk]))
    assert panel.find("span", class_="portal-centre__late")
    assert "Celle d’à côté" not in panel.get_text()
    assert "1\u00a0question du réseau attend" in panel.get_text()


def test_next_sessions_lead_to_their_registrations(home, tree):
    event = factories.make_cafe(tree.centre, title="Le prochain café")
    assert (
        home().find("a", href=reverse("inscriptions:event", args=[event.pk])).get_text() == "Le prochain café"
    )


def test_the_admin_wears_the_portal_s_icon(client, tree, centre_user):
    client.force_login(centre_user)
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    icons = [link["href"] for link in page.find_all("link", rel="icon")]
    assert len(icons) == 1
    assert "portal/img/favicon" in icons[0]
    assert not page.find("link", rel="shortcut")


def test_nothing_on_it_is_left_in_english(client, tree, admin):
    client.force_login(admin)
    assert "Media file" not in client.get("/admin/").content.decode()
    ensure_site(hostname="localhost")
    assert not Page.objects.filter(depth=1, title="Root").exists()
    assert not Collection.objects.filter(depth=1, name="Root").exists()


def test_a_root_that_someone_named_keeps_its_name(tree):
    Collection.objects.filter(depth=1).update(name="Tous les fichiers")
    ensure_site(hostname="localhost")
    assert Collection.objects.get(depth=1).name == "Tous les fichiers"


def test_promoted_results_say_what_counts_as_the_same_search(client, tree, admin):
    client.force_login(admin)
    page = client.get(reverse("wagtailsearchpromotions:add")).content.decode()
    assert "comprend de même" in page
    assert "correspondance exacte" not in page
    assert "complète et exacte" not in page
