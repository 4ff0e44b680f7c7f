"""A freed seat belongs to the queue: given in order until the day before, then offered to all who wait."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.models import Registration
from tests import factories

from .conftest import calendars_of
from .queue_steps import HOURS, body, give_back, on_offer, publish, states, status

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State
#: The portal’s identity, her groups, her time zone, the message itself.
QUERIES_A_MESSAGE = 6


# -- given, until the day before


def test_the_mail_of_a_given_seat_says_how_to_give_it_back(cafe, fill, now, last_mail):
    first, _, third = fill(cafe, 3)
    give_back(first, now)
    assert reverse("registrations:cancel", args=[cafe.pk]) in body(last_mail(third.user))


@pytest.mark.parametrize(
    ("before", "given"), [(24 * HOURS + dt.timedelta(seconds=1), True), (24 * HOURS, False)]
)
def test_the_line_is_at_24_hours(cafe, fill, now, before, given):
    first, _, third = fill(cafe, 3)
    give_back(first, cafe.start - before)
    assert states(third) == [CONFIRMED if given else WAITING]
    assert on_offer(cafe) == (0 if given else 1)


def test_the_queue_is_served_once_registration_has_closed(tree, fill, people, now, mails):
    closes_at = now + 48 * HOURS
    event = factories.make_cafe(tree.centre, capacity=1, registration_closes_at=closes_at)
    first, second = fill(event, 2)
    with pytest.raises(services.RegistrationClosed):
        services.register(event=event, user=people(1)[0], now=closes_at)
    give_back(first, closes_at)
    assert states(second) == [CONFIRMED]
    assert mails(second.user)[-1] == "seat_given"


def test_who_can_come_no_more_holds_back_no_newcomer(cafe, fill, people, now):
    """Before, a newcomer waited behind somebody who would never be served."""
    *_, third = fill(cafe, 3)
    third.user.is_active = False
    third.user.save()
    first = cafe.registrations.confirmed().first()
    give_back(first, now)
    (late,) = people(1)
    assert services.register(event=cafe, user=late, now=now).state == CONFIRMED
    assert states(third) == [WAITING], "she keeps her rank, should her account be opened again"


# -- offered, in the last hours


def test_a_late_seat_is_offered_to_everyone_who_waits(late, fill, now, mails, last_mail):
    first, _, third, fourth = fill(late, 4)
    give_back(first, now)
    assert states(third, fourth) == [WAITING, WAITING]
    for row in (third, fourth):
        assert mails(row.user) == ["registration_waiting", "seat_offered"]
        assert reverse("registrations:take_seat", args=[late.pk]) in body(last_mail(row.user))
        assert calendars_of(last_mail(row.user)) == []


def test_the_offer_is_not_sent_after_the_start(late, fill, now):
    first, *_ = fill(late, 3)
    give_back(first, now)
    row = OutgoingMessage.objects.get(kind="seat_offered")
    assert abs(row.expires_at - late.start) < dt.timedelta(seconds=2)


def test_nobody_is_told_twice_of_the_same_seat(late, fill, now, mails):
    first, second, third = fill(late, 3)
    give_back(first, now)
    publish(late, summary="Un autre résumé")
    publish(late)
    assert mails(third.user).count("seat_offered") == 1
    give_back(second, now)
    assert mails(third.user).count("seat_offered") == 2, "another seat"
    assert on_offer(late) == 2


def test_first_come_first_served(late, fill, now, mails, last_mail):
    first, _, third, fourth = fill(late, 4)
    give_back(first, now)
    taken = services.take_offered_seat(registration=fourth, now=now)
    assert (taken.state, taken.confirmed_at) == (CONFIRMED, now)
    assert mails(fourth.user)[-1] == "registration_confirmed"
    assert len(calendars_of(last_mail(fourth.user))) == 1
    with pytest.raises(services.SeatTaken) as caught:
        services.take_offered_seat(registration=third, now=now)
    assert "rang" in caught.value.sentence
    assert states(third) == [WAITING]
    assert third.rank() == 1
    assert on_offer(late) == 0


def test_a_seat_taken_then_given_back_is_a_new_one(late, fill, now, mails):
    first, _, third, fourth = fill(late, 4)
    give_back(first, now)
    taken = services.take_offered_seat(registration=fourth, now=now)
    give_back(taken, now)
    assert mails(third.user).count("seat_offered") == 2
    assert on_offer(late) == 1


def test_double_click(late, fill, now, mails):
    first, _, third = fill(late, 3)
    give_back(first, now)
    services.take_offered_seat(registration=third, now=now)
    with pytest.raises(services.AlreadyRegistered):
        services.take_offered_seat(registration=third, now=now)
    assert mails(third.user).count("registration_confirmed") == 1


def test_more_seats_are_offered_too(late, fill, now, mails, last_mail):
    *_, third, fourth = fill(late, 4)
    publish(late, capacity=4)
    assert states(third, fourth) == [WAITING, WAITING]
    assert mails(third.user) == ["registration_waiting", "seat_offered"]
    assert "2 places sont à prendre" in body(last_mail(third.user))


def test_without_a_limit_all_who_wait_come_in(late, fill, mails):
    *_, third, fourth = fill(late, 4)
    publish(late, capacity=None)
    assert states(third, fourth) == [CONFIRMED, CONFIRMED]
    assert mails(third.user) == ["registration_waiting", "seat_given"]


def test_fewer_seats_take_an_offer_back(late, fill, now):
    first, _, third = fill(late, 3)
    give_back(first, now)
    publish(late, capacity=1)
    assert on_offer(late) == 0
    with pytest.raises(services.SeatTaken):
        services.take_offered_seat(registration=third, now=now)


def test_a_late_newcomer_joins_those_who_wait_and_takes_her_chance(late, fill, people, now, mails, last_mail):
    first, *_ = fill(late, 3)
    give_back(first, now)
    (newcomer,) = people(1)
    found = status(late, newcomer, now)
    assert (found.state, found.on_offer, found.rank) == ("full", 1, 2)
    made = services.register(event=late, user=newcomer, now=now)
    assert made.state == WAITING
    assert mails(newcomer) == ["registration_waiting"], "told of the offer at once, and once"
    assert reverse("registrations:take_seat", args=[late.pk]) in body(last_mail(newcomer))
    assert services.take_offered_seat(registration=made, now=now).state == CONFIRMED


def test_a_late_newcomer_has_a_seat_where_nobody_waits(late, fill, people, now):
    first, _, third = fill(late, 3)
    services.cancel_registration(registration=third, by=third.user, now=now)
    give_back(first, now)
    (newcomer,) = people(1)
    assert status(late, newcomer, now).state == "open"
    assert services.register(event=late, user=newcomer, now=now).state == CONFIRMED


def test_an_offer_ends_with_the_queue(late, fill, people, now, mails):
    """The next to wait is told of the next seat, not confused with the one nobody wanted."""
    first, _, third = fill(late, 3)
    give_back(first, now)
    services.cancel_registration(registration=third, by=third.user, now=now)
    assert on_offer(late) == 0
    seated, waiting = people(2)
    mine = services.register(event=late, user=seated, now=now)
    assert services.register(event=late, user=waiting, now=now).state == WAITING
    give_back(mine, now)
    assert mails(waiting) == ["registration_waiting", "seat_offered"]


def test_who_may_not_come_any_more_is_offered_nothing(late, fill, now, mails):
    first, _, third = fill(late, 3)
    third.user.approved_at = None
    third.user.save()
    give_back(first, now)
    assert "seat_offered" not in mails(third.user)
    with pytest.raises(services.NotAvailable):
        services.take_offered_seat(registration=third, now=now)


def test_a_seat_that_an_editor_gives_is_no_longer_on_offer(late, fill, people, now, admin):
    first, *_ = fill(late, 3)
    give_back(first, now)
    services.add_over_capacity(event=late, user=people(1)[0], by=admin, now=now)
    assert on_offer(late) == 0


def test_moved_to_later_an_offer_becomes_a_seat_given(late, fill, now, mails):
    first, _, third = fill(late, 3)
    give_back(first, now)
    publish(late, start=late.start + 72 * HOURS, end=late.end + 72 * HOURS)
    assert states(third) == [CONFIRMED]
    assert "seat_given" in mails(third.user)
    assert on_offer(late) == 0


REFUSED = {
    "before": (lambda event, now: event.start - 30 * HOURS, services.NothingOffered),
    "started": (lambda event, now: event.start, services.EventStarted),
    "over": (lambda event, now: event.end, services.EventOver),
}


@pytest.mark.parametrize("case", REFUSED)
def test_when_there_is_nothing_to_take(cafe, fill, now, case):
    *_, third = fill(cafe, 3)
    when, refusal = REFUSED[case]
    with pytest.raises(refusal):
        services.take_offered_seat(registration=third, now=when(cafe, now))
    assert states(third) == [WAITING]


def test_nothing_is_taken_of_what_is_cancelled_or_off_line(late, fill, now):
    first, _, third = fill(late, 3)
    give_back(first, now)
    late.unpublish()
    with pytest.raises(services.NotAvailable):
        services.take_offered_seat(registration=third, now=now)
    services.cancel_event(event=late, by=None, reason="", now=now)
    with pytest.raises(services.EventCancelled):
        services.take_offered_seat(registration=third, now=now)
    assert on_offer(late) == 0


def test_a_place_that_was_left_takes_nothing(late, fill, now):
    first, _, third, _ = fill(late, 4)
    give_back(first, now)
    services.cancel_registration(registration=third, by=third.user, now=now)
    with pytest.raises(services.NotActive):
        services.take_offered_seat(registration=third, now=now)


def test_what_an_offer_costs_grows_by_its_messages_alone(late, fill, now):
    first, second, *_ = fill(late, 4)
    with CaptureQueriesContext(connection) as few:
        give_back(first, now)
    fill(late, 10)
    with CaptureQueriesContext(connection) as many:
        give_back(second, now)
    assert len(many) - len(few) <= 10 * QUERIES_A_MESSAGE
