"""What the clock does for registrations: remind, forget what was confided, then forget who."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.registrations.access import ACCESS_BEFORE
from portal.registrations.messages import Reminder
from portal.registrations.models import AttendanceRecord, EventPage, Registration

logger = logging.getLogger(__name__)

#: A situation, and what someone said she needs, are forgotten this long after the session.
QUESTIONS_AFTER = dt.timedelta(days=30)
#: After this long, a registration says that someone came, and no more who.
NAMES_AFTER = dt.timedelta(days=365)
CHUNK = 200


def send_reminders(*, now: dt.datetime) -> int:
    """Remind who has a seat of a session that starts within a day; return how many were reminded.

    Once per start: a session that moves is reminded of again. Nobody is reminded of what is past, cancelled or
    off line, nor by those who registered within the day (the confirmation has just left). Each is committed
    alone: one that fails is logged and tried again the next time.
    """
    due = (
        _to_remind(now)
        .filter(confirmed_at__lt=F("event__start") - ACCESS_BEFORE)
        .exclude(reminded_for=F("event__start"))
    )
    sent = 0
    for pk in due.order_by("event__start", "pk").values_list("pk", flat=True):
        try:
            sent += _remind(pk, now=now)
        except Exception:  # One reminder that fails must not stop the others.
            logger.exception("reminder for registration %s", pk)
    return sent


@transaction.atomic
def _remind(pk: int, *, now: dt.datetime) -> bool:
    registration = Registration.objects.select_for_update(of=("self",)).get(pk=pk)
    event = EventPage.objects.select_related("state").get(pk=registration.event_id)
    still_due = _to_remind(now).filter(pk=pk).exists()
    if not still_due or registration.reminded_for == event.start:
        return False
    registration.reminded_for = event.start
    registration.save(update_fields=["reminded_for"])
    return Reminder.tell(registration=registration, events=[event], now=now)


def _to_remind(now: dt.datetime):
    return Registration.objects.confirmed().filter(
        user__isnull=False,
        event__live=True,
        event__start__gt=now,
        event__start__lte=now + ACCESS_BEFORE,
        event__state__cancelled_at=None,
    )


def forget_questions(*, now: dt.datetime) -> int:
    """Empty the situations and access needs of sessions that ended long enough ago; return how many rows.

    That one was brought is kept: with the theme and the month, it is what recurrent difficulties are read from.
    """
    over = Registration.objects.filter(event__end__lte=now - QUESTIONS_AFTER)
    told = over.exclude(question="", access_needs="")
    told.exclude(question="").update(brought_situation=True)
    return told.update(question="", access_needs="")


def anonymise_old_registrations(*, now: dt.datetime) -> int:
    """Take the names off registrations of sessions that ended a year ago; return how many.

    Who attended keeps a record of the day and its hours, for her own yearly count.
    """
    old = Registration.objects.filter(event__end__lte=now - NAMES_AFTER, user__isnull=False)
    total = 0
    # In chunks: SQLite has one writer, which must not be held for long.
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        total += _anonymise(ids)
    return total


@transaction.atomic
def _anonymise(ids: list[int]) -> int:
    rows = Registration.objects.filter(pk__in=ids, user__isnull=False).select_related("event")
    AttendanceRecord.objects.bulk_create(
        AttendanceRecord(
            user_id=row.user_id,
            date=timezone.localdate(row.event.start),
            minutes=int((row.event.end - row.event.start).total_seconds() // 60),
        )
        for row in rows
        if row.attendance == Registration.Attendance.PRESENT
    )
    return take_names_off(Registration.objects.filter(pk__in=ids))


def take_names_off(registrations) -> int:
    """Make ``registrations`` (a queryset) anonymous; return how many."""
    return registrations.update(
        user=None, question="", access_needs="", visible_to_participants=False, over_capacity_by=None
    )
