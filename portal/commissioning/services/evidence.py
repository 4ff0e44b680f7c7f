"""The counts beside a fiche to write: read from what is kept without a person, never typed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from portal.commissioning.models import Need
from portal.registrations.difficulties import sessions_by_theme
from search.models import SearchEntry

#: How far the counts look back.
PERIOD = dt.timedelta(days=365)
COUNTS = ("searches", "search_days", "sessions", "counted_at")
CHUNK = 200


def since(now: dt.datetime) -> dt.date:
    """The first day, in Paris, that the counts look at."""
    return timezone.localdate(now - PERIOD, timezone.get_default_timezone())


def count(*, need: Need, now: dt.datetime) -> Need:
    """Write the counts of ``need`` anew, in the caller's transaction; return it."""
    _fill([need], now=now)
    need.save(update_fields=COUNTS)
    return need


def count_all(*, now: dt.datetime) -> int:
    """Write anew the counts of all that is to be written; return how many. Chunks of ``CHUNK``."""
    total, last = 0, 0
    while needs := list(
        Need.objects.to_write().filter(pk__gt=last).prefetch_related("themes").order_by("pk")[:CHUNK]
    ):
        _fill(needs, now=now)
        with transaction.atomic():
            Need.objects.bulk_update(needs, COUNTS)
        total, last = total + len(needs), needs[-1].pk
    return total


def _fill(needs: list[Need], *, now: dt.datetime) -> None:
    """Set the counts on ``needs``; those of searches stay as they were where the words are not kept."""
    keys = {need.key for need in needs if need.key}
    kept = SearchEntry.objects.filter(key__in=keys, day__gte=since(now)).order_by()
    rows = kept.values("key").annotate(searches=Count("pk"), days=Count("day", distinct=True))
    searched = {row["key"]: row for row in rows}
    brought = sessions_by_theme(start=now - PERIOD, end=now)
    for need in needs:
        if need.key:
            row = searched.get(need.key, {"searches": 0, "days": 0})
            need.searches, need.search_days = row["searches"], row["days"]
        events = [brought.get(theme.pk, frozenset()) for theme in need.themes.all()]
        need.sessions = len(frozenset().union(*events))
        need.counted_at = now
