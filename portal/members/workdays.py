"""Working days in France: the delays that the portal promises count them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.easter import easter

PARIS = ZoneInfo("Europe/Paris")
FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
#: Days after Easter Sunday: Easter Monday, Ascension, Whit Monday.
AFTER_EASTER = (1, 39, 50)


@lru_cache(maxsize=32)
def public_holidays(year: int) -> frozenset[dt.date]:
    """The eleven public holidays of ``year`` (Code du travail, article L3133-1).

    Those of one part of the country alone (Alsace and Moselle, overseas) are working days here.
    """
    sunday = easter(year)
    return frozenset(
        {dt.date(year, month, day) for month, day in FIXED_HOLIDAYS}
        | {sunday + dt.timedelta(days=days) for days in AFTER_EASTER}
    )


def is_working_day(day: dt.date) -> bool:
    """Tell whether ``day`` is neither a Saturday, a Sunday nor a public holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def add_working_days(moment: dt.datetime, days: int) -> dt.datetime:
    """Return the same hour in Paris, ``days`` working days after ``moment`` (aware); the result is in Paris time.

    What arrives on a day off is taken as arriving at midnight when the next working day begins.
    """
    local = moment.astimezone(PARIS)
    day, time = local.date(), local.time()
    if not is_working_day(day):
        time = dt.time()
        day = _next_working_day(day)
    for _ in range(days):
        day = _next_working_day(day)
    return dt.datetime.combine(day, time, tzinfo=PARIS)


def _next_working_day(day: dt.date) -> dt.date:
    day += dt.timedelta(days=1)
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day
