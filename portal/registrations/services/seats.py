"""Seats are counted from registrations, under the lock of the events' state rows. Nothing else counts them.

Dates of one cycle are registered for together: they form one *booking*, locked in the order of their keys,
and a person has a seat on all of them or on none. An event without a cycle is a booking of one date.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.base.audience import is_approved
from portal.registrations.messages import SeatGiven
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

    def free_seats(self) -> int | None:
        """Seats that neither a registration holds nor the queue is owed, on the fullest date; None: no limit."""
        limits = [event.seats_to_offer() for event in _counted(self.events) if event.capacity is not None]
        return min(limits) if limits else None

    def standing(self, now: dt.datetime) -> list[EventPage]:
        """The dates that do take place: ``asked`` may be cancelled, off line or over while the others stand."""
        return [
            event for event in self.events if event.live and not event.is_cancelled and not event.is_past(now)
        ]


def _counted(events: list[EventPage]) -> list[EventPage]:
    """``events`` with their registrations counted now: one query."""
    return list(EventPage.objects.filter(pk__in=[event.pk for event in events]).with_seats())


def lock_booking(event: EventPage, *, now: dt.datetime) -> Booking:
    """Lock the states of ``event`` and of the other coming dates of its cycle; call it in a transaction.

    The events are read *after* the lock: capacity and times are those of this moment. On PostgreSQL the rows
    are locked; SQLite has no row lock and its IMMEDIATE transaction is what makes writers take turns.
    """
    ids = [event.pk]
    if event.cycle_id:
        coming = EventPage.objects.live().filter(cycle_id=event.cycle_id).upcoming(now)
        ids = sorted({event.pk, *coming.values_list("pk", flat=True)})
    for pk in ids:
        EventState.objects.get_or_create(event_id=pk)
    locked = EventState.objects.select_for_update(of=("self",)).filter(event_id__in=ids).order_by("event_id")
    states = {state.event_id: state for state in locked}
    found = list(EventPage.objects.filter(pk__in=ids).order_by("pk"))
    for date in found:
        date._state.fields_cache["state"] = states[date.pk]
    asked = next(date for date in found if date.pk == event.pk)
    kept = [
        date
        for date in found
        if date is asked or (date.live and not date.is_past(now) and not date.is_cancelled)
    ]
    return Booking(asked, kept, states)


def may_attend(event: EventPage, user) -> bool:
    """Tell whether ``user`` may come to ``event``: she may read its page, and is a member where it takes one."""
    if not user.is_active or not event.is_visible_to(user):
        return False
    return event.open_to_pending or is_approved(user)


def serve_queue(booking: Booking, *, now: dt.datetime) -> list[Registration]:
    """Give the seats that are free to those who wait, in order of insertion; return who was served.

    Only the dates that stand count: a date that is off line or cancelled holds back nobody on the others of
    its cycle. Nobody is given a seat of a session that has started. Someone who may not come any more (account
    closed, no longer a member) is passed over and keeps her rank. Each is told once, with all her new dates.
    """
    dates = booking.standing(now)
    if not dates or any(date.has_started(now) for date in dates):
        return []
    served = []
    for waits in _queue_of(dates):
        if any(date.seats_left() == 0 for date in _counted(dates)):
            break
        first = waits[0]
        if not all(may_attend(date, first.user) for date in dates):
            continue
        Registration.objects.filter(pk__in=[row.pk for row in waits]).update(
            state=Registration.State.CONFIRMED, confirmed_at=now
        )
        first.refresh_from_db(fields=["state", "confirmed_at"])
        hers = {row.event_id for row in waits}
        SeatGiven.tell(registration=first, events=[date for date in dates if date.pk in hers], now=now)
        served.append(first)
    return served


def _queue_of(dates: list[EventPage]) -> list[list[Registration]]:
    """Who waits for any of ``dates``, first come first: the rows of each person together."""
    people: dict[int, list[Registration]] = {}
    rows = Registration.objects.waiting().filter(event__in=dates, user__isnull=False)
    for row in rows.select_related("user").in_queue_order():
        people.setdefault(row.user_id, []).append(row)
    return list(people.values())
