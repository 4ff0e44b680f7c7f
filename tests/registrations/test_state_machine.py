"""Any sequence of what people, editors and the clock do to one event, against a model in plain Python.

The model knows the rules of ``docs`` and nothing of the services: who has a seat, who waits in which order,
what is on offer, what each person was written. After every step the database must say the same.
"""

import datetime as dt
from collections import Counter
from types import SimpleNamespace
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.notifications.models import OutgoingMessage
from portal.registrations import handlers, services
from portal.registrations.models import EventState, Registration
from tests import factories

CONFIRMED, WAITING, CANCELLED = Registration.State
HOUR = dt.timedelta(hours=1)
LATE = 24 * HOUR
LENGTH = 2 * HOUR
PEOPLE = 6

person = st.integers(min_value=0, max_value=PEOPLE - 1)
mostly = st.sampled_from([True] * 7 + [False])
rarely = st.sampled_from([False] * 5 + [True])


class Model:
    """One event as the rules say it goes; people are numbers."""

    def __init__(self, *, now, start, capacity):
        self.now, self.start, self.capacity = now, start, capacity
        self.seats: list[int] = []
        self.queue: list[int] = []
        self.announced = 0
        self.is_cancelled = self.is_closed = False
        #: Somebody's calendar entry changed in the last step.
        self.is_revised = False
        self.mails: Counter = Counter()

    @property
    def free(self):
        return PEOPLE if self.capacity is None else max(0, self.capacity - len(self.seats))

    @property
    def is_late(self):
        return self.now >= self.start - LATE

    @property
    def has_started(self):
        return self.now >= self.start

    @property
    def is_over(self):
        return self.now >= self.start + LENGTH

    def tell(self, kind, *people):
        self.mails.update((who, kind) for who in people)

    def serve(self):
        if self.is_cancelled or self.has_started:
            return
        self.is_closed = False
        if self.is_late and self.capacity is not None:
            if self.free > self.announced:
                self.tell("seat_offered", *self.queue)
            self.announced = self.free if self.queue else 0
            return
        while self.queue and self.free:
            who = self.queue.pop(0)
            self.seats.append(who)
            self.tell("seat_given", who)
        self.announced = 0

    def leave(self, who):
        (self.seats if who in self.seats else self.queue).remove(who)


class OneEvent(RuleBasedStateMachine):
    """``tree`` and ``users`` are set once, by the test; every example ends with a rollback."""

    tree = users = None

    @initialize(
        capacity=st.sampled_from([1, 2, 3]),
        hours=st.sampled_from([6, 20, 25, 40]),
        people=st.integers(min_value=3, max_value=PEOPLE - 1),
    )
    def announce(self, capacity, hours, people):
        """Published, and some have registered already: most of what may go wrong needs a queue."""
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        now = timezone.now()
        self.model = Model(now=now, start=now + hours * HOUR, capacity=capacity)
        # What is published is announced at the time of the story.
        clock = SimpleNamespace(now=lambda: self.model.now)
        self.patch = mock.patch.object(handlers, "timezone", clock)
        self.patch.start()
        self.event = factories.make_cafe(
            self.tree.centre, capacity=capacity, start=self.model.start, minutes=120
        )
        for who in range(people):
            self.register(who)
        self.last = ([], [], 0)

    def teardown(self):
        if hasattr(self, "patch"):
            self.patch.stop()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # -- what happens

    @rule(data=st.data(), is_absent=mostly)
    def register_someone(self, data, is_absent):
        """Mostly somebody who is not on the list."""
        listed = [*self.model.seats, *self.model.queue]
        people = [who for who in range(PEOPLE) if (who not in listed) == is_absent]
        if people:
            self.register(data.draw(st.sampled_from(people)))

    def register(self, who):
        model = self.model
        if who in (*model.seats, *model.queue):
            return self.refused(services.AlreadyRegistered, self.do_register, who)
        if model.is_cancelled:
            return self.refused(services.EventCancelled, self.do_register, who)
        if model.is_over:
            return self.refused(services.EventOver, self.do_register, who)
        if model.has_started:
            return self.refused(services.EventStarted, self.do_register, who)
        self.do_register(who)
        if model.free and not model.queue:
            model.seats.append(who)
            model.tell("registration_confirmed", who)
        else:
            model.queue.append(who)
            model.tell("registration_waiting", who)
        return None

    def do_register(self, who):
        return services.register(event=self.event, user=self.users[who], now=self.model.now)

    @precondition(lambda self: self.model.seats or self.model.queue)
    @rule(data=st.data(), then_publishes=st.booleans())
    def cancel(self, data, then_publishes):
        model = self.model
        # Seats first: without one given back, little happens.
        who = data.draw(st.sampled_from([*model.seats, *model.seats, *model.queue]))
        if model.is_over:
            return self.refused(services.EventOver, self.do_cancel, who)
        self.do_cancel(who)
        if not model.is_cancelled:
            model.tell("registration_cancelled", who)
            model.is_revised = who in model.seats
        model.leave(who)
        model.serve()
        if then_publishes:
            # The queue is served again, and nothing is new.
            self.publish_again()
        return None

    def do_cancel(self, who):
        services.cancel_registration(registration=self.row(who), by=self.users[who], now=self.model.now)

    @precondition(lambda self: self.model.queue)
    @rule(data=st.data())
    def take(self, data):
        """Whoever waits tries to take a seat, whether one is on offer or not."""
        model = self.model
        who = data.draw(st.sampled_from(model.queue))
        for applies, refusal in (
            (model.is_cancelled, services.EventCancelled),
            (model.is_over, services.EventOver),
            (model.has_started, services.EventStarted),
            (not model.is_late, services.NothingOffered),
            (not model.free, services.SeatTaken),
        ):
            if applies:
                return self.refused(refusal, self.do_take, who)
        self.do_take(who)
        model.queue.remove(who)
        model.seats.append(who)
        model.announced = model.free if model.queue else 0
        model.tell("registration_confirmed", who)
        return None

    def do_take(self, who):
        services.take_offered_seat(registration=self.row(who), now=self.model.now)

    @rule(who=person, is_sure=rarely)
    def add_over_capacity(self, who, is_sure):
        """An editor gives a seat, free or not."""
        model = self.model
        if not is_sure:
            return None
        if model.is_cancelled:
            return self.refused(services.EventCancelled, self.do_add, who)
        if model.is_over:
            return self.refused(services.EventOver, self.do_add, who)
        if who in model.seats:
            return self.refused(services.AlreadyRegistered, self.do_add, who)
        self.do_add(who)
        if who in model.queue:
            model.queue.remove(who)
        model.seats.append(who)
        model.tell("registration_confirmed", who)
        model.serve()
        self.overridden = True
        return None

    def do_add(self, who):
        services.add_over_capacity(event=self.event, user=self.users[who], by=None, now=self.model.now)

    @rule(capacity=st.sampled_from([1, 2, 3, 1, 2, 3, 0, 4, None]))
    def resize(self, capacity):
        self.publish(capacity=capacity)
        self.model.capacity = capacity
        if not self.model.is_over:
            self.model.serve()
        self.overridden = True

    @rule(hours=st.sampled_from([1, 10, 23, 25, 72]))
    def reschedule(self, hours):
        model = self.model
        start = model.now + hours * HOUR
        if start == model.start:
            return
        self.publish(start=start, end=start + LENGTH)
        model.start = start
        if not model.is_cancelled:
            model.is_revised = True
            model.tell("event_moved", *model.seats, *model.queue)
            model.serve()

    @rule()
    def publish_again(self):
        """Nothing changed that anybody should be told of."""
        self.publish()
        if not self.model.is_over:
            self.model.serve()

    @precondition(lambda self: not self.model.is_over)
    @rule(hours=st.sampled_from([1, 2, 5, 12]))
    def wait(self, hours):
        self.model.now += hours * HOUR

    @precondition(lambda self: not self.model.has_started)
    @rule(is_sure=rarely)
    def start(self, is_sure):
        if is_sure:
            self.model.now = self.model.start
            self.close_queues()

    @precondition(lambda self: self.model.has_started)
    @rule()
    def close_queues(self):
        model = self.model
        services.close_queues(now=model.now)
        if model.is_closed or model.is_cancelled or not model.has_started or not model.queue:
            return
        model.is_closed, model.announced = True, 0
        if model.now - model.start <= LATE:
            model.tell("no_seat_found", *model.queue)

    @rule(is_sure=rarely)
    def cancel_event(self, is_sure):
        """Hardly anything happens afterwards."""
        model = self.model
        if not is_sure:
            return None
        if model.is_cancelled:
            return self.refused(services.EventCancelled, self.do_cancel_event)
        if model.is_over:
            return self.refused(services.EventOver, self.do_cancel_event)
        self.do_cancel_event()
        services.tell_pending(now=model.now)
        model.is_cancelled, model.announced, model.is_revised = True, 0, True
        model.tell("event_cancelled", *model.seats, *model.queue)
        return None

    def do_cancel_event(self):
        services.cancel_event(event=self.event, by=None, reason="", now=self.model.now)

    # -- what must be true after each step

    @invariant()
    def the_database_says_the_same(self):
        rows = list(self.event.registrations.active().order_by("pk"))
        number = {user.pk: index for index, user in enumerate(self.users)}
        people = [number[row.user_id] for row in rows]
        assert len(people) == len(set(people)), "someone is in two states"
        assert {number[row.user_id] for row in rows if row.state == CONFIRMED} == set(self.model.seats)
        assert [number[row.user_id] for row in rows if row.state == WAITING] == self.model.queue
        assert all(row.confirmed_at for row in rows if row.state == CONFIRMED)
        state = EventState.objects.get(event=self.event)
        assert state.seats_on_offer == self.model.announced
        assert bool(state.queue_closed_at) == self.model.is_closed

    @invariant()
    def the_promises_hold(self):
        """What was promised, checked on the database alone and on what it said before."""
        seats_before, queue_before, sequence_before = self.last  # of the step before
        rows = list(self.event.registrations.active().order_by("pk"))
        seats = [row.user_id for row in rows if row.state == CONFIRMED]
        queue = [row.user_id for row in rows if row.state == WAITING]
        overridden, self.overridden = getattr(self, "overridden", False), False
        capacity = self.model.capacity
        if not overridden and capacity is not None:
            assert len(seats) <= max(capacity, len(seats_before)), "overbooked"
        coming = not self.model.is_cancelled and not self.model.has_started
        if coming and not self.model.is_late:
            assert not queue or (capacity is not None and len(seats) >= capacity), (
                "a seat is free, someone waits"
            )
            if not overridden:
                served = [who for who in queue_before if who in seats]
                still = [who for who in queue_before if who in queue]
                assert not still or all(queue_before.index(s) < queue_before.index(still[0]) for s in served)
        sequence = EventState.objects.get(event=self.event).sequence
        assert sequence >= sequence_before, "SEQUENCE fell"
        if self.model.is_revised:
            assert sequence > sequence_before, "calendars would keep what they have"
        self.model.is_revised = False
        self.last = (seats, queue, sequence)

    @invariant()
    def each_transition_is_told_once(self):
        numbers = {user.pk: index for index, user in enumerate(self.users)}
        written = OutgoingMessage.objects.filter(user__in=numbers).values_list("user", "kind")
        assert Counter((numbers[user], kind) for user, kind in written) == self.model.mails

    # -- by hand

    def row(self, who):
        return self.event.registrations.active().get(user=self.users[who])

    def refused(self, refusal, call, *args):
        with pytest.raises(refusal):
            call(*args)

    def publish(self, **changes):
        page = type(self.event).objects.get(pk=self.event.pk)
        for name, value in changes.items():
            setattr(page, name, value)
        page.save_revision().publish()
        # What the process would write once it has committed.
        services.tell_pending(now=self.model.now)


@pytest.mark.django_db
def test_any_sequence_of_events(tree):
    OneEvent.tree = tree
    OneEvent.users = [factories.make_user() for _ in range(PEOPLE)]
    run_state_machine_as_test(
        OneEvent,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
