"""Seats are counted from registrations, under the lock of the events' state rows. Nothing else counts them.

Dates of one cycle are registered for together: they form one *booking*, locked in the order of their keys,
and a person has a seat on all of them or on none. An event without a cycle is a booking of one date.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from portal.base.audience import is_approved
from portal.registrations.models import EventPage, EventState, Registration


@dataclass
class Booking:
    """The dates that stand or fall together, as they are in the database now that their states are locked.

    ``asked`` is the date that somebody spoke of; ``events``, in order of key, holds it whatever its state, and
    the other dates of its cycle that are on line, to come and not cancelled.
    """

    asked: EventPage
    events: list[EventPage]
    states: dict[int, EventState]

    @property
    def state(self) -> EventState:
        return self.states[self.asked.pk]

    def held_by(self, user) -> dict[int, Registration]:
        """The active registrations of ``user`` on these dates, by event: one query."""
        dates = {event.pk: event for event in self.events}
        rows = list(Registration.objects.active().filter(event__in=list(dates), user=user).order_by())
        for row in rows:
            row.event, row.user = dates[row.event_id], user
        return {row.event_id: row for row in rows}

    def standing(self, now: dt.datetime) -> list[EventPage]:
        """The dates that do take place: ``asked`` may be cancelled, off line or over while the others stand."""
        return [
            event for event in self.events if event.live and not event.is_cancelled and not event.is_past(now)
        ]


def seats_by_date(events: list[EventPage]) -> tuple[dict[int, int | None], dict[int, int]]:
    """Return, by event, the seats that no registration holds (None: no limit) and how many wait, counted now.

    One query, on the index of event and state.
    """
    active = Registration.objects.active().filter(event__in=[event.pk for event in events])
    groups = active.order_by().values_list("event_id", "state").annotate(Count("pk"))
    numbers = {(event_id, state): number for event_id, state, number in groups}
    left = {
        event.pk: None
        if event.capacity is None
        else max(0, event.capacity - numbers.get((event.pk, Registration.State.CONFIRMED), 0))
        for event in events
    }
    waiting = {event.pk: numbers.get((event.pk, Registration.State.WAITING), 0) for event in events}
    return left, waiting


def seats_of(events: list[EventPage]) -> int | None:
    """Return the seats that no registration holds on the fullest of ``events``; None: no limit. One query."""
    left, _ = seats_by_date(events)
    return min((seats for seats in left.values() if seats is not None), default=None)


def lock_booking(event: EventPage, *, now: dt.datetime) -> Booking:
    """Lock the states of ``event`` and of the other coming dates of its cycle; call it in a transaction.

    The events are read *after* the lock: capacity and times are those of this moment. On PostgreSQL the rows
    are locked; SQLite has no row lock and its IMMEDIATE transaction is what makes writers take turns.
    """
    ids = [event.pk]
    if event.cycle_id:
        coming = EventPage.objects.live().filter(cycle_id=event.cycle_id).upcoming(now)
        ids = sorted({event.pk, *coming.values_list("pk", flat=True)})
    states = _lock_states(ids)
    is_second = Exists(EventState.objects.filter(second_date=OuterRef("pk")))
    dates = EventPage.objects.filter(pk__in=ids).annotate(is_second_date=is_second).order_by()
    found = sorted(dates, key=lambda date: date.pk)
    for date in found:
        date._state.fields_cache["state"] = states[date.pk]
    asked = next(date for date in found if date.pk == event.pk)
    kept = [
        date
        for date in found
        if date is asked or (date.live and not date.is_past(now) and not date.is_cancelled)
    ]
    return Booking(asked, kept, states)


def _lock_states(ids: list[int]) -> dict[int, EventState]:
    """Lock the states of the events ``ids``, in that order, made where they are missing; return them by event."""
    wanted = EventState.objects.select_for_update(of=("self",)).filter(event_id__in=ids).order_by("event_id")
    # Most often one row, which is there. Several are looked for before any is locked: to make one while
    # holding others would be a lock out of order.
    states = {state.event_id: state for state in wanted} if len(ids) == 1 else {}
    if len(states) < len(ids):
        for pk in ids:
            EventState.objects.get_or_create(event_id=pk)
        states = {state.event_id: state for state in wanted.all()}
    return states


def may_attend(event: EventPage, user) -> bool:
    """Tell whether ``user`` may come to ``event``: she may read its page, and is a member where it takes one."""
    if not user.is_active or not event.is_visible_to(user):
        return False
    return event.open_to_pending or is_approved(user)
