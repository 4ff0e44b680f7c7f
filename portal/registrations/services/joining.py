"""Join a session by video: for who has a seat, from the moment its editor chose until the end."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from portal.registrations.access import Access, access_opens_at, access_to
from portal.registrations.models import Registration

from . import refusals
from .seats import may_attend

#: Who opens the meeting earlier than this tries the link out: that is not coming.
PRESENT_BEFORE = dt.timedelta(hours=1)


def check_may_join(registration: Registration, *, now: dt.datetime) -> None:
    """Raise the RegistrationRefused that says why this registration does not lead into the meeting at ``now``.

    AccessNotOpen is the only one that time mends. Reads ``event.state`` and ``user``; no other query for who
    is not a member of a group.
    """
    event = registration.event
    if registration.state != Registration.State.CONFIRMED or registration.user is None:
        raise refusals.NoSeat
    if not event.live or not may_attend(event, registration.user):
        raise refusals.NotAvailable
    if event.is_cancelled:
        raise refusals.EventCancelled
    if event.is_past(now):
        raise refusals.EventOver
    if not (event.meeting_url or event.meeting_phone):
        raise refusals.NothingToJoin
    if now < access_opens_at(event):
        raise refusals.AccessNotOpen(access_opens_at(event))


@transaction.atomic
def join(*, registration: Registration, now: dt.datetime) -> Access:
    """Let the person of ``registration`` in, and note that she came; returns the way into the meeting.

    Her presence is noted the first time, from an hour before the start on (earlier, she only tries the link).
    Coming back notes nothing: what the facilitator corrected since stands. Raises a RegistrationRefused.
    """
    locked = Registration.objects.select_for_update(of=("self",)).select_related("event__state", "user")
    registration = locked.get(pk=registration.pk)
    check_may_join(registration, now=now)
    if registration.joined_at is None and now >= registration.event.start - PRESENT_BEFORE:
        registration.joined_at = now
        registration.attendance = Registration.Attendance.PRESENT
        registration.save(update_fields=["joined_at", "attendance"])
    return access_to(registration.event, registration, now=now)
