"""The life of an event after its announcement: moved, enlarged, cancelled. Everyone concerned is told once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from wagtail.log_actions import log

from portal.registrations.access import ACCESS_BEFORE
from portal.registrations.messages import EventCancelledMessage, EventMoved, MeetingLinkChanged
from portal.registrations.models import EventPage, EventState, Registration
from portal.registrations.permissions import may_follow

from . import refusals
from .seats import lock_booking, serve_queue


def ensure_state(event: EventPage) -> EventState:
    """Return the state row of ``event``, created where it is missing."""
    return EventState.objects.get_or_create(event_id=event.pk)[0]


@transaction.atomic
def announce_change(*, event: EventPage, now: dt.datetime) -> bool:
    """Compare the published ``event`` with what was last announced; tell everyone registered where it moved.

    The first announcement is only noted. A session that is over, or cancelled, tells nobody. The queue is
    served, since the capacity may have grown. Returns whether a move was told; a page that is off line is
    left alone until it is published.
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
    state.save()
    if told:
        for registration in _concerned(current):
            EventMoved.tell(registration=registration, events=[current], now=now, before=before)
    elif concerns_someone and _link_was_shown(current, link_before, now=now):
        for registration in _concerned(current):
            if registration.state == Registration.State.CONFIRMED:
                MeetingLinkChanged.tell(registration=registration, events=[current], now=now)
    if concerns_someone:
        serve_queue(booking, now=now)
    return told


@transaction.atomic
def cancel_event(*, event: EventPage, by, reason: str, now: dt.datetime) -> EventState:
    """Cancel one date and tell everyone registered, once.

    The other dates of a cycle stand, and their queue is served: this one may have been the fullest.
    Registrations keep their state: they say who was to come. ``by`` is an organiser (None: the portal
    itself). Raises MayNotChange, EventCancelled or EventOver.
    """
    if by is not None and not may_follow(by, event, action="change"):
        raise refusals.MayNotChange
    booking = lock_booking(event, now=now)
    current, state = booking.asked, booking.state
    if state.cancelled_at:
        raise refusals.EventCancelled
    if current.is_past(now):
        raise refusals.EventOver
    state.cancelled_at, state.cancelled_by, state.cancellation_reason = now, by, reason.strip()[:300]
    state.sequence += 1
    state.save()
    log(current, "registrations.cancel", user=by, data={"reason": state.cancellation_reason})
    for registration in _concerned(current):
        EventCancelledMessage.tell(
            registration=registration, events=[current], now=now, reason=state.cancellation_reason
        )
    serve_queue(booking, now=now)
    return state


def _link_was_shown(event: EventPage, link_before: str, *, now: dt.datetime) -> bool:
    """Tell whether someone may have kept a meeting link that is no longer the right one."""
    changed = link_before and event.meeting_url and link_before != event.meeting_url
    return bool(changed) and now >= event.start - ACCESS_BEFORE


def _concerned(event: EventPage) -> list[Registration]:
    people = event.registrations.active().select_related("user__profile__region").in_queue_order()
    return list(people)
