"""Where a person stands with an event: what its card, its page and its button say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from portal.base.audience import is_approved

from .models import EventPage, Registration
from .queue_rules import is_late


class Status(StrEnum):
    OPEN = "open"
    FULL = "full"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CLOSED = "closed"
    NOT_OPEN = "not_open"
    CANCELLED = "cancelled"
    PAST = "past"
    EXTERNAL = "external"
    NONE = "none"
    NEEDS_ACCOUNT = "needs_account"
    NEEDS_APPROVAL = "needs_approval"


@dataclass(frozen=True)
class EventStatus:
    """``rank`` is the person's place in the queue (from 1), or the one she would have.

    ``seats_left`` counts out the seats owed to the queue; None: no limit. In a cycle it is, with ``capacity``,
    that of the fullest coming date: one has a seat on all of them or on none. ``on_offer``: the seats that
    whoever waits may take at once, in the last 24 hours (``is_late``). ``has_begun``: the session, or its
    cycle, has started, and its queue is closed.
    """

    state: Status
    seats_left: int | None
    capacity: int | None
    waiting: int
    rank: int | None
    registration: Registration | None
    closes_at: dt.datetime
    url: str
    on_offer: int = 0
    is_late: bool = False
    has_begun: bool = False

    @property
    def is_full(self) -> bool:
        return self.seats_left == 0


def status_of(
    event: EventPage, user, *, now: dt.datetime, counts: Mapping[int, tuple[int, int]] | None = None
) -> EventStatus:
    """Return where ``user`` (possibly anonymous) stands with ``event`` at ``now``.

    One query for the person and two for the cycle, plus those that ``with_seats()`` spares (state, seats).
    ``counts`` holds who is confirmed and who waits, by event, where that was read already: see ``kept_seats``.
    """
    if event.pk is None:
        # The preview of what is not saved yet: nobody is on its list, and no button leads anywhere.
        closes_at, full = event.closes_at, event.capacity == 0
        state = _state(event, user, None, full=full, closes_at=closes_at, now=now)
        return EventStatus(state, event.capacity, event.capacity, 0, None, None, closes_at, url="")
    others = list(event.other_dates(now).with_seats()) if event.cycle_id else []
    for date in (event, *others):
        if counts and date.pk in counts:
            date.confirmed_count, date.waiting_count = counts[date.pk]
    waiting = event.number_waiting()
    free, capacity = _fullest([event, *others])
    stands = event.live and not event.is_cancelled
    late = is_late([event, *others] if stands or not others else others, now=now)
    registration = None
    if user.is_authenticated:
        registration = event.registrations.active().filter(user=user).with_rank().first()
    cycle_began_at = event.cycle_began_at(now)
    closes_at = cycle_began_at or event.closes_at
    has_begun = bool(cycle_began_at) or event.has_started(now)
    # In the last hours, whoever comes joins those who wait, and takes her chance with them.
    owed = free if late and waiting else waiting
    seats = None if free is None else max(0, free - owed)
    state = _state(event, user, registration, full=seats == 0, closes_at=closes_at, now=now)
    waits = registration is not None and registration.state == Registration.State.WAITING
    rank = registration.queue_rank if waits else None
    if rank is None and state in (Status.FULL, Status.NEEDS_ACCOUNT):
        rank = waiting + 1
    return EventStatus(
        state=state,
        seats_left=seats,
        capacity=capacity,
        waiting=waiting,
        rank=rank,
        registration=registration,
        closes_at=closes_at,
        url=_address(event, state),
        on_offer=(free or 0) if late and waiting and not has_begun and event.live else 0,
        is_late=late,
        has_begun=has_begun,
    )


def _fullest(dates: list[EventPage]) -> tuple[int | None, int | None]:
    """Seats that nobody holds and capacity of the fullest of ``dates``, as the service counts."""
    limits = [(date.seats_left(), date.capacity) for date in dates if date.capacity is not None]
    return min(limits, key=lambda limit: limit[0], default=(None, None))


def _address(event: EventPage, state: Status) -> str:
    """Where the button leads: elsewhere, to what one has, or to the form."""
    if state == Status.EXTERNAL:
        return event.registration_url
    name = "registered" if state in (Status.CONFIRMED, Status.WAITING) else "register"
    return reverse(f"registrations:{name}", args=[event.pk])


def _state(
    event: EventPage, user, registration, *, full: bool, closes_at: dt.datetime, now: dt.datetime
) -> Status:
    if event.is_cancelled:
        return Status.CANCELLED
    if event.is_past(now):
        return Status.PAST
    if registration:
        return Status.CONFIRMED if registration.state == Registration.State.CONFIRMED else Status.WAITING
    if event.registration_mode == EventPage.RegistrationMode.ELSEWHERE:
        return Status.EXTERNAL
    if event.registration_mode == EventPage.RegistrationMode.NONE:
        return Status.NONE
    if not event.is_open_for(user, now=now):
        return Status.NOT_OPEN
    if now >= closes_at:
        return Status.CLOSED
    if not user.is_authenticated:
        return Status.NEEDS_ACCOUNT
    if not is_approved(user) and not event.open_to_pending:
        return Status.NEEDS_APPROVAL
    return Status.FULL if full else Status.OPEN
