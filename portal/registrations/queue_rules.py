"""The rules of the queue that services, pages and messages share. ``services/queueing.py`` applies them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from .models import EventPage

#: This long before the start, a freed seat is no longer given: whoever waits may have made other plans.
LATE = dt.timedelta(hours=24)
#: Who was invited first to a second date may register this long before the others.
FIRST_CALL = dt.timedelta(hours=48)


def is_late(dates: Iterable[EventPage], *, now: dt.datetime) -> bool:
    """Tell whether seats of ``dates``, which stand or fall together, are on offer rather than given."""
    return now >= min(date.start for date in dates) - LATE
