"""Whose a freed seat is: the queue's, in order; in the last hours, whoever of the queue takes it first.

Everything here runs under the lock of a booking (see ``seats``). The queue is served until the start, once
registration has closed too; at the start it closes, and who found no seat is told so.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Exists, OuterRef

from portal.registrations.messages import NoSeatFound, RegistrationConfirmed, SeatGiven, SeatOffered
from portal.registrations.models import EventPage, EventState, Registration
from portal.registrations.queue_rules import is_late

from . import refusals
from .peers import warn_of_related_peers
from .seats import Booking, lock_booking, may_attend, seats_by_date, seats_of
from .second_dates import has_second_date, leave_first_queues

logger = logging.getLogger(__name__)

#: After this long, that a session found no seat for someone is no news to her.
TELL_WITHIN = dt.timedelta(hours=24)


def serve_queue(booking: Booking, *, now: dt.datetime) -> list[Registration]:
    """Give the seats that are free to those who wait, in order of insertion; return who was served.

    Only the dates that stand count: a date that is off line or cancelled holds back nobody on the others of
    its cycle. Nobody is given a seat of a session, or of a cycle, that has started. Someone who may not come
    any more (account closed, no longer a member) is passed over and keeps her rank. Each is told once, with
    all her new dates. In the last 24 hours seats are offered to the whole queue instead; without a limit
    there is nothing to share out, and all who wait come in.
    """
    dates = booking.standing(now)
    if not dates or has_begun(booking, now=now):
        return []
    _note(booking, dates, queue_closed_at=None)
    if is_late(dates, now=now) and (free := seats_of(dates)) is not None:
        _offer(booking, dates, free=free, now=now)
        return []
    served = _give(dates, now=now)
    _note(booking, dates, seats_on_offer=0)
    return served


def has_begun(booking: Booking, *, now: dt.datetime) -> bool:
    """Tell whether the session, or the first date of its cycle, has started: nobody joins it any more.

    One query in a cycle, none outside of one.
    """
    if any(date.has_started(now) for date in booking.standing(now)):
        return True
    return bool(booking.asked.cycle_began_at(now))


def place_for_newcomer(booking: Booking, *, now: dt.datetime) -> str:
    """Return the state in which someone comes to ``booking``: a seat where one is free and nobody waits for it.

    One query, and those of serving the queue where seats are free while people wait.
    """
    left, waiting = seats_by_date(booking.events)
    limits = [seats for seats in left.values() if seats is not None]
    if not limits:
        return Registration.State.CONFIRMED
    if min(limits) == 0:
        return Registration.State.WAITING
    if not any(waiting.values()):
        # Whoever left for a second date may have left an offer behind that nobody waits for.
        _note(booking, booking.events, seats_on_offer=0)
        return Registration.State.CONFIRMED
    # They may be some who can come no more: they hold back nobody.
    serve_queue(booking, now=now)
    if seats_of(booking.events) == 0 or _who_may_come(booking.events):
        return Registration.State.WAITING
    return Registration.State.CONFIRMED


def seats_on_offer(booking: Booking, *, now: dt.datetime) -> int:
    """Return how many seats whoever waits for ``booking`` may take at once; 0 outside of the last 24 hours."""
    dates = booking.standing(now)
    if not dates or not is_late(dates, now=now) or has_begun(booking, now=now):
        return 0
    return seats_of(dates) or 0


@transaction.atomic
def take_offered_seat(*, registration: Registration, now: dt.datetime) -> Registration:
    """Give the person of ``registration``, who waits, a seat that is on offer: first come, first served.

    Raises AlreadyRegistered where she has one, SeatTaken where somebody was quicker (she keeps her rank),
    NothingOffered before the last 24 hours, NotActive, NotAvailable, EventCancelled, EventOver, EventStarted
    or CycleBegun.
    """
    booking = lock_booking(registration.event, now=now)
    registration = Registration.objects.select_related("user__profile__region").get(pk=registration.pk)
    asked = booking.asked
    if registration.state == Registration.State.CONFIRMED:
        raise refusals.AlreadyRegistered(registration)
    if not registration.is_active:
        raise refusals.NotActive
    if asked.is_cancelled:
        raise refusals.EventCancelled
    if asked.is_past(now):
        raise refusals.EventOver
    if asked.has_started(now):
        raise refusals.EventStarted
    dates = booking.standing(now)
    if asked not in dates or not all(may_attend(date, registration.user) for date in dates):
        raise refusals.NotAvailable
    if has_begun(booking, now=now):
        raise refusals.CycleBegun
    if not is_late(dates, now=now):
        raise refusals.NothingOffered
    free = seats_of(dates)
    if free == 0:
        raise refusals.SeatTaken
    waits = [rows for rows in queue_of(dates) if rows[0].user_id == registration.user_id]
    _seat(waits[0], dates, message=RegistrationConfirmed, now=now)
    if free is not None:
        _offer(booking, dates, free=free - 1, now=now)
    registration.refresh_from_db(fields=["state", "confirmed_at"])
    return registration


@transaction.atomic
def serve_what_stands(*, event: EventPage, now: dt.datetime) -> list[Registration]:
    """Serve the other dates of the cycle that ``event`` has just left by going off line: it may have been the
    fullest. Returns who was served.
    """
    return serve_queue(lock_booking(event, now=now), now=now)


def close_queues(*, now: dt.datetime) -> int:
    """Close the queues of what has started, and tell who waited in vain, once; return how many were told.

    Registrations keep their state: they say who waited. Each event is a transaction of its own: one that fails
    is logged and tried again the next time. What started more than a day ago is closed in silence.
    """
    waits = Registration.objects.waiting().filter(event=OuterRef("event"), user__isnull=False)
    due = EventState.objects.filter(
        Exists(waits), queue_closed_at=None, cancelled_at=None, event__live=True, event__start__lte=now
    )
    told = 0
    for pk in due.order_by("event__start", "event_id").values_list("event_id", flat=True):
        try:
            told += _close_queue(pk, now=now)
        except Exception:  # One that fails must not keep the others waiting.
            logger.exception("queue of event %s", pk)
    return told


@transaction.atomic
def _close_queue(pk: int, *, now: dt.datetime) -> int:
    booking = lock_booking(EventPage.objects.get(pk=pk), now=now)
    asked, state = booking.asked, booking.state
    if state.queue_closed_at or asked.is_cancelled or not asked.live or not asked.has_started(now):
        return 0
    _note(booking, booking.events, queue_closed_at=now, seats_on_offer=0)
    if now - asked.start > TELL_WITHIN:
        return 0
    second = state.second_date if has_second_date(state) and not state.second_date.has_started(now) else None
    people = queue_of(booking.events)
    on_second = second.registrations.active().values_list("user", flat=True) if second else ()
    has_other_date = set(on_second)
    told = 0
    for waits in people:
        told += NoSeatFound.tell(
            registration=waits[0],
            events=_hers(waits, booking.events),
            now=now,
            second=None if waits[0].user_id in has_other_date else second,
            has_themes=asked.themes.exists(),
        )
    return told


def queue_of(dates: list[EventPage]) -> list[list[Registration]]:
    """Who waits for any of ``dates``, first come first: the rows of each person together. One query."""
    people: dict[int, list[Registration]] = {}
    rows = Registration.objects.waiting().filter(event__in=dates, user__isnull=False)
    for row in rows.select_related("user__profile__region").in_queue_order():
        people.setdefault(row.user_id, []).append(row)
    return list(people.values())


def _who_may_come(dates: list[EventPage]) -> list[list[Registration]]:
    return [waits for waits in queue_of(dates) if all(may_attend(date, waits[0].user) for date in dates)]


def _give(dates: list[EventPage], *, now: dt.datetime) -> list[Registration]:
    left, waiting = seats_by_date(dates)
    if not any(waiting.values()):
        return []
    served = []
    for waits in queue_of(dates):
        if 0 in left.values():
            break
        if not all(may_attend(date, waits[0].user) for date in dates):
            continue
        if not _seat(waits, dates, message=SeatGiven, now=now):
            continue
        served.append(waits[0])
        for row in waits:
            if left[row.event_id] is not None:
                left[row.event_id] -= 1
    return served


def _offer(booking: Booking, dates: list[EventPage], *, free: int, now: dt.datetime) -> None:
    """Announce the seats that are newly on offer to everyone who waits; nobody is told twice of the same one."""
    announced = max(booking.states[date.pk].seats_on_offer for date in dates)
    if not free and not announced:
        return
    waiting = _who_may_come(dates)
    start = min(date.start for date in dates)
    for waits in waiting if free > announced else []:
        SeatOffered.tell(
            registration=waits[0],
            events=_hers(waits, dates),
            now=now,
            lifetime=start - now,
            seats=free - announced,
        )
    _note(booking, dates, seats_on_offer=free if waiting else 0)


def _seat(waits: list[Registration], dates: list[EventPage], *, message, now: dt.datetime) -> bool:
    """Confirm the rows of one person, and tell her. False where she left the queue in the meantime."""
    first, user = waits[0], waits[0].user
    changed = (
        Registration.objects.waiting()
        .filter(pk__in=[row.pk for row in waits])
        .update(state=Registration.State.CONFIRMED, confirmed_at=now)
    )
    if not changed:
        return False
    first.refresh_from_db(fields=["state", "confirmed_at"])
    left = leave_first_queues(user=user, dates=dates, now=now)
    message.tell(registration=first, events=_hers(waits, dates), now=now, left_queues=left)
    for date in dates:
        warn_of_related_peers(event=date, user=user, now=now)
    return True


def _hers(waits: list[Registration], dates: list[EventPage]) -> list[EventPage]:
    mine = {row.event_id for row in waits}
    return [date for date in dates if date.pk in mine]


def _note(booking: Booking, dates: list[EventPage], **values) -> None:
    """Write ``values`` on the states of ``dates`` where they differ."""
    states = [booking.states[date.pk] for date in dates]
    changed = [
        state for state in states if any(getattr(state, key) != value for key, value in values.items())
    ]
    if not changed:
        return
    EventState.objects.filter(pk__in=[state.pk for state in changed]).update(**values)
    for state in changed:
        for key, value in values.items():
            setattr(state, key, value)
