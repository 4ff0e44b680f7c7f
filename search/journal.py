"""The journal of searches: written while one searches, without the person, and forgotten by itself.

A page never waits for its journal nor fails by it: where the database is busy, the search goes unnoted.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.core import signing
from django.db import Error, connection, transaction
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from portal.themes.models import Theme

from .french import clean, tokenise
from .models import SearchEntry
from .results import PER_PAGE, Results

logger = logging.getLogger(__name__)

#: How long an entry is kept, and the words of one that few searched.
KEPT = relativedelta(months=13)
RARE_KEPT = dt.timedelta(days=30)
#: While one types, chooses or corrects: the same search, as it stands last.
REFINED_WITHIN = dt.timedelta(minutes=2)
#: A list of results may stay open over lunch.
OPENED_WITHIN = dt.timedelta(hours=3)
#: Letters below which a search is one being erased, on its way to another.
SHORTEST = 3
#: Milliseconds that a page may wait for another writer; a click has nobody waiting for it.
PAGE_WAIT, CLICK_WAIT = 40, 1_000

_signer = signing.Signer(salt="search.journal")


class BadToken(ValueError):
    """The token is not ours, is too old, or goes with no such rank."""


class NotRare(Exception):
    """Nothing rare is known by these words: never searched, searched by many, released, or let go already."""


def key_of(text: str) -> str:
    """Return what two searches share that say the same thing: their folded words, in order.

    Words that say nothing ("de", "la") count only where there is no other; an excluded word keeps its minus.
    """
    text = clean(text)
    tokens = list(tokenise(text))
    kept = [token for token in tokens if not token.is_stop_word] or tokens
    return " ".join(_mark(text, token) + token.folded for token in kept)[:200].rstrip()


def _mark(text: str, token) -> str:
    before = text[max(0, token.start - 2) : token.start]
    return "-" if before.endswith("-") and not before[:-1].strip() else ""


def _folded(text: str) -> str:
    """All the folded words of ``text``: while one types, "tres" is the beginning of "trésorerie"."""
    return " ".join(token.folded for token in tokenise(clean(text)))


# -- a search


def record(*, results: Results, token: str = "", now: dt.datetime) -> str:
    """Note the search that ``results`` answer, and return the token of its row; "" where nothing is noted.

    ``token`` is that of the search before it on the same page: one that goes on from it takes its row. Noted
    are first pages, answered by the engine, of a query with a word or of chosen filters.

    Never raises for the database: busy or broken, it leaves the search unnoted.
    """
    key = key_of(results.query.text)
    facets = {facet: list(values) for facet, values in results.parameters.facets.items() if values}
    if results.is_degraded or results.parameters.page != 1 or not (key or facets):
        return ""
    entry = SearchEntry(
        day=timezone.localdate(now),
        text=results.query.text if key else "",
        key=key,
        facets=facets,
        total=results.answers,
    )
    try:
        entry.theme_id = _theme_of(results)
        with _waiting_at_most(PAGE_WAIT):
            pk = _take_its_row(entry, token, now=now)
            if pk is None:
                entry.save()
                pk = entry.pk
    except Error as error:
        logger.warning("search not noted: %s", error)
        return ""
    return _sign(pk, now)


def _take_its_row(entry: SearchEntry, token: str, *, now: dt.datetime) -> int | None:
    """Put ``entry`` in the row of the search that it goes on from; None where it is a search of its own."""
    try:
        pk = _row_of(token, within=REFINED_WITHIN, now=now)
    except BadToken:
        return None
    former = SearchEntry.objects.filter(pk=pk, clicked_rank=None).first()
    if former is None:
        return None
    before, after = _folded(former.text), _folded(entry.text)
    if not (after.startswith(before) or before.startswith(after)):
        return None
    if len(after) < SHORTEST and len(after) < len(before):
        # Erased to type something else: what was searched stays, the next search tells what this one was.
        return pk
    names = ("text", "key", "facets", "total", "theme")
    changed = SearchEntry.objects.filter(pk=pk, clicked_rank=None)
    return pk if changed.update(**{name: getattr(entry, name) for name in names}) else None


def _theme_of(results: Results) -> int | None:
    """The theme that was chosen; else the commonest among the hits, the first ones counting most."""
    chosen = results.parameters.facets.get("theme", ())
    weights: Counter[str] = Counter()
    for rank, hit in enumerate(results.hits, start=1):
        for slug in hit.document.themes:
            if not chosen or slug in chosen:
                weights[slug] += 1 / rank
    slugs = sorted(weights, key=lambda slug: (-weights[slug], slug)) or list(chosen)
    if not slugs:
        return None
    return Theme.objects.filter(slug=slugs[0]).values_list("pk", flat=True).first()


@contextmanager
def _waiting_at_most(milliseconds: int) -> Iterator[None]:
    """Open a transaction that another writer holds up for ``milliseconds`` at most. Raises ``Error`` then."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        # The driver's own connection: these change nothing, and must pass in a transaction that failed.
        driver = connection.connection
        (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute(f"PRAGMA busy_timeout = {milliseconds}")
        try:
            with transaction.atomic():
                yield
        finally:
            driver.execute(f"PRAGMA busy_timeout = {usual}")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {milliseconds}")
        yield


# -- what became of it


def note_click(*, token: str, rank: int, now: dt.datetime) -> bool:
    """Note that the result of ``rank`` (from 1) was opened; return whether that is news: the first click wins.

    Raises BadToken for a token or a rank that is not worth anything. A busy database leaves it unnoted.
    """
    pk = _row_of(token, within=OPENED_WITHIN, now=now)
    if not 1 <= rank <= PER_PAGE:
        raise BadToken("No such rank.")
    # No bound by the total: what holds the most of the words is listed and opened too.
    waiting = SearchEntry.objects.filter(pk=pk, clicked_rank=None)
    return bool(_change(lambda: waiting.update(clicked_rank=rank)))


def take_back(*, token: str, now: dt.datetime) -> bool:
    """Forget the entry of a page that was only come back to, or read again; return whether it was there.

    Raises BadToken. An entry with a click stays, and so does one that is not of the last minutes.
    """
    pk = _row_of(token, within=REFINED_WITHIN, now=now)
    return bool(_change(lambda: SearchEntry.objects.filter(pk=pk, clicked_rank=None).delete()[0]))


def _change(change) -> int:
    try:
        with _waiting_at_most(CLICK_WAIT):
            return change()
    except Error as error:
        logger.warning("click not noted: %s", error)
        return 0


def _sign(pk: int, now: dt.datetime) -> str:
    return _signer.sign(f"{pk}-{int(now.timestamp())}")


def _row_of(token: str, *, within: dt.timedelta, now: dt.datetime) -> int:
    """Return the key of the row that ``token`` was given for. Raises BadToken."""
    try:
        pk, _, at = _signer.unsign(token).partition("-")
    except signing.BadSignature as error:
        raise BadToken("Not one of ours.") from error
    if now.timestamp() - int(at) > within.total_seconds():
        raise BadToken("Too old.")
    return int(pk)


# -- keeping


def kept_entries(*, now: dt.datetime) -> QuerySet[SearchEntry]:
    """The entries that are not too old at ``now``, whether the clock went round or not."""
    return SearchEntry.objects.filter(day__gte=timezone.localdate(now) - KEPT)


def old_entries(*, now: dt.datetime) -> QuerySet[SearchEntry]:
    """The entries to delete."""
    return SearchEntry.objects.filter(day__lt=timezone.localdate(now) - KEPT)


def overdue_words(*, now: dt.datetime) -> QuerySet[SearchEntry]:
    """The entries whose words are to be let go: rare, not released, and a month old."""
    kept = kept_entries(now=now)
    return kept.filter(day__lt=timezone.localdate(now) - RARE_KEPT, key__in=kept.rare_keys())


def forget(*, now: dt.datetime) -> tuple[int, int]:
    """Delete what is too old and let go of rare words; return how many of each."""
    deleted, _ = old_entries(now=now).delete()
    return deleted, _empty(overdue_words(now=now))


def _empty(entries: QuerySet[SearchEntry]) -> int:
    return entries.update(text="", key="")


# -- rare searches, for the one role that reads them


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
    """Return the rare searches that wait to be released or let go, the most pressing first. Three queries."""
    waiting, today = _waiting(now=now), timezone.localdate(now)
    rows = list(
        waiting.order_by().values("key").annotate(count=Count("pk"), first=Min("day"), last=Max("day"))
    )
    texts, themes = usual_texts(waiting), usual_themes(waiting)
    found = [
        RareSearch(
            key=row["key"],
            text=texts[row["key"]],
            count=row["count"],
            first_day=row["first"],
            last_day=row["last"],
            theme=themes.get(row["key"]),
            days_left=(row["last"] + RARE_KEPT - today).days,
        )
        for row in rows
    ]
    return sorted(found, key=lambda rare: (rare.days_left, -rare.count, rare.key))


def release(*, key: str, now: dt.datetime) -> int:
    """Let everybody who reads the journal read these words; return how many entries that is.

    Raises NotRare. Released words are kept as long as their entries.
    """
    return _settle(key, now=now, change=lambda entries: entries.update(released=True))


def let_go(*, key: str, now: dt.datetime) -> int:
    """Forget these words at once, and keep the figures; return how many entries that is. Raises NotRare."""
    return _settle(key, now=now, change=_empty)


@transaction.atomic
def _settle(key: str, *, now: dt.datetime, change) -> int:
    if not _waiting(now=now).filter(key=key).exists():
        raise NotRare(key)
    # All of them: an older entry may wait for the clock.
    return change(SearchEntry.objects.filter(key=key))


def _waiting(*, now: dt.datetime) -> QuerySet[SearchEntry]:
    kept = kept_entries(now=now)
    return kept.filter(day__gte=timezone.localdate(now) - RARE_KEPT, key__in=kept.rare_keys())


# -- what the entries of one key share


def usual_texts(entries: QuerySet[SearchEntry]) -> dict[str, str]:
    """Return each key's text as most often typed, the latest of equals. One query."""
    rows = (
        entries.with_words()
        .values("key", "text")
        .annotate(times=Count("pk"), last=Max("day"))
        .order_by("times", "last", "-text")
        .values_list("key", "text")
    )
    # The last row of a key is the one that stays.
    return dict(rows)


def usual_themes(entries: QuerySet[SearchEntry]) -> dict[str, Theme]:
    """Return each key's commonest theme; keys without one are left out. Two queries."""
    rows = dict(
        entries.with_words()
        .exclude(theme=None)
        .values("key", "theme")
        .annotate(times=Count("pk"))
        .order_by("times", "-theme")
        .values_list("key", "theme")
    )
    themes = Theme.objects.in_bulk(set(rows.values()))
    return {key: themes[pk] for key, pk in rows.items() if pk in themes}
