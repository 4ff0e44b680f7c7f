"""The day in the title of a date of a series: it tells one from another, and follows when the date moves."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from portal.base.templatetags.portal_tags import short_date

#: How a series writes the day in a title: « Un café (24 novembre 2026) ».
DAY_IN_TITLE = re.compile(r"\s*\((?:1er|[1-9]|[12]\d|3[01]) [a-zéû]+ \d{4}\)$")
#: What Wagtail stores of a title.
LONGEST = 255


def dated_title(title: str, start: dt.datetime, time_zone: str) -> str:
    """Return ``title`` with the day of ``start`` (aware) on the clocks of ``time_zone``, in place of another day.

    Never longer than a page's title may be: the words are cut, not the day.
    """
    day = f" ({short_date(start.astimezone(ZoneInfo(time_zone)).date())})"
    return undated_title(title)[: LONGEST - len(day)].rstrip() + day


def undated_title(title: str) -> str:
    """Return ``title`` without the day that a series wrote at its end."""
    return DAY_IN_TITLE.sub("", title)
