"""Search every query through the service, as a reader does, and score what comes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.utils import timezone

from portal.base.audience import principals
from search import services
from search.documents import Document
from search.engines import get_engine
from search.forms import SearchParameters
from search.labels import facet_labels
from search.registry import registry
from search.results import find

from .judged import Query
from .metric import CUT, ndcg

ENGINES = ("embedded", "meilisearch")
MEMBER = "adherente@exemple.test"


class NoServer(Exception):
    """No Meilisearch to run on."""


@dataclass(frozen=True)
class Score:
    """What a query got. ``places`` tells, for each judged passage, whether it was the one shown."""

    query: Query
    ndcg: float
    total: int
    found: tuple[str, ...]
    places: Mapping[str, bool]
    shown: Mapping[str, str]


@contextmanager
def indexed(engine: str, folder: Path):
    """Index what the database holds with ``engine``, which the service then uses.

    Raises NoServer for Meilisearch where MEILISEARCH_URL is not set.
    """
    url = os.environ.get("MEILISEARCH_URL", "")
    if engine == "meilisearch" and not url:
        raise NoServer
    with override_settings(
        SEARCH_ENGINE=engine,
        SEARCH_INDEX_DIR=folder,
        MEILISEARCH_URL=url,
        MEILISEARCH_API_KEY=os.environ.get("MEILISEARCH_API_KEY", ""),
        SEARCH_INDEX_PREFIX=f"pertinence{secrets.token_hex(4)}",
    ):
        used = get_engine()
        try:
            services.rebuild(used, now=timezone.now())
            yield used
        finally:
            if engine == "meilisearch":
                _remove(used)


def _remove(engine) -> None:
    client = engine._client(writing=True)
    for index in client.get_raw_indexes({"limit": 1000})["results"]:
        if index["uid"].startswith(f"{engine.prefix}-"):
            client.wait_for_task(client.delete_index(index["uid"]).task_uid)


def key(document: Document) -> str:
    """Return what the files call a document: its kind and the slug of its page or term."""
    address = urlsplit(document.url)
    return f"{document.kind}/{address.fragment or address.path.rstrip('/').rpartition('/')[2]}"


def everything() -> dict[str, Document]:
    """Return every indexable document by its key."""
    return {key(document): document for chunk in registry.chunks() for document in chunk}


def score(queries: Iterable[Query]) -> list[Score]:
    """Search each query for its reader and score it. Raises RuntimeError when the engine did not answer."""
    documents = everything()
    readers = {"member": get_user_model().objects.get(email=MEMBER), "anonymous": AnonymousUser()}
    labels = {name: facet_labels(reader) for name, reader in readers.items()}
    held = {name: principals(reader) for name, reader in readers.items()}
    scores = []
    for query in queries:
        results = find(
            SearchParameters(query.text),
            user=readers[query.reader],
            labels=labels[query.reader],
            now=timezone.now(),
        )
        if results.is_degraded:
            raise RuntimeError(f"The engine did not answer {query.text!r}.")
        # What this reader may not read is no answer of theirs.
        judged = {
            name: grade
            for name, grade in query.grades.items()
            if held[query.reader] & set(documents[name].audiences)
        }
        hits = {key(hit.document): hit for hit in results.hits[:CUT]}
        scores.append(
            Score(
                query=query,
                ndcg=ndcg(list(hits), judged),
                total=results.total,
                found=tuple(hits),
                places={name: _is_at(hits.get(name), places) for name, places in query.passages.items()},
                shown={name: _shown(hits.get(name)) for name in query.passages},
            )
        )
    return scores


def _is_at(hit, places) -> bool:
    return bool(hit and hit.passage and any(place.holds(hit.passage) for place in places))


def _shown(hit) -> str:
    if hit is None:
        return "not among the first"
    return (hit.clock or hit.passage.anchor) if hit.passage else "no passage"


# --- Telling


def mean(scores: Sequence[Score]) -> float:
    return fmean(score.ndcg for score in scores)


def without_result(scores: Sequence[Score]) -> list[Score]:
    return [score for score in scores if not score.total]


def places(scores: Sequence[Score]) -> list[bool]:
    return [right for score in scores for right in score.places.values()]


def passage_accuracy(scores: Sequence[Score]) -> float:
    """Return the share of judged passages that were the ones shown; 1 where none was judged."""
    found = places(scores)
    return sum(found) / len(found) if found else 1.0


def table(scores: Sequence[Score]) -> str:
    """Return one line per family, worst first, then all of them."""
    families: dict[str, list[Score]] = {}
    for each in scores:
        families.setdefault(each.query.family, []).append(each)
    lines = [f"{'':<12} {'queries':>7} {'nDCG@10':>8} {'no result':>9} {'passages':>9}"]
    lines += [_line(name, part) for name, part in sorted(families.items(), key=lambda item: mean(item[1]))]
    return "\n".join([*lines, _line("all", scores)])


def _line(name: str, part: Sequence[Score]) -> str:
    found = places(part)
    passages = f"{sum(found)}/{len(found)}" if found else ""
    empty = len(without_result(part)) / len(part)
    return f"{name:<12} {len(part):>7} {mean(part):>8.3f} {empty:>8.0%}  {passages:>9}".rstrip()


def worst(scores: Sequence[Score], *, number: int = 10) -> str:
    """Return the queries that got least, with what came (and its grade) and the best that did not."""
    lines = []
    for each in sorted(scores, key=lambda score: (score.ndcg, score.query.text))[:number]:
        lines.append(
            f"{each.ndcg:.3f}  {each.query.text}  ({each.query.family}, {each.query.reader}, {each.total} found)"
        )
        lines += [f"         {each.query.grades.get(name, 0)} {name}" for name in each.found]
        best = [name for name, grade in each.query.grades.items() if grade > 1 and name not in each.found]
        if best:
            lines.append(
                f"         missing: {', '.join(f'{each.query.grades[name]} {name}' for name in best)}"
            )
    return "\n".join(lines)


def misplaced(scores: Sequence[Score]) -> str:
    """Return the judged passages that were not the ones shown, with what was."""
    return "\n".join(
        f"{each.query.text}: {name} shown at {each.shown[name]}"
        for each in scores
        for name, right in each.places.items()
        if not right
    )
