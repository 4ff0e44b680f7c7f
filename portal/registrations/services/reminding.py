"""Remind who has a seat: a week, a day and an hour before, where the editor of the event left that on."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from portal.registrations.messages import DayReminder, HourReminder, Reminder, WeekReminder
from portal.registrations.models import EventPage, Registration, ReminderSent

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """A reminder that may leave from ``before`` the start until ``until`` before it, when the next one takes over.

    The spans do not overlap: however late the clock is, one reminder at most is due, the nearest.
    """

    kind: str
    before: dt.timedelta
    until: dt.timedelta
    #: The field of the event by which its editor asks for it.
    wanted: str
    message: type[Reminder]


#: The most urgent first.
KINDS = (
    Kind(ReminderSent.Kind.HOUR, dt.timedelta(hours=1), dt.timedelta(0), "remind_hour", HourReminder),
    Kind(ReminderSent.Kind.DAY, dt.timedelta(days=1), dt.timedelta(hours=1), "remind_day", DayReminder),
    Kind(ReminderSent.Kind.WEEK, dt.timedelta(days=7), dt.timedelta(days=1), "remind_week", WeekReminder),
)


def send_reminders(*, now: dt.datetime) -> int:
    """Write the reminders that are due at ``now`` (aware); return how many were written.

    For confirmed people only, once per kind and start: a session that moves is reminded of again. Never of what
    is past, cancelled or off line, nor where the confirmation, or the message that told of a move, has just
    left. Each is committed alone: one that fails is logged and tried again the next time. One query per kind
    finds who is concerned.
    """
    sent = 0
    for kind in KINDS:
        for pk in _due(kind, now).order_by("event__start", "pk").values_list("pk", flat=True):
            try:
                sent += _remind(pk, kind, now=now)
            except Exception:  # One reminder that fails must not stop the others.
                logger.exception("reminder %s for registration %s", kind.kind, pk)
    return sent


@transaction.atomic
def _remind(pk: int, kind: Kind, *, now: dt.datetime) -> bool:
    # Read again under its lock: the seat may have been given back since the list was made.
    Registration.objects.select_for_update(of=("self",)).get(pk=pk)
    registration = _due(kind, now).filter(pk=pk).select_related("user").first()
    if registration is None:
        return False
    event = EventPage.objects.select_related("state").get(pk=registration.event_id)
    # Written even where the person refuses such messages: she is not asked about again every minute.
    ReminderSent.objects.create(registration=registration, kind=kind.kind, start=event.start)
    return kind.message.tell(registration=registration, events=[event], now=now)


def _due(kind: Kind, now: dt.datetime):
    """The registrations whose reminder of this kind is due at ``now``."""
    opens = F("event__start") - kind.before
    of_this_kind = ReminderSent.objects.filter(registration=OuterRef("pk"), kind=kind.kind)
    told_of_a_move_since = Q(event__state__moved_at__gte=opens)
    if kind.kind == ReminderSent.Kind.HOUR:
        # It carries the personal link: who never got it needs it, whatever she was told of the date.
        told_of_a_move_since &= Exists(of_this_kind)
    return (
        Registration.objects.confirmed()
        .filter(
            user__isnull=False,
            event__live=True,
            event__start__gt=now + kind.until,
            event__start__lte=now + kind.before,
            event__state__cancelled_at=None,
            confirmed_at__lt=opens,
            **{f"event__{kind.wanted}": True},
        )
        .exclude(Exists(of_this_kind.filter(start=OuterRef("event__start"))))
        .exclude(told_of_a_move_since)
    )
