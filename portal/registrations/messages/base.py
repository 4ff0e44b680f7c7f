"""What every message about a registration shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from portal.members.models import Profile
from portal.notifications.messages import Notification
from portal.notifications.models import OutgoingMessage
from portal.notifications.services import store
from portal.registrations import ics
from portal.registrations.access import access_to
from portal.registrations.models import EventPage, Registration


class RegistrationMessage(Notification):
    """A message about one registration; ``tell`` gives it the session and, where there is one, its file.

    Its context holds ``confirmed`` (she has a seat) and ``in_calendar`` (her calendar is to be told), which
    differ in a telling alone: see ``portal.registrations.services.telling``.
    """

    @classmethod
    def tell(
        cls,
        *,
        registration: Registration,
        events: Sequence[EventPage],
        now: dt.datetime,
        lifetime: dt.timedelta | None = None,
        **context,
    ) -> bool:
        """Write the message to the person of ``registration``, in the current transaction.

        ``events`` are the dates it speaks of, with their ``state``. Returns False where nothing was written.
        """
        rows = cls.compose_for(registration, events=events, now=now, lifetime=lifetime, **context)
        return bool(store(rows))

    @classmethod
    def compose_for(
        cls,
        registration: Registration,
        *,
        events: Sequence[EventPage],
        now: dt.datetime,
        lifetime: dt.timedelta | None = None,
        **context,
    ) -> list[OutgoingMessage]:
        """Return what ``tell`` would write, for ``store`` to write with others; nothing is written here."""
        user = registration.user
        if user is None:
            return []
        confirmed = registration.state == Registration.State.CONFIRMED
        dates = sorted(events, key=lambda event: (event.start, event.pk))
        context = {
            "registration": registration,
            "event": dates[0],
            "dates": dates,
            "confirmed": confirmed,
            "in_calendar": confirmed,
            "access": access_to(dates[0], registration, now=now),
            "member_zone": zone_of(user),
            **context,
        }
        method = cls.calendar_method(context)
        files = [ics.invitation(date, user, method=method, now=now) for date in dates] if method else []
        return cls.compose(user=user, context=context, now=now, attachments=files, lifetime=lifetime)

    @classmethod
    def calendar_method(cls, context: dict) -> str:
        """METHOD of the calendar files (RFC 5546), "" for none: who waits gets no calendar entry."""
        return ""


class MessageWithInvitation(RegistrationMessage):
    """Who has a seat gets the calendar entry with it."""

    @classmethod
    def calendar_method(cls, context: dict) -> str:
        return "REQUEST" if context["in_calendar"] else ""


def zone_of(user) -> str:
    """The time zone of the region ``user`` works in, "" where she says none. One query unless it was fetched."""
    if "profile" in user._state.fields_cache:
        profile = user._state.fields_cache["profile"]
        return profile.region.time_zone if profile and profile.region else ""
    zones = Profile.objects.filter(user=user).order_by().values_list("region__time_zone", flat=True)
    return next(iter(zones), None) or ""
