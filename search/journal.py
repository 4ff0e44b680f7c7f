"""Rare searches, for the one role that reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min
from django.utils import timezone

from portal.themes.models import Theme

from .models import ENOUGH_DAYS, SearchEntry

RARE_KEPT = dt.timedelta(days=30)


class NotRare(Exception):
    """Nothing rare is known by these words: never searched, searched by many, released, or let go already."""


@dataclass(frozen=True)
class RareSearch:
    """Words that few searched, while they are kept. ``days_left`` until the last entry that holds them goes."""

    key: str
    text: str
    count: int
    first_day: dt.date
    last_day: dt.date
    theme: Theme | None
    days_left: int


def rare_searches(*, now: dt.datetime) -> list[RareSearch]:
    """Return the rare searches that wait to be released or let go, the most pressing first."""
    today = timezone.localdate(now)
    rows = list(
        SearchEntry.objects.with_words()
        .filter(released=False)
        .order_by()
        .values("key")
        .annotate(
            count=Count("pk"),
            days=Count("day", distinct=True),
            first=Min("day"),
            last=Max("day"),
            words=Max("text"),
            filed=Max("theme"),
        )
        .filter(days__lt=ENOUGH_DAYS)
    )
    themes = Theme.objects.in_bulk([row["filed"] for row in rows if row["filed"]])
    found = [
        RareSearch(
            key=row["key"],
            text=row["words"],
            count=row["count"],
            first_day=row["first"],
            last_day=row["last"],
            theme=themes.get(row["filed"]),
            days_left=(row["last"] + RARE_KEPT - today).days,
        )
        for row in rows
    ]
    return sorted(found, key=lambda rare: (rare.days_left, -rare.count, rare.key))


def release(*, key: str, now: dt.datetime) -> int:
    """Let everybody who reads the journal read these words; return how many entries. Raises NotRare."""
    return _check(key, now=now).update(released=True)


def let_go(*, key: str, now: dt.datetime) -> int:
    """Forget these words at once, and keep the figures; return how many entries. Raises NotRare."""
    return _check(key, now=now).update(text="", key="")


def _check(key: str, *, now: dt.datetime):
    if all(rare.key != key for rare in rare_searches(now=now)):
        raise NotRare(key)
    return SearchEntry.objects.filter(key=key)
