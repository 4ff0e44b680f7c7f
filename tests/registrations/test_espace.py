import datetime as dt

import pytest
from django.urls import reverse

from portal.registrations import services
from portal.registrations.espace import lines_of
from portal.registrations.models import Registration
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(client, member):
    client.force_login(member)
    return lambda: client.get("/mon-espace/").content.decode()


def test_what_is_next_with_links_to_leave_and_to_the_calendar(space, cafe, member, now):
    services.register(event=cafe, user=member, question="Une paie en retard", now=now)
    page = space()
    assert cafe.title in page
    assert reverse("registrations:cancel", args=[cafe.pk]) in page
    assert reverse("registrations:event_ics", args=[cafe.pk]) in page
    assert "Une paie en retard" in page
    assert cafe.meeting_url not in page, "not a week before"


def test_the_way_in_shows_the_day_before_to_who_has_a_seat(space, tree, member, people, now):
    event = factories.make_cafe(tree.centre, capacity=1, starts_in=dt.timedelta(hours=5))
    full = factories.make_cafe(
        tree.centre,
        capacity=1,
        starts_in=dt.timedelta(hours=6),
        meeting_url="https://visio.example.org/pleine",
    )
    services.register(event=event, user=member, now=now)
    services.register(event=full, user=people(1)[0], now=now)
    services.register(event=full, user=member, now=now)
    page = space()
    assert reverse("registrations:join", args=[event.pk]) in page
    assert reverse("registrations:join", args=[full.pk]) not in page
    assert event.meeting_url not in page, "the address comes with the button's answer, which notes presence"


def test_waiting_shows_the_rank(space, cafe, member, fill, now):
    fill(cafe, 3)
    services.register(event=cafe, user=member, now=now)
    page = space()
    assert "En file d’attente" in page
    assert "Vous êtes 2<sup>e</sup> dans la file." in page


def test_cancelled_unpublished_and_past(space, tree, member, now):
    cancelled, gone = (
        factories.make_cafe(tree.centre, title="Annule"),
        factories.make_cafe(tree.centre, title="Parti"),
    )
    for event in (cancelled, gone):
        services.register(event=event, user=member, now=now)
    services.cancel_event(event=cancelled, by=None, reason="Une autre date suit.", now=now)
    gone.unpublish()
    past = factories.make_cafe(tree.centre, title="Passe", starts_in=dt.timedelta(days=-9))
    Registration.objects.create(
        event=past, user=member, state="confirmee", attendance="present", created_at=now, confirmed_at=now,
        brought_situation=True,
    )  # fmt: skip
    page = space()
    assert "Une autre date suit." in page
    assert "Ce rendez-vous n’est plus en ligne." in page
    assert "vous y avez apporté une situation" in page


def test_an_empty_space_invites(space):
    assert "Rien de prévu" in space()


def test_a_constant_number_of_queries(tree, member, people, now, django_assert_max_num_queries):
    others = people(2)
    for number in range(6):
        event = factories.make_cafe(tree.centre, capacity=number % 2 + 1)
        for user in (*others, member):
            services.register(event=event, user=user, now=now)
    with django_assert_max_num_queries(2):
        lines = lines_of(member, now=now)
    assert sorted(line.rank for line in lines["waiting"]) == [1, 1, 1, 2, 2, 2]
