"""Register, give one's seat back, add someone knowingly."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from portal.base.audience import is_approved
from portal.registrations.messages import RegistrationCancelled, RegistrationConfirmed, RegistrationWaiting
from portal.registrations.models import EventPage, Registration
from portal.registrations.permissions import may_run
from portal.registrations.rules import rule_of

from . import refusals
from .peers import warn_of_related_peers
from .queueing import place_for_newcomer, seats_on_offer, serve_queue
from .seats import Booking, lock_booking, may_attend
from .second_dates import leave_first_queues, propose_second_date


def check_may_register(event: EventPage, user, *, now: dt.datetime) -> None:
    """Raise the RegistrationRefused that says why ``user`` cannot register for ``event`` at ``now``, if any.

    Capacity is not looked at: a full event has a queue. One query where the event is part of a cycle, and one
    before its registration opens.
    """
    if not event.live or not user.is_active or not event.is_visible_to(user):
        raise refusals.NotAvailable
    if event.is_cancelled:
        raise refusals.EventCancelled
    if event.is_past(now):
        raise refusals.EventOver
    if event.registration_mode != EventPage.RegistrationMode.HERE:
        raise refusals.RegisteredElsewhere
    if not event.is_open_for(user, now=now):
        raise refusals.RegistrationNotOpen
    if event.has_started(now):
        raise refusals.EventStarted
    if now >= event.closes_at:
        raise refusals.RegistrationClosed
    if event.cycle_began_at(now):
        raise refusals.CycleBegun
    if not event.open_to_pending and not is_approved(user):
        raise refusals.NeedsApproval


@transaction.atomic
def register(
    *,
    event: EventPage,
    user,
    question: str = "",
    role: str = "",
    access_needs: str = "",
    rule_accepted: bool = False,
    visible: bool = False,
    now: dt.datetime,
) -> Registration:
    """Register ``user`` for ``event`` (and the other coming dates of its cycle): a seat, or a place in the queue.

    Raises a RegistrationRefused; AlreadyRegistered carries the registration that exists. ``now`` is aware.
    """
    booking = lock_booking(event, now=now)
    asked = booking.asked
    hers = booking.held_by(user)
    if asked.pk in hers:
        raise refusals.AlreadyRegistered(hers[asked.pk])
    for date in booking.events:
        check_may_register(date, user, now=now)
    if rule_of(asked).must_be_accepted and not rule_accepted:
        raise refusals.RuleNotAccepted
    question = question.strip() if asked.asks_question else ""
    state = place_for_newcomer(booking, now=now)
    made = _write(
        booking,
        user,
        hers=hers,
        state=state,
        now=now,
        question=question,
        brought_situation=bool(question),
        role=Registration.Role(role if role and asked.specific.asks_role else ""),
        access_needs=access_needs.strip(),
        visible_to_participants=visible,
    )
    registration = made[asked.pk]
    if state == Registration.State.CONFIRMED:
        _confirm(booking, registration, now=now)
    else:
        on_offer = seats_on_offer(booking, now=now)
        RegistrationWaiting.tell(registration=registration, events=booking.events, now=now, on_offer=on_offer)
        propose_second_date(booking, now=now)
    return registration


@transaction.atomic
def add_over_capacity(*, event: EventPage, user, by, now: dt.datetime) -> Registration:
    """Give ``user`` a seat, free or not, on the word of ``by``, who is recorded. Raises a RegistrationRefused.

    Someone who was waiting leaves the queue with it. The seat counts: the next one freed does not go to the
    queue as long as there are more people than seats.
    """
    _check_may_change(event, by)
    booking = lock_booking(event, now=now)
    asked = booking.asked
    if not asked.live:
        raise refusals.NotAvailable
    if asked.is_cancelled:
        raise refusals.EventCancelled
    if asked.is_past(now):
        raise refusals.EventOver
    if asked.registration_mode != EventPage.RegistrationMode.HERE:
        raise refusals.RegisteredElsewhere
    if not all(may_attend(date, user) for date in booking.events):
        raise refusals.MayNotAttend
    existing = asked.registrations.active().filter(user=user).first()
    if existing and existing.state == Registration.State.CONFIRMED:
        raise refusals.AlreadyRegistered(existing)
    Registration.objects.waiting().filter(event__in=booking.events, user=user).update(
        state=Registration.State.CONFIRMED, confirmed_at=now, over_capacity_by=by
    )
    hers = booking.held_by(user)
    made = _write(booking, user, hers=hers, state=Registration.State.CONFIRMED, now=now, over_capacity_by=by)
    registration = made[asked.pk]
    _confirm(booking, registration, now=now)
    # She may have taken a seat that was on offer.
    serve_queue(booking, now=now)
    return registration


@transaction.atomic
def cancel_registration(
    *, registration: Registration, by, now: dt.datetime, tell: bool = True
) -> Registration:
    """Give the seat or the place in the queue back; the next in the queue is served at once.

    The other coming dates of the cycle go with it, even where this one is cancelled or off line. She is told of
    the dates that were not cancelled already: the message of the cancellation withdrew those.
    ``by`` is who asked: the person or an organiser (None: the portal itself). ``tell=False`` writes
    nothing to the person. Raises MayNotChange, NotActive or EventOver.
    """
    if by is None or by.pk != registration.user_id:
        _check_may_change(registration.event, by)
    booking = lock_booking(registration.event, now=now)
    registration = Registration.objects.select_related("user").get(pk=registration.pk)
    if not registration.is_active:
        raise refusals.NotActive
    if booking.asked.is_past(now):
        raise refusals.EventOver
    hers = Registration.objects.active().filter(event__in=booking.events, user=registration.user)
    states = dict(hers.values_list("event_id", "state"))
    hers.update(state=Registration.State.CANCELLED, cancelled_at=now)
    registration.refresh_from_db()
    left = [date for date in booking.events if date.pk in states and not date.is_cancelled]
    # A date may have been won in the queue after another was cancelled: the calendar holds the seats only.
    seats = [date for date in left if states[date.pk] == Registration.State.CONFIRMED]
    had_seat = bool(seats)
    # The CANCEL is a revision, and so is the REQUEST of whoever comes back: a calendar that took the entry out
    # may refuse it again under a SEQUENCE that it knows (RFC 5546, 2.1.5).
    for date in seats:
        booking.states[date.pk].sequence += 1
    if tell and left:
        RegistrationCancelled.tell(
            registration=registration,
            events=seats or left,
            now=now,
            had_seat=had_seat,
            by_other=by != registration.user,
        )
    for date in seats:
        booking.states[date.pk].sequence += 1
        booking.states[date.pk].save(update_fields=["sequence"])
    serve_queue(booking, now=now)
    return registration


def _confirm(booking: Booking, registration: Registration, *, now: dt.datetime) -> None:
    """Say what a seat just obtained brings: her confirmation, the queue she leaves, whom she sits with."""
    user = registration.user
    left = leave_first_queues(user=user, dates=booking.events, now=now)
    RegistrationConfirmed.tell(registration=registration, events=booking.events, now=now, left_queues=left)
    for date in booking.events:
        warn_of_related_peers(event=date, user=user, now=now)


def _check_may_change(event: EventPage, by) -> None:
    if by is not None and not may_run(by, event):
        raise refusals.MayNotChange


def _write(
    booking: Booking, user, *, hers: dict[int, Registration], state: str, now: dt.datetime, **fields
) -> dict[int, Registration]:
    """Insert a registration on each date where ``user`` has none, at once; return hers by event.

    ``hers`` are those she has, as ``booking.held_by(user)`` gives them.
    """
    missing = []
    for event in booking.events:
        if event.pk in hers:
            continue
        rule = rule_of(event)
        missing.append(
            Registration(
                event=event,
                user=user,
                state=state,
                rule=rule.name,
                rule_version=rule.version,
                created_at=now,
                confirmed_at=now if state == Registration.State.CONFIRMED else None,
                **fields,
            )
        )
    made = Registration.objects.bulk_create(missing)
    return {**hers, **{registration.event_id: registration for registration in made}}
