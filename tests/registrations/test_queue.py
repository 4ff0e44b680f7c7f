"""A freed seat belongs to the queue: given in order until the day before, then offered to all who wait."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.notifications.models import OutgoingMessage
from portal.registrations import jobs, services
from portal.registrations.espace import lines_of
from portal.registrations.models import Cycle, EventPage, EventState, Registration
from portal.registrations.status import status_of
from tests import factories

from .conftest import calendars_of

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State
HOURS = dt.timedelta(hours=1)
#: The portal’s identity, her groups, her time zone, the message itself.
QUERIES_A_MESSAGE = 6


def states(*registrations):
    return [Registration.objects.get(pk=row.pk).state for row in registrations]


def give_back(registration, now):
    services.cancel_registration(registration=registration, by=registration.user, now=now)


def publish(event, **changes):
    page = type(event).objects.get(pk=event.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()


def status(event, user, now):
    return status_of(EventPage.objects.get(pk=event.pk), user, now=now)


def on_offer(event):
    return EventState.objects.get(event=event).seats_on_offer


@pytest.fixture
def late(tree):
    """A café with two seats that starts in five hours: its freed seats are on offer."""
    return factories.make_cafe(tree.centre, capacity=2, starts_in=5 * HOURS)


def body(message):
    return message.get_body(("plain",)).get_content()


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


# -- at the start, the queue closes


def test_at_the_start_who_waited_in_vain_is_told_once(tree, taxonomy, fill, now, mails, last_mail):
    event = factories.make_cafe(tree.centre, capacity=1, themes=[taxonomy.gouvernance])
    first, second = fill(event, 2)
    assert services.close_queues(now=event.start - HOURS) == 0
    assert "1 personne" in jobs.close_queues(event.start)
    assert services.close_queues(now=event.start + HOURS) == 0
    assert mails(second.user) == ["registration_waiting", "no_seat_found"]
    assert mails(first.user) == ["registration_confirmed"]
    assert reverse("registrations:watch", args=[event.pk]) in body(last_mail(second.user))
    assert EventState.objects.get(event=event).queue_closed_at == event.start
    assert states(second) == [WAITING], "it says who waited"
    found = status(event, second.user, event.start)
    assert (found.state, found.has_begun, found.on_offer) == ("waiting", True, 0)


def test_a_queue_without_a_theme_leads_to_the_agenda(cafe, fill, last_mail):
    *_, third = fill(cafe, 3)
    services.close_queues(now=cafe.start)
    assert "/agenda/" in body(last_mail(third.user))
    assert "prevenez-moi" not in body(last_mail(third.user))


def test_nobody_is_served_of_a_queue_that_has_closed(cafe, fill, mails):
    first, _, third = fill(cafe, 3)
    give_back(first, cafe.start + dt.timedelta(minutes=5))
    assert states(third) == [WAITING]
    assert mails(third.user) == ["registration_waiting"]


@pytest.mark.parametrize("leaves", ["cancelled", "off line"])
def test_what_does_not_take_place_says_nothing_of_its_queue(cafe, fill, now, mails, leaves):
    *_, third = fill(cafe, 3)
    if leaves == "cancelled":
        services.cancel_event(event=cafe, by=None, reason="", now=now)
    else:
        cafe.unpublish()
    assert services.close_queues(now=cafe.start) == 0
    assert "no_seat_found" not in mails(third.user)


def test_a_clock_that_stopped_for_days_closes_in_silence(cafe, fill, mails):
    *_, third = fill(cafe, 3)
    assert services.close_queues(now=cafe.start + 25 * HOURS) == 0
    assert mails(third.user) == ["registration_waiting"]
    assert EventState.objects.get(event=cafe).queue_closed_at


def test_one_queue_that_fails_does_not_stop_the_others(tree, fill, monkeypatch):
    from portal.registrations.services import queueing

    events = [factories.make_cafe(tree.centre, capacity=0) for _ in range(2)]
    for event in events:
        fill(event, 1)
    real = queueing._close_queue

    def failing(pk, *, now):
        if pk == events[0].pk:
            raise RuntimeError
        return real(pk, now=now)

    monkeypatch.setattr(queueing, "_close_queue", failing)
    assert services.close_queues(now=max(event.start for event in events)) == 1


def test_moved_to_later_the_queue_opens_again(cafe, fill, now, mails):
    first, _, third = fill(cafe, 3)
    services.close_queues(now=cafe.start)
    give_back(first, cafe.start)
    publish(cafe, start=cafe.start + 240 * HOURS, end=cafe.end + 240 * HOURS)
    assert EventState.objects.get(event=cafe).queue_closed_at is None
    assert states(third) == [CONFIRMED]
    assert mails(third.user)[:3] == ["registration_waiting", "no_seat_found", "seat_given"]


# -- cycles


@pytest.fixture
def cycle(tree):
    """Two dates registered for together, with one seat each: in ten hours, and a week later."""
    cycle = Cycle.objects.create(title="Matinées", slug="matinees")
    return [
        factories.make_cafe(tree.centre, capacity=1, cycle=cycle, starts_in=start)
        for start in (10 * HOURS, 178 * HOURS)
    ]


def test_the_queue_of_a_cycle_is_late_with_its_first_date(cycle, people, now, mails):
    first, second = cycle
    holder, waiter = people(2)
    held = services.register(event=second, user=holder, now=now)
    waits = services.register(event=second, user=waiter, now=now)
    give_back(held, now)
    assert mails(waiter) == ["registration_waiting", "seat_offered"], "once for both dates"
    assert [on_offer(event) for event in cycle] == [1, 1]
    for event in cycle:
        assert status(event, waiter, now).on_offer == 1
    services.take_offered_seat(registration=waits, now=now)
    assert set(Registration.objects.filter(user=waiter).values_list("state", flat=True)) == {CONFIRMED}
    assert [on_offer(event) for event in cycle] == [0, 0]


def test_the_queue_of_a_cycle_closes_with_its_first_date(cycle, people, now, mails):
    first, second = cycle
    holder, waiter = people(2)
    held = services.register(event=first, user=holder, now=now)
    services.register(event=first, user=waiter, now=now)
    assert services.close_queues(now=first.start) == 1
    assert services.close_queues(now=second.start) == 0
    assert mails(waiter) == ["registration_waiting", "no_seat_found"]
    give_back(Registration.objects.get(event=second, user=holder), first.end + HOURS)
    assert states(held) == [CONFIRMED], "what is over stays as it was"
    assert Registration.objects.get(event=second, user=waiter).state == WAITING, "nobody joins half-way"


def test_unpublishing_the_fullest_date_serves_the_others(tree, people, now, mails):
    cycle = Cycle.objects.create(title="Matinées", slug="matinees")
    narrow, wide = [
        factories.make_cafe(tree.centre, capacity=seats, cycle=cycle, starts_in=days * 24 * HOURS)
        for seats, days in ((1, 7), (2, 14))
    ]
    holder, waiter = people(2)
    services.register(event=narrow, user=holder, now=now)
    services.register(event=narrow, user=waiter, now=now)
    narrow.unpublish()
    assert Registration.objects.get(event=wide, user=waiter).state == CONFIRMED
    assert mails(waiter) == ["registration_waiting", "seat_given"]


# -- what she sees


def test_her_space_shows_what_is_to_take(late, fill, now, django_assert_max_num_queries):
    first, _, third = fill(late, 3)
    give_back(first, now)
    with django_assert_max_num_queries(4):
        (line,) = lines_of(third.user, now=now)["waiting"]
    assert line.on_offer == 1
    assert lines_of(third.user, now=late.start)["waiting"][0].on_offer == 0


def test_the_page_shows_and_takes(late, fill, now, client):
    first, _, third, fourth = fill(late, 4)
    address = reverse("registrations:take_seat", args=[late.pk])
    client.force_login(third.user)
    assert "Aucune place à prendre" in client.get(address).content.decode()
    give_back(first, now)
    for _ in range(2):
        page = client.get(address)
        assert "Une place est à prendre" in page.content.decode()
    assert states(third) == [WAITING], "a scanner that follows the link takes nothing"
    assert address in client.get(late.url).content.decode()
    assert address in client.get(reverse("registrations:registered", args=[late.pk])).content.decode()
    assert address in client.get(reverse("members:espace")).content.decode()
    answer = client.post(address)
    assert answer.url == reverse("registrations:registered", args=[late.pk])
    assert states(third) == [CONFIRMED]
    assert client.post(address).url == answer.url, "a double click"
    client.force_login(fourth.user)
    refused = client.post(address)
    assert refused.status_code == 409
    assert "plus rapide" in refused.content.decode()
    assert states(fourth) == [WAITING]


def test_the_page_of_someone_elses_queue(late, fill, client, member, pending):
    fill(late, 3)
    address = reverse("registrations:take_seat", args=[late.pk])
    assert client.get(address).status_code == 302
    client.force_login(member)
    assert client.post(address).url == reverse("registrations:register", args=[late.pk])
    assert not member.registrations.exists()
    client.force_login(pending)
    assert client.get(address).status_code == 403


def test_a_closed_queue_says_so(tree, fill, now, client):
    event = factories.make_cafe(tree.centre, capacity=1, starts_in=dt.timedelta(minutes=30))
    _, second = fill(event, 2)
    EventPage.objects.filter(pk=event.pk).update(start=now - dt.timedelta(minutes=5))
    services.close_queues(now=now)
    client.force_login(second.user)
    for address in (
        event.url,
        reverse("registrations:registered", args=[event.pk]),
        reverse("members:espace"),
        reverse("registrations:take_seat", args=[event.pk]),
    ):
        assert "a file est close" in client.get(address).content.decode(), address


def test_closed_registration_says_that_the_queue_goes_on(tree, fill, member, now, client):
    event = factories.make_cafe(tree.centre, capacity=1)
    fill(event, 2)
    EventPage.objects.filter(pk=event.pk).update(registration_closes_at=now - HOURS)
    client.force_login(member)
    page = client.get(event.url).content.decode()
    assert "Les inscriptions sont closes" in page
    assert "jusqu’au début" in page


def test_cards_tell_the_fullest_date_in_one_query(tree, fill, people, now, django_assert_num_queries):
    cycle = Cycle.objects.create(title="Matinées", slug="matinees")
    dates = [
        factories.make_cafe(tree.centre, capacity=seats, cycle=cycle, starts_in=days * 24 * HOURS)
        for seats, days in ((None, 7), (3, 14), (9, 21))
    ]
    alone = factories.make_cafe(tree.centre, capacity=4)
    services.register(event=dates[0], user=people(1)[0], now=now)
    with django_assert_num_queries(1):
        cards = list(EventPage.objects.order_by("pk").with_seats().with_fullest_date())
        assert [card.seats_on_card() for card in cards] == [2, 2, 2, 4]
    services.cancel_event(event=dates[1], by=None, reason="", now=now)
    cards = EventPage.objects.order_by("pk").with_seats().with_fullest_date()
    assert [card.seats_on_card() for card in cards if card.pk != dates[1].pk] == [8, 8, alone.capacity]
