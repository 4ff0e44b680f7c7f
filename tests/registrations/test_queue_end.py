"""How a queue ends, in a cycle too, and what the people who wait see of it."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.registrations import jobs, services
from portal.registrations.espace import lines_of
from portal.registrations.models import Cycle, EventPage, EventState, Registration
from tests import factories
from tests.cards import cards_of

from .queue_steps import HOURS, body, give_back, on_offer, publish, states, status

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State


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


def test_cards_tell_the_fullest_date(tree, fill, people, now, django_assert_num_queries):
    cycle = Cycle.objects.create(title="Matinées", slug="matinees")
    dates = [
        factories.make_cafe(tree.centre, capacity=seats, cycle=cycle, starts_in=days * 24 * HOURS)
        for seats, days in ((None, 7), (3, 14), (9, 21))
    ]
    alone = factories.make_cafe(tree.centre, capacity=4)
    services.register(event=dates[0], user=people(1)[0], now=now)
    # The events, the coming dates of their cycles, who is registered, the themes, the centres.
    with django_assert_num_queries(5):
        assert [card.seats_on_card for card in cards_of([*dates, alone])] == [2, 2, 2, 4]
    services.cancel_event(event=dates[1], by=None, reason="", now=now)
    left = [card.seats_on_card for card in cards_of([dates[0], dates[2], alone])]
    assert left == [8, 8, alone.capacity]
