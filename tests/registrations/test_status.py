import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from portal.registrations import services
from portal.registrations.models import EventPage
from portal.registrations.status import status_of
from tests import factories

pytestmark = pytest.mark.django_db


def state(event, user, now):
    return status_of(EventPage.objects.get(pk=event.pk), user, now=now)


def test_open_full_confirmed_waiting(cafe, people, now):
    first, second, third, fourth = people(4)
    assert state(cafe, first, now).state == "open"
    assert state(cafe, first, now).seats_left == 2
    mine = services.register(event=cafe, user=first, now=now)
    services.register(event=cafe, user=second, now=now)
    full = state(cafe, third, now)
    assert (full.state, full.rank, full.seats_left, full.capacity, full.waiting) == ("full", 1, 0, 2, 0)
    services.register(event=cafe, user=third, now=now)
    assert (state(cafe, third, now).state, state(cafe, third, now).rank) == ("waiting", 1)
    assert state(cafe, fourth, now).rank == 2
    confirmed = state(cafe, first, now)
    assert (confirmed.state, confirmed.registration, confirmed.rank) == ("confirmed", mine, None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"starts_in": dt.timedelta(hours=-5)}, "past"),
        ({"starts_in": dt.timedelta(minutes=-5)}, "closed"),
        ({"registration_mode": "aucune"}, "none"),
        ({"registration_mode": "externe", "registration_url": "https://exemple.test/"}, "external"),
        ({"capacity": None}, "open"),
        ({"capacity": 0}, "full"),
    ],
)
def test_other_states(tree, member, now, fields, expected):
    assert state(factories.make_cafe(tree.centre, **fields), member, now).state == expected


def test_the_window(tree, member, now):
    later = factories.make_cafe(tree.centre, registration_opens_at=now + dt.timedelta(hours=1))
    closed = factories.make_cafe(tree.centre, registration_closes_at=now - dt.timedelta(hours=1))
    assert state(later, member, now).state == "not_open"
    assert state(closed, member, now).state == "closed"


def test_registration_closes_at_the_start_at_the_latest(tree, member, now):
    """A page moved earlier may keep a closing that is now later than its start."""
    start = now - dt.timedelta(minutes=5)
    event = factories.make_cafe(tree.centre, starts_in=dt.timedelta(minutes=-5))
    EventPage.objects.filter(pk=event.pk).update(
        start=start, registration_closes_at=now + dt.timedelta(minutes=10)
    )
    found = state(event, member, now)
    assert (found.state, found.closes_at) == ("closed", start)
    with pytest.raises(services.EventStarted):
        services.register(event=event, user=member, rule_accepted=True, now=now)


def test_a_closing_after_the_start_is_refused(cafe):
    cafe.registration_closes_at = cafe.start
    cafe.full_clean()
    cafe.registration_closes_at = cafe.start + dt.timedelta(minutes=1)
    with pytest.raises(ValidationError) as caught:
        cafe.full_clean()
    assert caught.value.message_dict == {
        "registration_closes_at": ["Les inscriptions ferment au plus tard au début du rendez-vous."]
    }


def test_cancelled_comes_first(cafe, member, now):
    services.register(event=cafe, user=member, now=now)
    services.cancel_event(event=cafe, by=None, reason="", now=now)
    assert state(cafe, member, now).state == "cancelled"


def test_who_asks(tree, pending, now):
    event = factories.make_cafe(tree.centre, audience="public")
    assert state(event, AnonymousUser(), now).state == "needs_account"
    assert state(event, pending, now).state == "needs_approval"
    webinar = factories.make_webinar(tree.centre)
    assert state(webinar, pending, now).state == "open"


def test_a_cycle_that_has_begun_is_closed(tree, member, now):
    from portal.registrations.models import Cycle

    cycle = Cycle.objects.create(title="Cycle", slug="cycle")
    factories.make_cafe(tree.centre, cycle=cycle, starts_in=dt.timedelta(days=-1))
    second = factories.make_cafe(tree.centre, cycle=cycle)
    assert state(second, member, now).state == "closed"


def test_status_and_service_agree(tree, member, pending, now):
    """What the button offers is what the service does."""
    events = [
        factories.make_cafe(tree.centre),
        factories.make_cafe(tree.centre, audience="public"),
        factories.make_webinar(tree.centre),
        factories.make_cafe(tree.centre, capacity=0),
        factories.make_cafe(tree.centre, starts_in=dt.timedelta(hours=-5)),
        factories.make_cafe(tree.centre, starts_in=dt.timedelta(minutes=-5)),
        factories.make_cafe(tree.centre, registration_mode="aucune"),
        factories.make_cafe(tree.centre, registration_opens_at=now + dt.timedelta(hours=1)),
        factories.make_cafe(tree.centre, registration_closes_at=now - dt.timedelta(hours=1)),
    ]
    for event in events:
        for user in (member, pending):
            if not event.is_visible_to(user):
                continue
            offered = state(event, user, now).state in ("open", "full")
            try:
                services.register(event=event, user=user, rule_accepted=True, now=now)
            except services.RegistrationRefused:
                assert not offered, event
            else:
                assert offered, event


def test_a_constant_number_of_queries(cafe, member, fill, now, django_assert_max_num_queries):
    fill(cafe, 5)
    services.register(event=cafe, user=member, now=now)
    event = EventPage.objects.select_related("state").with_seats().get(pk=cafe.pk)
    with django_assert_max_num_queries(2):
        status_of(event, member, now=now)
