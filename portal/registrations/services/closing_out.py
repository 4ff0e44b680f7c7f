"""The end of a session: what is left to see to is seen to, and it is closed out."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from portal.registrations.closing import closing_items
from portal.registrations.models import EventPage, EventState
from portal.registrations.permissions import may_run

from . import refusals
from .seats import Booking, lock_booking


@transaction.atomic
def close_out(*, event: EventPage, by, now: dt.datetime) -> EventState:
    """Note that ``event`` is closed out, by ``by``, who runs it.

    Raises MayNotChange, EventCancelled, NotOver, ClosedOutAlready, or NotAllSeenTo where the presence or the
    note is missing: what only the facilitator knows. A replay or an evaluation may come later.
    """
    booking = _locked(event, by=by, now=now)
    left = [item for item in closing_items(booking.asked.specific) if item.required and not item.is_done]
    if left:
        raise refusals.NotAllSeenTo(left)
    state = booking.state
    state.closed_out_at, state.closed_out_by = now, by
    state.save(update_fields=["closed_out_at", "closed_out_by"])
    return state


@transaction.atomic
def set_nothing_to_note(*, event: EventPage, nothing: bool, by, now: dt.datetime) -> EventState:
    """Say that there is nothing to keep of ``event``, or take it back.

    Raises MayNotChange, EventCancelled, NotOver or ClosedOutAlready.
    """
    state = _locked(event, by=by, now=now).state
    state.nothing_to_note = nothing
    state.save(update_fields=["nothing_to_note"])
    return state


def _locked(event: EventPage, *, by, now: dt.datetime) -> Booking:
    if by is not None and not may_run(by, event):
        raise refusals.MayNotChange
    booking = lock_booking(event, now=now)
    if booking.asked.is_cancelled:
        raise refusals.EventCancelled
    if not booking.asked.is_past(now):
        raise refusals.NotOver
    if booking.state.closed_out_at:
        raise refusals.ClosedOutAlready
    return booking
