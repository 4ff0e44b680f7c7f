"""A cycle of which one date does not take place: the other dates stand, and their seats with them."""

import datetime as dt

import pytest

from portal.registrations import services
from portal.registrations.models import Cycle, EventPage, Registration
from portal.registrations.privacy import erase_registrations
from portal.registrations.status import status_of
from tests import factories

from .conftest import calendars_of

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State


@pytest.fixture
def make_cycle(tree):
    """A cycle of one date a week: ``make_cycle(2, 1)`` has two seats on the first and one on the second."""

    def make(*capacities):
        cycle = Cycle.objects.create(title="Matinées", slug="matinees")
        return [
            factories.make_cafe(
                tree.centre, capacity=capacity, cycle=cycle, starts_in=dt.timedelta(days=7 * week)
            )
            for week, capacity in enumerate(capacities, start=1)
        ]

    return make


def register(event, user, now):
    return services.register(event=event, user=user, rule_accepted=True, now=now)


def state_on(event, user):
    return Registration.objects.get(event=event, user=user).state


def cancel(event, now):
    services.cancel_event(event=event, by=None, reason="", now=now)


def unpublish(event, now):
    event.unpublish()


GONE = pytest.mark.parametrize("leaves", [cancel, unpublish])


# -- a seat given back through a date that does not take place


@GONE
def test_what_is_freed_on_the_other_dates_goes_to_the_queue(
    make_cycle, people, now, mails, last_mail, leaves
):
    first, second = make_cycle(1, 1)
    holder, waiter = people(2)
    mine = register(first, holder, now)
    register(first, waiter, now)
    leaves(first, now)
    services.cancel_registration(registration=mine, by=holder, now=now)
    assert [state_on(event, holder) for event in (first, second)] == [CANCELLED, CANCELLED]
    assert [state_on(event, waiter) for event in (first, second)] == [WAITING, CONFIRMED]
    assert mails(waiter)[-1] == "seat_given"
    (file,) = calendars_of(last_mail(waiter))
    assert f"UID:rendez-vous-{second.pk}@" in file


@GONE
def test_who_waits_for_the_dates_that_stand_only_is_served_too(make_cycle, people, now, leaves):
    """She came after the first date was taken away: she is not in its queue."""
    first, second = make_cycle(1, 1)
    holder, late = people(2)
    mine = register(first, holder, now)
    leaves(first, now)
    register(second, late, now)
    services.cancel_registration(registration=mine, by=holder, now=now)
    assert state_on(second, late) == CONFIRMED


def test_the_queue_of_the_dates_that_stand_keeps_its_order(make_cycle, people, now):
    first, second = make_cycle(1, 1)
    holder, waiter, late = people(3)
    mine = register(first, holder, now)
    register(first, waiter, now)
    cancel(first, now)
    register(second, late, now)
    services.cancel_registration(registration=mine, by=holder, now=now)
    assert [state_on(second, user) for user in (waiter, late)] == [CONFIRMED, WAITING]


def test_the_mail_withdraws_the_dates_that_stand(make_cycle, member, now, mails, last_mail):
    first, second = make_cycle(1, 1)
    mine = register(first, member, now)
    cancel(first, now)
    services.cancel_registration(registration=mine, by=member, now=now)
    assert mails(member) == ["registration_confirmed", "event_cancelled", "registration_cancelled"]
    (file,) = calendars_of(last_mail(member))
    assert "METHOD:CANCEL" in file
    assert f"UID:rendez-vous-{second.pk}@" in file


def test_an_unpublished_date_is_withdrawn_from_her_calendar_too(make_cycle, member, now, last_mail):
    first, second = make_cycle(1, 1)
    mine = register(first, member, now)
    unpublish(first, now)
    services.cancel_registration(registration=mine, by=member, now=now)
    files = calendars_of(last_mail(member))
    assert [
        f"UID:rendez-vous-{event.pk}@" in file for event, file in zip((first, second), files, strict=True)
    ]
    assert all("METHOD:CANCEL" in file for file in files)


def test_a_seat_obtained_after_the_first_date_was_cancelled_is_withdrawn(make_cycle, people, now, last_mail):
    """She still waits on the cancelled date, but has the other one in her calendar."""
    first, second = make_cycle(1, 1)
    holder, waiter = people(2)
    held = register(first, holder, now)
    waiting = register(first, waiter, now)
    cancel(first, now)
    services.cancel_registration(registration=held, by=holder, now=now)
    services.cancel_registration(registration=waiting, by=waiter, now=now)
    (file,) = calendars_of(last_mail(waiter))
    assert "METHOD:CANCEL" in file
    assert f"UID:rendez-vous-{second.pk}@" in file


@GONE
def test_erasing_someone_serves_the_dates_that_stand(make_cycle, people, now, mails, leaves):
    first, second = make_cycle(1, 1)
    holder, waiter = people(2)
    register(first, holder, now)
    register(first, waiter, now)
    leaves(first, now)
    before = mails(holder)
    erase_registrations(user=holder, now=now)
    assert not Registration.objects.filter(user=holder).exists()
    assert state_on(second, waiter) == CONFIRMED
    assert mails(waiter)[-1] == "seat_given"
    assert mails(holder) == before, "nothing is written to who leaves"


def test_cancelling_the_fullest_date_serves_the_others(make_cycle, people, now, mails):
    first, second = make_cycle(1, 2)
    holder, waiter = people(2)
    register(first, holder, now)
    register(first, waiter, now)
    cancel(first, now)
    assert [state_on(event, waiter) for event in (first, second)] == [WAITING, CONFIRMED]
    assert mails(waiter) == ["registration_waiting", "seat_given", "event_cancelled"]


def test_nobody_is_served_once_a_date_that_stands_has_started(make_cycle, people, now):
    first, second, third = make_cycle(1, 1, 1)
    holder, waiter = people(2)
    register(first, holder, now)
    register(first, waiter, now)
    cancel(third, now)
    held = Registration.objects.get(event=third, user=holder)
    services.cancel_registration(registration=held, by=holder, now=first.start)
    assert [state_on(event, waiter) for event in (first, second)] == [WAITING, WAITING]


# -- what the button says is what the service does


def status(event, user, now):
    return status_of(EventPage.objects.get(pk=event.pk), user, now=now)


@pytest.mark.parametrize("roomy", [2, None])
def test_a_cycle_is_as_full_as_its_fullest_date(make_cycle, people, now, roomy):
    first, second = make_cycle(roomy, 1)
    holder, other = people(2)
    before = status(first, other, now)
    assert (before.state, before.seats_left, before.capacity) == ("open", 1, 1)
    register(first, holder, now)
    for event in (first, second):
        found = status(event, other, now)
        assert (found.state, found.seats_left, found.capacity, found.rank) == ("full", 0, 1, 1)
    assert register(first, other, now).state == WAITING


@GONE
def test_a_date_that_does_not_take_place_fills_nothing(make_cycle, people, now, leaves):
    first, second = make_cycle(2, 1)
    holder, other = people(2)
    register(first, holder, now)
    leaves(second, now)
    found = status(first, other, now)
    assert (found.state, found.seats_left, found.capacity) == ("open", 1, 2)
    assert register(first, other, now).state == CONFIRMED


def test_the_status_of_a_cycle_costs_the_same_whatever_its_length(
    make_cycle, member, now, django_assert_max_num_queries
):
    first, *_ = make_cycle(2, 2, 1, 2, 2)
    register(first, member, now)
    event = EventPage.objects.select_related("state").with_seats().get(pk=first.pk)
    with django_assert_max_num_queries(3):
        status_of(event, member, now=now)
