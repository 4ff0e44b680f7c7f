"""Working days in France: the delays that the portal promises count them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from portal.base.daysoff import public_holidays

PARIS = ZoneInfo("Europe/Paris")


def is_working_day(day: dt.date) -> bool:
    """Tell whether ``day`` is neither a Saturday, a Sunday nor one of the eleven national public holidays.

    Those of one part of the country alone (Alsace and Moselle, overseas) are working days here.
    """
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
