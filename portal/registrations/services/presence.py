"""Who is in the room: everyone at once, taken back, and whoever came without registering."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from portal.registrations.models import EventPage, Registration
from portal.registrations.permissions import may_run

from . import refusals
from .joining import PRESENT_BEFORE
from .seats import lock_booking, may_attend


def check_may_note_presence(event: EventPage, by, *, now: dt.datetime) -> None:
    """Raise MayNotChange, EventCancelled, or NotStarted before people may be there. Reads ``event.state``."""
    if by is not None and not may_run(by, event):
        raise refusals.MayNotChange
    if event.is_cancelled:
        raise refusals.EventCancelled
    if now < event.start - PRESENT_BEFORE:
        raise refusals.NotStarted


@transaction.atomic
def set_attendance(*, registration: Registration, attendance: str, by, now: dt.datetime) -> Registration:
    """Note whether someone with a seat came, or take it back; from an hour before the start on.

    Raises MayNotChange, NotActive, NotStarted, EventCancelled, or ValueError for an unknown ``attendance``.
    """
    attendance = Registration.Attendance(attendance)
    registration = Registration.objects.select_related("event__state").get(pk=registration.pk)
    check_may_note_presence(registration.event, by, now=now)
    if registration.state != Registration.State.CONFIRMED:
        raise refusals.NotActive
    registration.attendance = attendance
    registration.save(update_fields=["attendance"])
    return registration


@transaction.atomic
def note_all_present(*, event: EventPage, by, now: dt.datetime) -> list[int]:
    """Note as present everyone with a seat of whom nothing is noted; return the keys of those registrations.

    Who was noted absent stays so. Raises MayNotChange, EventCancelled or NotStarted.
    """
    current = lock_booking(event, now=now).asked
    check_may_note_presence(current, by, now=now)
    unknown = _of_named_people(current).filter(attendance=Registration.Attendance.UNKNOWN)
    keys = list(unknown.values_list("pk", flat=True))
    Registration.objects.filter(pk__in=keys).update(attendance=Registration.Attendance.PRESENT)
    return keys


@transaction.atomic
def note_others_absent(*, event: EventPage, by, now: dt.datetime) -> list[int]:
    """Note as absent, once the session is over, everyone of whom nothing is noted; return their keys.

    Raises MayNotChange, EventCancelled, NotStarted or NotOver.
    """
    current = lock_booking(event, now=now).asked
    check_may_note_presence(current, by, now=now)
    if not current.is_past(now):
        raise refusals.NotOver
    unknown = _of_named_people(current).filter(attendance=Registration.Attendance.UNKNOWN)
    keys = list(unknown.values_list("pk", flat=True))
    Registration.objects.filter(pk__in=keys).update(attendance=Registration.Attendance.ABSENT)
    return keys


@transaction.atomic
def take_back_presence(*, event: EventPage, keys: list[int], by, now: dt.datetime) -> int:
    """Note nothing any more of the registrations ``keys`` of ``event`` (others are left alone); return how many.

    Raises MayNotChange, EventCancelled or NotStarted.
    """
    current = lock_booking(event, now=now).asked
    check_may_note_presence(current, by, now=now)
    return _of_named_people(current).filter(pk__in=keys).update(attendance=Registration.Attendance.UNKNOWN)


@transaction.atomic
def add_walk_in(*, event: EventPage, user, by, now: dt.datetime) -> Registration:
    """Write ``user`` down as present at a session she came to without a seat, on the word of ``by``.

    This date only, whatever its cycle, and without a message: she is in the room. The rule stays blank, since
    she accepted none on the portal. Raises MayNotChange, EventCancelled, NotStarted, MayNotAttend, or
    AlreadyRegistered with the registration of whoever has a seat.
    """
    current = lock_booking(event, now=now).asked
    check_may_note_presence(current, by, now=now)
    if not may_attend(current, user):
        raise refusals.MayNotAttend
    existing = current.registrations.active().filter(user=user).first()
    if existing and existing.state == Registration.State.CONFIRMED:
        raise refusals.AlreadyRegistered(existing)
    row = existing or Registration(event=current, user=user, created_at=now)
    row.state, row.attendance = Registration.State.CONFIRMED, Registration.Attendance.PRESENT
    row.confirmed_at, row.over_capacity_by = now, by
    row.save()
    return row


def _of_named_people(event: EventPage):
    return event.registrations.confirmed().filter(user__isnull=False)
