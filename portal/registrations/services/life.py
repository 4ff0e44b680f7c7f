"""The life of an event after its announcement: moved, enlarged, cancelled. Everyone concerned is told once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from wagtail.log_actions import log

from portal.registrations.access import access_opens_at
from portal.registrations.messages import EventCancelledMessage, EventMoved, MeetingLinkChanged
from portal.registrations.models import EventPage, EventState
from portal.registrations.permissions import may_run

from . import refusals
from .facilitating import ensure_facilitator, tell_team_cancelled, tell_team_moved
from .queueing import serve_queue
from .seats import lock_booking
from .telling import announce, drop_pending
from .watching import answer_watches


def ensure_state(event: EventPage) -> EventState:
    """Return the state row of ``event``, created where it is missing."""
    return EventState.objects.get_or_create(event_id=event.pk)[0]


@transaction.atomic
def announce_change(*, event: EventPage, now: dt.datetime) -> bool:
    """Compare the published ``event`` with what was last announced; tell everyone registered where it moved.

    The first announcement is noted, names who made the page where nobody facilitates, and is told to who waited
    for a session on its theme. A session that is over, or cancelled, tells nobody. The queue is served, since
    the capacity may have grown. Returns whether a move was told; a page that is off line is left alone until it
    is published.
    """
    booking = lock_booking(event, now=now)
    current, state = booking.asked, booking.state
    if not current.live:
        return False
    before = {"start": state.announced_start, "end": state.announced_end, "place": state.announced_place}
    link_before = state.announced_meeting_url
    actual = {"start": current.start, "end": current.end, "place": current.place}
    concerns_someone = not current.is_past(now) and not state.cancelled_at
    told = before["start"] is not None and before != actual and concerns_someone
    state.announced_start, state.announced_end, state.announced_place = actual.values()
    state.announced_meeting_url = current.meeting_url
    if told:
        # RFC 5545, 3.8.7.4: a new start, end or place raises SEQUENCE, or calendars keep the old one.
        state.sequence += 1
        state.moved_at = now
    state.save()
    if told:
        announce(EventMoved, event=current, before=before, now=now)
        tell_team_moved(current, before=before, now=now)
    elif concerns_someone and _link_was_shown(current, link_before, now=now):
        announce(MeetingLinkChanged, event=current, now=now)
    if concerns_someone:
        if before["start"] is None:
            ensure_facilitator(event=current, now=now)
            answer_watches(event=current, now=now)
        serve_queue(booking, now=now)
    return told


@transaction.atomic
def cancel_event(*, event: EventPage, by, reason: str, now: dt.datetime) -> EventState:
    """Cancel one date and tell everyone registered, once.

    The other dates of a cycle stand, and their queue is served: this one may have been the fullest.
    Registrations keep their state: they say who was to come. ``by`` runs the event (None: the portal
    itself). Raises MayNotChange, EventCancelled or EventOver.
    """
    if by is not None and not may_run(by, event):
        raise refusals.MayNotChange
    booking = lock_booking(event, now=now)
    current, state = booking.asked, booking.state
    if state.cancelled_at:
        raise refusals.EventCancelled
    if current.is_past(now):
        raise refusals.EventOver
    state.cancelled_at, state.cancelled_by, state.cancellation_reason = now, by, reason.strip()[:300]
    state.seats_on_offer = 0
    state.sequence += 1
    state.save()
    log(current, "registrations.cancel", user=by, data={"reason": state.cancellation_reason})
    drop_pending(current, now=now)
    announce(EventCancelledMessage, event=current, reason=state.cancellation_reason, now=now)
    tell_team_cancelled(current, by=by, reason=state.cancellation_reason, now=now)
    serve_queue(booking, now=now)
    return state


def _link_was_shown(event: EventPage, link_before: str, *, now: dt.datetime) -> bool:
    """Tell whether someone may have kept a meeting link that is no longer the right one."""
    changed = link_before and event.meeting_url and link_before != event.meeting_url
    return bool(changed) and now >= access_opens_at(event)
