"""Before a session: one class per moment, each of which a person may refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar

from portal.notifications import categories
from portal.registrations.access import access_opens_at
from portal.registrations.models import EventPage, Registration
from portal.registrations.personal_links import join_link

from .base import RegistrationMessage

WEEK_REMINDERS = categories.register(
    categories.Category(
        name="rappels-semaine",
        label="Rappel une semaine avant",
        help="Pour vous organiser, ou rendre votre place tant qu’elle sert à quelqu’un.",
        order=1,
    )
)
DAY_REMINDERS = categories.register(
    categories.Category(
        name="rappels-veille",
        label="Rappel la veille",
        help="La veille d’un rendez-vous où vous avez une place.",
        order=2,
    )
)
HOUR_REMINDERS = categories.register(
    categories.Category(
        name="rappels-heure",
        label="Rappel une heure avant",
        help="Il porte votre lien personnel\u00a0: vous rejoignez la visio sans vous connecter.",
        order=3,
    )
)


class Reminder(RegistrationMessage):
    """What the three share; it names no message of its own."""


class WeekReminder(Reminder):
    name = "event_reminder_week"
    label = "Rappel, une semaine avant"
    category = WEEK_REMINDERS


class DayReminder(Reminder):
    name = "event_reminder"
    label = "Rappel, la veille"
    category = DAY_REMINDERS


class HourReminder(Reminder):
    """Holds the personal link: hidden from staff, wiped once sent, worthless once the session is over."""

    name = "event_reminder_hour"
    label = "Rappel, une heure avant"
    category = HOUR_REMINDERS
    is_secret = True
    #: Before ordinary mail, after the codes for which someone waits at the screen.
    priority: ClassVar[int] = 1

    @classmethod
    def tell(
        cls, *, registration: Registration, events: Sequence[EventPage], now: dt.datetime, **context
    ) -> bool:
        (event,) = events
        if event.meeting_url or event.meeting_phone:
            context |= {"join_link": join_link(registration), "opens_at": access_opens_at(event)}
        return super().tell(
            registration=registration, events=events, now=now, lifetime=event.end - now, **context
        )
