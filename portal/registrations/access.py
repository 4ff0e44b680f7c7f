"""The way into a meeting by video: for whom, and from when on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .models import EventPage, Registration

#: How long before the start the way in is shown.
ACCESS_BEFORE = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Access:
    """The way in, empty until it is time."""

    url: str = ""
    phone: str = ""
    started: bool = False

    def __bool__(self):
        return bool(self.url or self.phone)


def access_to(event: EventPage, registration: Registration | None, *, now: dt.datetime) -> Access:
    """Return the meeting link and phone, from the day before until the end, for a confirmed person only.

    An event without registration shows them to everyone who may read its page. Reads ``event.state``.
    """
    open_to_all = event.registration_mode == EventPage.RegistrationMode.NONE
    confirmed = registration is not None and registration.state == Registration.State.CONFIRMED
    near = event.start - ACCESS_BEFORE <= now < event.end
    if not near or event.is_cancelled or not (open_to_all or confirmed):
        return Access()
    return Access(event.meeting_url, event.meeting_phone, event.has_started(now))
