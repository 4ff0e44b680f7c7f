"""The way into a meeting by video: for whom, and from when on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .models import EventPage, Registration


@dataclass(frozen=True)
class Access:
    """The way in, empty until it is time."""

    url: str = ""
    phone: str = ""
    started: bool = False

    def __bool__(self):
        return bool(self.url or self.phone)


def access_opens_at(event: EventPage) -> dt.datetime:
    """Return when the way into ``event`` is shown: as many minutes before the start as its editor chose."""
    return event.start - dt.timedelta(minutes=event.access_opens_before)


def access_to(event: EventPage, registration: Registration | None, *, now: dt.datetime) -> Access:
    """Return the meeting link and phone, from the moment its editor chose until the end, if one is confirmed.

    An event without registration shows them to everyone who may read its page. Reads ``event.state``.
    """
    open_to_all = event.registration_mode == EventPage.RegistrationMode.NONE
    confirmed = registration is not None and registration.state == Registration.State.CONFIRMED
    near = access_opens_at(event) <= now < event.end
    if not near or event.is_cancelled or not (open_to_all or confirmed):
        return Access()
    return Access(event.meeting_url, event.meeting_phone, event.has_started(now))
