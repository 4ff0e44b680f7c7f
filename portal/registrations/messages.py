"""What the portal writes to those who register. No subject holds a situation, or more than the session's title."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ObjectDoesNotExist

from portal.notifications import categories
from portal.notifications.messages import Notification

from . import ics
from .access import access_to
from .models import EventPage, Registration

REMINDERS = categories.register(
    categories.Category(
        name="rappels",
        label="Rappels de mes rendez-vous",
        help="La veille d’un rendez-vous où vous avez une place.",
    )
)


class RegistrationMessage(Notification):
    """A message about one registration; ``tell`` gives it the session and, where there is one, its file."""

    @classmethod
    def tell(
        cls, *, registration: Registration, events: Sequence[EventPage], now: dt.datetime, **context
    ) -> bool:
        """Write the message to the person of ``registration``, in the current transaction.

        ``events`` are the dates it speaks of, with their ``state``. Returns False where nothing was written.
        """
        user = registration.user
        if user is None:
            return False
        dates = sorted(events, key=lambda event: (event.start, event.pk))
        context = {
            "registration": registration,
            "event": dates[0],
            "dates": dates,
            "confirmed": registration.state == Registration.State.CONFIRMED,
            "access": access_to(dates[0], registration, now=now),
            "member_zone": _zone_of(user),
            **context,
        }
        method = cls.calendar_method(context)
        files = [ics.invitation(date, user, method=method, now=now) for date in dates] if method else []
        return cls.send(user=user, context=context, now=now, attachments=files)

    @classmethod
    def calendar_method(cls, context: dict) -> str:
        """METHOD of the calendar files (RFC 5546), "" for none: who waits gets no calendar entry."""
        return ""


class _WithInvitation(RegistrationMessage):
    @classmethod
    def calendar_method(cls, context: dict) -> str:
        return "REQUEST" if context["confirmed"] else ""


class RegistrationConfirmed(_WithInvitation):
    name = "registration_confirmed"
    label = "Inscription confirmée"


class RegistrationWaiting(RegistrationMessage):
    name = "registration_waiting"
    label = "En file d’attente"


class SeatGiven(_WithInvitation):
    name = "seat_given"
    label = "Une place s’est libérée"


class RegistrationCancelled(RegistrationMessage):
    """``had_seat``: who only waited has no calendar entry to withdraw; ``by_other``: an organiser did it."""

    name = "registration_cancelled"
    label = "Désinscription"

    @classmethod
    def calendar_method(cls, context: dict) -> str:
        return "CANCEL" if context["had_seat"] else ""


class EventMoved(_WithInvitation):
    """``before``: start, end and place as they were announced."""

    name = "event_moved"
    label = "Rendez-vous déplacé"


class MeetingLinkChanged(RegistrationMessage):
    """For who had a seat and may have kept the former link; the calendar entry never held it."""

    name = "meeting_link_changed"
    label = "Lien de visio changé"


class EventCancelledMessage(RegistrationMessage):
    """``reason``: why, in the words of who organises."""

    name = "event_cancelled"
    label = "Rendez-vous annulé"

    @classmethod
    def calendar_method(cls, context: dict) -> str:
        return "CANCEL" if context["confirmed"] else ""


class Reminder(RegistrationMessage):
    name = "event_reminder"
    label = "Rappel"
    category = REMINDERS


def _zone_of(user) -> str:
    """The time zone of the region ``user`` works in, "" where she says none."""
    try:
        region = user.profile.region
    except ObjectDoesNotExist:
        return ""
    return region.time_zone if region else ""
