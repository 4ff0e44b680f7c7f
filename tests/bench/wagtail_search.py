"""Wagtail's own database search over the fiches that the database holds; Django is set up."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction

from .prose import Prose

TEXTS = ("summary", "contexte", "demarche", "resultats")
#: Columns of a page that hold one value, which is what ``facet()`` counts.
FACETS = ("content_type_id", "locale_id", "audience", "live", "owner_id")
CHUNK = 500


def measure(prose: Prose, say, *, seconds: float) -> None:
    """Index the fiches, then search for a rare word and a common one, ``seconds`` at most each."""
    from wagtail.search.backends import get_search_backend

    from ressources.models import FichePage

    search_all_texts(FichePage)
    began, total = time.monotonic(), 0
    index = get_search_backend().get_index_for_model(FichePage)
    pks = list(FichePage.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        with transaction.atomic():
            index.add_items(FichePage, list(FichePage.objects.filter(pk__in=pks[start : start + CHUNK])))
        total = start + CHUNK
    total = min(total, len(pks))
    spent = time.monotonic() - began
    say(f"Wagtail on {connection.vendor}: {total / spent:.0f}/s indexed, in {spent:.0f} s")
    for kind, word in words(prose, FichePage).items():
        told = timed(lambda word=word: hits(FichePage, word), seconds)
        say(f"Wagtail on {connection.vendor}, {kind} word, 20 hits and the total: {told}")
        told = timed(lambda word=word: facets(FichePage, word), seconds)
        say(f"Wagtail on {connection.vendor}, {kind} word, five facets: {told}")


def search_all_texts(model) -> None:
    """Make ``model`` searchable by the texts that our own index holds, for this process."""
    from wagtail.search import index

    texts = [index.SearchField(name) for name in TEXTS]
    # Wagtail declares the other facets itself.
    model.search_fields = [*model.search_fields, *texts, index.FilterField("audience")]


def words(prose: Prose, model) -> dict[str, str]:
    """Return a word that a few texts hold and one that most do."""
    holding = {
        word: model.objects.filter(demarche__icontains=word).count()
        for word in prose.coined[:12] + prose.known[10:30]
        if len(word) > 3
    }
    rare = min((word for word in prose.coined[:12] if holding.get(word)), key=holding.get)
    return {f"rare ({holding[rare]} texts)": rare} | {
        f"common ({number} texts)": word for word, number in [max(holding.items(), key=lambda item: item[1])]
    }


def hits(model, word: str) -> int:
    found = model.objects.live().search(word)
    return len(list(found[:20])) and found.count()


def facets(model, word: str) -> int:
    found = model.objects.live().search(word)
    return sum(len(found.facet(name)) for name in FACETS)


def timed(ask, seconds: float) -> str:
    began = time.perf_counter()
    try:
        with limited(seconds):
            ask()
    except DatabaseError:
        return f"stopped after {time.perf_counter() - began:.0f} s"
    return f"{(time.perf_counter() - began) * 1000:.0f} ms"


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Have the database give up what lasts longer. Raises DatabaseError."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = %s", [int(seconds * 1000)])
            yield
        return
    timer = threading.Timer(seconds, connection.connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
