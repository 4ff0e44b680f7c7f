"""Who comes: names with their owner's agreement, for those who come, as long as the rule says."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.registrations import services
from portal.registrations.models import Cycle, Facilitator, Registration
from portal.registrations.participants import may_see_participants, participants_of
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def address(event):
    return reverse("registrations:participants", args=[event.pk])


@pytest.fixture
def named(now):
    """Register someone with a name: ``named(event, "Inès Exemple", visible=True)``."""

    def make(event, name, *, visible=True, **options):
        first, last = name.split()
        user = factories.make_user(first_name=first, last_name=last, **options)
        services.register(event=event, user=user, rule_accepted=True, visible=visible, now=now)
        return user

    return make


@pytest.fixture
def group(tree):
    return factories.make_cafe(tree.centre, capacity=3, confidentiality="entre-pairs")


def test_names_of_who_agreed_and_a_number_for_the_others(client, group, named):
    ines = named(group, "Inès Exemple")
    named(group, "Karim Fictif")
    named(group, "Jeanne Discrète", visible=False)
    named(group, "Paul Attente")
    client.force_login(ines)
    text = client.get(address(group)).content.decode()
    assert "Inès Exemple (vous)" in text
    assert "Karim Fictif" in text
    assert "Discrète" not in text
    assert "et 1\u00a0autre personne." in text
    assert "Attente" not in text, "who waits does not come yet"
    assert "@" not in text.split("<main")[1].split("</main>")[0], "no address"


def test_a_name_that_is_missing_is_not_replaced_by_an_address(client, group, named, people, now):
    ines = named(group, "Inès Exemple")
    (nameless,) = people(1)
    services.register(event=group, user=nameless, rule_accepted=True, visible=True, now=now)
    listed = participants_of(group, ines)
    assert [person.name for person in listed.shown] == ["Inès Exemple"]
    assert listed.others == 1


@pytest.mark.parametrize("who", ["anonymous", "stranger", "waiting", "cancelled", "pending"])
def test_nobody_else_sees_it(client, tree, named, now, who):
    event = factories.make_cafe(tree.centre, capacity=1, audience="public", open_to_pending=True)
    first = named(event, "Inès Exemple")
    if who == "stranger":
        client.force_login(factories.make_user())
    elif who == "waiting":
        client.force_login(named(event, "Paul Attente"))
    elif who == "cancelled":
        registration = Registration.objects.get(user=first)
        services.cancel_registration(registration=registration, by=first, now=now)
        client.force_login(first)
    elif who == "pending":
        # An account that nobody approved may have a seat: it still reads no name.
        services.cancel_registration(registration=Registration.objects.get(user=first), by=first, now=now)
        client.force_login(named(event, "Nouvelle Venue", approved=False))
    response = client.get(address(event))
    assert response.status_code == (302 if who == "anonymous" else 404)
    assert "Exemple" not in response.content.decode()


def test_who_runs_it_sees_it(client, group, named, centre_user, tree, now):
    named(group, "Inès Exemple")
    facilitator = factories.make_user()
    Facilitator.objects.create(event=group, user=facilitator, added_at=now)
    elsewhere = factories.make_user(groups=[factories.make_centre(tree).group])
    for user, status in ((facilitator, 200), (centre_user, 200), (elsewhere, 404)):
        client.force_login(user)
        assert client.get(address(group)).status_code == status


@pytest.mark.parametrize(
    ("rule", "after", "seen"),
    [
        ("entre-pairs", 29 * DAY, True),
        ("entre-pairs", 30 * DAY, False),
        ("ouvert", 200 * DAY, True),
    ],
)
def test_the_rule_says_how_long_the_list_stays(tree, named, rule, after, seen):
    event = factories.make_cafe(tree.centre, confidentiality=rule)
    user = named(event, "Inès Exemple")
    registration = Registration.objects.get(user=user)
    assert may_see_participants(event, user, registration, now=event.end + after) is seen


def test_a_cancelled_event_has_no_list(client, group, named, now):
    ines = named(group, "Inès Exemple")
    services.cancel_event(event=group, by=None, reason="", now=now)
    client.force_login(ines)
    assert client.get(address(group)).status_code == 404


def test_the_way_to_the_list(client, group, named):
    ines = named(group, "Inès Exemple")
    client.force_login(ines)
    for page in (group.url, reverse("registrations:registered", args=[group.pk])):
        assert address(group) in client.get(page).content.decode()
    client.force_login(factories.make_user())
    assert address(group) not in client.get(group.url).content.decode()


def test_the_number_of_queries_does_not_grow(group, named):
    ines = named(group, "Inès Exemple")
    named(group, "Karim Fictif")
    with CaptureQueriesContext(connection) as queries:
        participants_of(group, ines)
    assert len(queries) == 1


# -- being seen, or not


def change(client, event, visible):
    data = {"visible": "on"} if visible else {}
    return client.post(reverse("registrations:visibility", args=[event.pk]), data)


def test_one_changes_ones_mind_both_ways(client, group, named):
    ines = named(group, "Inès Exemple")
    client.force_login(ines)
    assert change(client, group, False)["Location"] == address(group)
    assert not Registration.objects.get(user=ines).visible_to_participants
    change(client, group, True)
    change(client, group, True)
    assert Registration.objects.get(user=ines).visible_to_participants


def test_looking_changes_nothing(client, group, named):
    client.force_login(named(group, "Inès Exemple"))
    assert client.get(reverse("registrations:visibility", args=[group.pk])).status_code == 405
    client.get(address(group))
    assert Registration.objects.get().visible_to_participants


def test_it_holds_on_every_date_of_a_cycle(client, tree, named):
    cycle = Cycle.objects.create(title="Cycle", slug="cycle")
    first, _ = (factories.make_cafe(tree.centre, cycle=cycle, starts_in=d * DAY) for d in (7, 14))
    ines, karim = named(first, "Inès Exemple"), named(first, "Karim Fictif")
    client.force_login(ines)
    change(client, first, False)
    assert not Registration.objects.filter(user=ines, visible_to_participants=True).exists()
    assert Registration.objects.filter(user=karim, visible_to_participants=True).count() == 2


def test_who_waits_may_choose_too(client, tree, named):
    event = factories.make_cafe(tree.centre, capacity=0)
    paul = named(event, "Paul Attente", visible=False)
    client.force_login(paul)
    assert change(client, event, True)["Location"] == reverse("registrations:registered", args=[event.pk])
    assert Registration.objects.get(user=paul).visible_to_participants


def test_nobody_chooses_for_another(client, group, named, centre_user, now):
    named(group, "Inès Exemple", visible=False)
    client.force_login(centre_user)
    assert change(client, group, True).status_code == 404
    registration = Registration.objects.get()
    with pytest.raises(services.MayNotChange):
        services.set_visibility(registration=registration, visible=True, by=centre_user, now=now)
    assert not Registration.objects.get().visible_to_participants


def test_nothing_to_change_once_the_seat_is_given_back(group, named, now):
    ines = named(group, "Inès Exemple")
    registration = services.cancel_registration(registration=Registration.objects.get(), by=ines, now=now)
    with pytest.raises(services.NotActive):
        services.set_visibility(registration=registration, visible=False, by=ines, now=now)
