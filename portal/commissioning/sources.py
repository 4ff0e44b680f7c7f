"""What may become a fiche to write, read from what is kept: searches that led nowhere, themes of difficulties."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from portal.registrations.difficulties import sessions_by_theme
from portal.themes.models import Theme
from search.models import ENOUGH_DAYS, SearchEntry

from .coverage import pages_by_theme
from .models import Need
from .services.evidence import PERIOD, since

#: Lines of each list.
MOST = 50


@dataclass(frozen=True)
class SearchProposal:
    """Words searched in the last twelve months that led nowhere. ``without``: how many found nothing."""

    key: str
    text: str
    origin: Need.Origin
    searches: int
    days: int
    without: int
    theme: Theme | None


@dataclass(frozen=True)
class ThemeProposal:
    """A theme brought to sessions in the last twelve months, and what answers it."""

    theme: Theme
    sessions: int
    fiches: int
    needs: int

    @property
    def sessions_a_fiche(self) -> float:
        """How much the theme is asked for what it has; a theme without a fiche counts as with half of one."""
        return self.sessions / (self.fiches or 0.5)


def search_proposals(*, now: dt.datetime) -> list[SearchProposal]:
    """Return the searches without a result, then those without a click, the most searched first.

    Words searched on ``ENOUGH_DAYS`` or released (others may be one person's), and not on the board yet. At most
    ``MOST`` of each kind; two queries.
    """
    kept = SearchEntry.objects.with_words().filter(day__gte=since(now)).order_by()
    rows = list(
        kept.exclude(key__in=Need.objects.exclude(key="").values("key"))
        .values("key")
        .annotate(
            searches=Count("pk"),
            days=Count("day", distinct=True),
            without=Count("pk", filter=Q(total=0)),
            clicked=Count("pk", filter=Q(clicked_rank__isnull=False)),
            freed=Count("pk", filter=Q(released=True)),
            last=Max("pk"),
        )
        .filter(Q(days__gte=ENOUGH_DAYS) | Q(freed__gt=0))
        .order_by("-searches", "key")
    )
    nothing = [row for row in rows if row["without"] * 2 > row["searches"]][:MOST]
    without = {row["key"] for row in nothing}
    unclicked = [row for row in rows if not row["clicked"] and row["key"] not in without][:MOST]
    lasts = SearchEntry.objects.select_related("theme").in_bulk([row["last"] for row in nothing + unclicked])
    return [
        SearchProposal(
            key=row["key"],
            text=lasts[row["last"]].text,
            origin=origin,
            searches=row["searches"],
            days=row["days"],
            without=row["without"],
            theme=lasts[row["last"]].theme,
        )
        for origin, found in ((Need.Origin.NO_RESULT, nothing), (Need.Origin.FREQUENT, unclicked))
        for row in found
    ]


def search_proposal(key: str, *, now: dt.datetime) -> SearchProposal | None:
    """Return what ``search_proposals`` says of ``key``; None where it says nothing of it."""
    return next((one for one in search_proposals(now=now) if one.key == key), None)


def theme_proposals(*, now: dt.datetime) -> list[ThemeProposal]:
    """Return the themes brought to sessions, the least answered first. A constant number of queries."""
    sessions = sessions_by_theme(start=now - PERIOD, end=now)
    fiches = pages_by_theme()
    filed = Need.objects.to_write().filter(themes__isnull=False).order_by().values("themes")
    needs = dict(filed.annotate(number=Count("pk")).values_list("themes", "number"))
    found = [
        ThemeProposal(theme, len(sessions[theme.pk]), fiches.get(theme.pk, 0), needs.get(theme.pk, 0))
        for theme in Theme.objects.filter(pk__in=sessions)
    ]
    return sorted(found, key=lambda one: (-one.sessions_a_fiche, one.theme.order, one.theme.label))
