"""The hours of an event beside those of Paris: where it is held, and where the reader works."""

from __future__ import annotations

import datetime as dt

from portal.base.templatetags.portal_tags import local_hours
from portal.members.clocks import zone_of

from .models import EventPage


def other_clocks(event: EventPage, user, *, at: dt.datetime | None = None) -> list[str]:
    """« 5 h 30 à Cayenne »: the start of ``event`` (or ``at``, aware) on each clock that is not Paris time.

    Empty for whoever lives by Paris time. One query the first time a user object is seen, none after.
    """
    hours = (local_hours(at or event.start, zone) for zone in (event.time_zone, zone_of(user)))
    return list(dict.fromkeys(hour for hour in hours if hour))
