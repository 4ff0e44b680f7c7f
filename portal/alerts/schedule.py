"""When an alert looks for what is new."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from .models import SavedSearch

PARIS = ZoneInfo("Europe/Paris")
#: Monday, at this hour in Paris.
WEEKLY_HOUR = 7


def next_run(frequency: str, *, after: dt.datetime) -> dt.datetime:
    """Return when an alert of ``frequency`` looks next, ``after`` being aware: at once, or the coming Monday.

    Strictly later than ``after`` for a weekly one: who confirms on Monday at seven waits for the next.
    """
    if frequency == SavedSearch.Frequency.IMMEDIATE:
        return after
    local = after.astimezone(PARIS)
    # By the calendar: summer time must not move the hour.
    monday = local.date() - dt.timedelta(days=local.weekday())
    for weeks in (0, 1):
        candidate = dt.datetime.combine(
            monday + dt.timedelta(weeks=weeks), dt.time(WEEKLY_HOUR), tzinfo=PARIS
        )
        if candidate > after:
            break
    return candidate
