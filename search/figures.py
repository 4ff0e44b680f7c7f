"""What the journal says of a period: what is searched, what finds nothing, what is not opened."""

from __future__ import annotations

import datetime as dt
import enum
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils import timezone

from portal.themes.models import Theme

from .journal import KEPT, kept_entries, usual_texts, usual_themes
from .models import SearchEntry

#: The periods that can be looked at, back from today: name in the address, label, length.
PERIODS = {
    "30-jours": ("30 jours", dt.timedelta(days=30)),
    "3-mois": ("3 mois", relativedelta(months=3)),
    "13-mois": ("13 mois", KEPT),
}


class View(enum.StrEnum):
    """The three questions asked of the journal."""

    FREQUENT = "frequentes"
    EMPTY = "sans-resultat"
    UNOPENED = "sans-clic"


#: No less often than this does a search find nothing, and no more often is it opened, to be listed as such.
EMPTY_FROM, OPENED_UP_TO = 0.5, 0.1


@dataclass(frozen=True)
class Line:
    """What was searched by one key during the period.

    ``empty`` searches found nothing; ``opened`` ones led to a result, ``median_rank`` is where it stood (None
    where nothing was opened). ``average`` is the mean number of results.
    """

    key: str
    text: str
    theme: Theme | None
    searches: int
    days: int
    average: float
    empty: int
    opened: int
    median_rank: float | None

    @property
    def share_opened(self) -> float:
        """From 0 to 1, of all its searches."""
        return self.opened / self.searches


@dataclass(frozen=True)
class Summary:
    """The period as a whole. ``rare`` searches are counted and not shown; ``wordless`` ones have none (left)."""

    searches: int
    empty: int
    opened: int
    median_rank: float | None
    rare: int
    wordless: int


def entries_of(*, period: str, theme: Theme | None, now: dt.datetime) -> QuerySet[SearchEntry]:
    """The entries of ``period`` (a key of PERIODS), today included, on ``theme`` where one is given."""
    entries = kept_entries(now=now).filter(day__gt=timezone.localdate(now) - PERIODS[period][1])
    return entries.filter(theme=theme) if theme else entries


def grouped(entries: QuerySet[SearchEntry], *, view: View, now: dt.datetime) -> QuerySet:
    """One row (a dict) a key of ``entries`` that may be told, the first to look at first.

    Whether a key may be told goes by all that is kept, not by these entries alone.
    """
    rows = (
        entries.filter(key__in=kept_entries(now=now).told_keys())
        .order_by()
        .values("key")
        .annotate(
            searches=Count("pk"),
            days=Count("day", distinct=True),
            average=Avg("total"),
            empty=Count("pk", filter=Q(total=0)),
            opened=Count("clicked_rank"),
            unopened=Count("pk", filter=Q(total__gt=0, clicked_rank=None)),
        )
    )
    if view is View.EMPTY:
        rows = rows.filter(empty__gt=0, empty__gte=F("searches") * EMPTY_FROM)
        return rows.order_by("-empty", "-days", "key")
    if view is View.UNOPENED:
        found = F("opened") + F("unopened")
        rows = rows.filter(unopened__gt=0, opened__lte=found * OPENED_UP_TO)
        return rows.order_by("-unopened", "-days", "key")
    return rows.order_by("-searches", "-days", "key")


def lines_of(rows: Iterable[dict], entries: QuerySet[SearchEntry]) -> list[Line]:
    """Return the lines of ``rows``, a page of what ``grouped`` gave for ``entries``. Four queries."""
    rows = list(rows)
    entries = entries.filter(key__in=[row["key"] for row in rows])
    texts, themes = usual_texts(entries), usual_themes(entries)
    ranks: dict[str, list[int]] = {}
    for key, rank in entries.exclude(clicked_rank=None).values_list("key", "clicked_rank"):
        ranks.setdefault(key, []).append(rank)
    return [
        Line(
            text=texts[row["key"]],
            theme=themes.get(row["key"]),
            median_rank=statistics.median(ranks[row["key"]]) if row["key"] in ranks else None,
            **{name: value for name, value in row.items() if name != "unopened"},
        )
        for row in rows
    ]


def summary_of(entries: QuerySet[SearchEntry], *, now: dt.datetime) -> Summary:
    """Count ``entries`` as a whole. Three queries."""
    told = kept_entries(now=now).told_keys()
    ranks = list(entries.exclude(clicked_rank=None).values_list("clicked_rank", flat=True))
    counts = entries.aggregate(
        searches=Count("pk"), empty=Count("pk", filter=Q(total=0)), wordless=Count("pk", filter=Q(key=""))
    )
    return Summary(
        **counts,
        opened=len(ranks),
        median_rank=statistics.median(ranks) if ranks else None,
        rare=entries.with_words().exclude(key__in=told).count(),
    )
