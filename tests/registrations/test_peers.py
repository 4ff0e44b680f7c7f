"""Two people of one structure in the same codéveloppement group: pointed out, never refused."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.members.models import Profile
from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.models import Facilitator, Registration
from portal.registrations.services.peers import structure_key
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(tree, people, now):
    """A codéveloppement group of four; ``group.runner`` facilitates it."""
    event = factories.make_cafe(tree.centre, format="codeveloppement", capacity=4)
    (event.runner,) = people(1)
    Facilitator.objects.filter(event=event).delete()
    Facilitator.objects.create(event=event, user=event.runner, added_at=now)
    return event


def from_structure(name):
    user = factories.make_user()
    Profile.objects.update_or_create(user=user, defaults={"structure": name})
    return user


def come(event, now, *names):
    return [services.register(event=event, user=from_structure(name), now=now) for name in names]


def warnings():
    return list(OutgoingMessage.objects.filter(kind="related_peers").values_list("user", flat=True))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ligue de l’Enseignement", "  LIGUE de l'enseignement ", True),
        ("Fédération Léo-Lagrange", "federation leo lagrange", True),
        ("BGE Ouest", "BGE\u00a0Ouest", True),
        ("BGE Ouest", "BGE Est", False),
        ("", "", True),
    ],
)
def test_spellings_of_one_structure(one, other, same):
    assert (structure_key(one) == structure_key(other)) is same


def test_a_pair_is_told_once_to_who_runs_the_group(group, now):
    first, _ = come(group, now, "BGE Ouest", "France Active")
    assert warnings() == []
    (second,) = come(group, now, "bge  ouest")
    assert warnings() == [group.runner.pk]
    (pair,) = services.same_structure_pairs(group)
    assert (pair.structure, pair.people) == ("BGE Ouest", (first.user, second.user))


def test_no_name_is_written(group, now, last_mail):
    first, second = come(group, now, "BGE Ouest", "BGE Ouest")
    message = last_mail(group.runner)
    assert "BGE" not in message.as_string()
    assert second.user.email not in message.as_string()
    assert "structure" not in message["Subject"]


def test_who_waits_makes_no_pair_until_she_has_a_seat(group, now):
    rows = come(group, now, "Un", "Deux", "Trois", "Quatre", "Un")
    assert rows[-1].state == Registration.State.WAITING
    assert warnings() == []
    assert services.same_structure_pairs(group) == []
    services.cancel_registration(registration=rows[1], by=rows[1].user, now=now)
    assert warnings() == [group.runner.pk]
    assert len(services.same_structure_pairs(group)) == 1


def test_an_offered_seat_makes_one_too(group, now):
    rows = come(group, now, "Un", "Deux", "Trois", "Quatre", "Un")
    late = group.start - dt.timedelta(hours=2)
    services.cancel_registration(registration=rows[1], by=rows[1].user, now=late)
    services.take_offered_seat(registration=rows[-1], now=late)
    assert warnings() == [group.runner.pk]


def test_an_editor_who_adds_someone_is_told_too(group, now, admin):
    come(group, now, "Un")
    services.add_over_capacity(event=group, user=from_structure("Un"), by=admin, now=now)
    assert warnings() == [group.runner.pk]


def test_a_seat_given_back_parts_the_pair(group, now):
    first, _ = come(group, now, "Un", "Un")
    services.cancel_registration(registration=first, by=first.user, now=now)
    assert services.same_structure_pairs(group) == []


def test_who_says_no_structure_is_near_nobody(group, now):
    come(group, now, "", " ")
    services.register(event=group, user=factories.make_user(), now=now)
    assert warnings() == []
    assert services.same_structure_pairs(group) == []


def test_without_a_facilitator_the_centre_is_told(group, centre_user, now):
    Facilitator.objects.filter(event=group).delete()
    come(group, now, "Un", "Un")
    assert warnings() == [centre_user.pk]


@pytest.mark.parametrize("make", [factories.make_cafe, factories.make_webinar])
def test_other_meetings_ask_for_no_such_thing(tree, now, make):
    event = make(tree.centre)
    come(event, now, "Un", "Un")
    assert warnings() == []
    assert services.same_structure_pairs(event) == []


def test_the_screen_of_the_organiser_says_it(group, centre_user, now, client):
    come(group, now, "BGE Ouest", "BGE Ouest")
    client.force_login(centre_user)
    screen = client.get(reverse("inscriptions:event", args=[group.pk])).content.decode()
    assert "même structure" in screen
    assert "BGE Ouest" in screen


def test_a_constant_number_of_queries(group, now, django_assert_num_queries):
    come(group, now, "Un", "Un", "Deux", "Deux")
    group = type(group).objects.get(pk=group.pk)
    with django_assert_num_queries(1):
        assert len(services.same_structure_pairs(group)) == 2
