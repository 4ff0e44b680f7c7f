"""Days as the portal counts them: in Paris."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def start_of_day(now: dt.datetime) -> dt.datetime:
    """Return when the day of ``now`` (aware) began, in Paris, whatever the time zone that is active."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
