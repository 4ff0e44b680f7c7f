"""What is often searched, and found: what the search box and the home page may suggest."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Count, Q

from portal.base.audience import Audience

from .engines.base import SearchEngine, SearchRequest
from .journal import kept_entries, key_of, usual_texts, usual_themes
from .models import FrequentSearch

#: Searches whose totals are asked for, twice each: the most frequent ones.
MOST = 300
#: One letter on its own is a search that was not finished.
SHORTEST = 2

PUBLIC = frozenset({Audience.PUBLIC.value})
NETWORK = frozenset({Audience.PUBLIC.value, Audience.RESEAU.value})


def refresh(*, engine: SearchEngine, now: dt.datetime) -> int:
    """Write the frequent searches anew, and return how many find something.

    Raises SearchUnavailable, and leaves the former ones, when the engine is down.
    """
    kept = kept_entries(now=now)
    entries = kept.filter(key__in=kept.frequent_keys())
    rows = (
        entries.order_by()
        .values("key")
        .annotate(days=Count("day", distinct=True), searches=Count("pk"))
        .order_by("-days", "-searches", "key")[:MOST]
    )
    texts, themes = usual_texts(entries), usual_themes(entries)
    found = []
    for row in rows:
        text = texts[row["key"]]
        public, network = (_total(engine, text, held, now) for held in (PUBLIC, NETWORK))
        if network and len(row["key"]) >= SHORTEST:
            found.append(
                FrequentSearch(
                    **row, text=text, public_total=public, network_total=network, theme=themes.get(row["key"])
                )
            )
    with transaction.atomic():
        FrequentSearch.objects.all().delete()
        FrequentSearch.objects.bulk_create(found)
    return len(found)


def _total(engine: SearchEngine, text: str, held: frozenset[str], now: dt.datetime) -> int:
    """How much is found for ``text`` whole: with a word left out, it is another search that finds."""
    response = engine.search(SearchRequest(text, held, per_page=1, now=now))
    return 0 if response.left_out else response.whole


def frequent_searches(*, principals: frozenset[str], prefix: str = "", limit: int) -> list[FrequentSearch]:
    """Return what is often searched and has results for this reader, the most often first. One query.

    ``principals`` is what the reader holds (``portal.base.audience.principals``): without ``reseau``, only
    what finds public content. With ``prefix``, as typed, those that begin with its words, then those in which
    they begin further on; accents, capitals and small words do not count. ``text`` is what to show and to
    search for.
    """
    is_member = Audience.RESEAU.value in principals
    found = FrequentSearch.objects.filter(**{"network_total__gt" if is_member else "public_total__gt": 0})
    if not prefix.strip():
        return list(found[:limit])
    beginning = key_of(prefix)
    if not beginning:
        return []
    found = found.filter(Q(key__startswith=beginning) | Q(key__contains=f" {beginning}"))
    return sorted(found, key=lambda search: not search.key.startswith(beginning))[:limit]
