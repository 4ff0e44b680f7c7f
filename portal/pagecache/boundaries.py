"""When the pages that stand now stop being true by the mere passing of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

_boundaries: list[Callable[[dt.datetime], dt.datetime | None]] = []


def boundary(function: Callable[[dt.datetime], dt.datetime | None]):
    """Register what returns the first moment after ``now`` (aware) at which a page changes by itself, or None."""
    _boundaries.append(function)
    return function


def next_boundary(now: dt.datetime) -> dt.datetime:
    """Return the first of all such moments after ``now``."""
    return min(moment for moment in (function(now) for function in _boundaries) if moment is not None)


@boundary
def next_midnight(now: dt.datetime) -> dt.datetime:
    """When the date changes, in the time that pages are shown in: « today », weeks, what is to be read again."""
    zone = timezone.get_default_timezone()
    tomorrow = now.astimezone(zone).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), tzinfo=zone)
