"""How long a session lasts for who attends: what attestations, logs of hours and annual figures count."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

#: A day of a session that runs over several, in minutes: seven hours, the legal working day (35 h a week,
#: Code du travail, L3121-27). The nights between are nobody's hours.
DAY_MINUTES = 7 * 60
#: Minutes; longer than this, a session was not attended in one go.
LONGEST_SITTING = 12 * 60


def minutes_attended(start: dt.datetime, end: dt.datetime) -> int:
    """Return the minutes from ``start`` to ``end`` (aware); over several days, those of each day in Paris."""
    # In UTC: Python takes two hours of one zone from one another by the wall clock, whatever it did between.
    lasted = int((end.astimezone(dt.UTC) - start.astimezone(dt.UTC)).total_seconds() // 60)
    if lasted <= LONGEST_SITTING:
        return lasted
    paris = timezone.get_default_timezone()
    days = timezone.localdate(end, paris) - timezone.localdate(start, paris)
    return (days.days + 1) * DAY_MINUTES
