"""What every engine does, and how a search goes whichever engine answers it."""

from __future__ import annotations

import abc
import datetime as dt
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from search.documents import FACET_FIELDS, Document
from search.lexicon import Lexicon
from search.query import ParsedQuery, Term, Word, parse

#: Every facet of a request, in the order of the page.
FACETS = (*FACET_FIELDS, "periode")
PERIODES = ("a-venir", "passe")
SORTS = ("pertinence", "date")
MAX_PER_PAGE = 100
#: Where fewer texts than this hold both words of a search, those that hold one of them count too.
ENOUGH = 10
#: As many are then listed. The more words, the less it says that a long text holds them all somewhere.
NEAREST = 20
_LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class SearchUnavailable(Exception):
    """The engine does not answer, or its index is missing or damaged. The page falls back to the database."""


class IndexingFailed(Exception):
    """The engine answered, and refused what it was given to index."""


@dataclass(frozen=True)
class SearchRequest:
    """A search. ``principals`` is what the reader holds (``portal.base.audience.principals``): required.

    ``facets`` maps a facet to the values chosen in it; values of one facet add up, facets restrict one
    another. ``now`` (aware) separates what is to come from what is past. Raises ValueError when the request
    could not be answered safely: no principal, or an unknown facet, sort or page.
    """

    text: str
    principals: frozenset[str]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "pertinence"
    page: int = 1
    per_page: int = 20
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def __post_init__(self):
        if isinstance(self.principals, str) or not self.principals:
            raise ValueError("A search needs the principals of its reader.")
        if unknown := set(self.facets) - set(FACETS):
            raise ValueError(f"Unknown facets: {sorted(unknown)}")
        if set(self.facets.get("periode", ())) - set(PERIODES):
            raise ValueError("Unknown period.")
        if self.sort not in SORTS:
            raise ValueError(f"Unknown sort: {self.sort}")
        if self.page < 1 or not 1 <= self.per_page <= MAX_PER_PAGE:
            raise ValueError("Page out of range.")

    @property
    def is_plain(self) -> bool:
        """Whether its first page shows, in order, whatever is chosen nowhere."""
        return self.page == 1 and not self.selected and self.sort == SORTS[0]

    @property
    def selected(self) -> dict[str, tuple[str, ...]]:
        """The facets in which something is chosen."""
        return {name: tuple(values) for name, values in self.facets.items() if values}


@dataclass(frozen=True)
class Group:
    """All of ``terms``, or one of the markers ``also``."""

    terms: tuple[Term, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class EngineQuery:
    """What must be found (all ``groups`` and ``phrases``) and what must not (each of ``excluded``)."""

    groups: tuple[Group, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, *terms: Term) -> EngineQuery:
        """Return the query for all of ``terms``."""
        return cls(tuple(Group((term,)) for term in dict.fromkeys(terms)))

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of every group, in order, each once."""
        return tuple(dict.fromkeys(term for group in self.groups for term in group.terms))

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.phrases or self.excluded)


@dataclass(frozen=True)
class Hit:
    """A document. ``partial`` tells that it holds the most of the words of the search, not all."""

    document: Document
    score: float = 0.0
    partial: bool = False


@dataclass(frozen=True)
class SearchResponse:
    """Hits of one page, the exact total, and the counts of each facet.

    The counts of a facet ignore what is chosen in it. ``left_out`` are the words (as typed) that no text
    holds, ``words`` those that were looked for. Where few texts hold them all, those that hold the most of them
    are listed with them, and count like them; ``whole`` is how many hold them all.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, dict[str, int]]
    query: ParsedQuery
    words: tuple[Word, ...]
    left_out: tuple[str, ...] = ()
    engine: str = ""
    took_ms: float = 0.0
    whole: int = 0


@dataclass(frozen=True)
class Suggestion:
    """Something to go to straight from the search box."""

    document: Document


@dataclass(frozen=True)
class Health:
    """Whether the engine answers; ``detail`` is for an administrator, in French."""

    ok: bool
    detail: str
    documents: int = 0
    #: True when only a rebuild helps: no index, a damaged one, or one of another version.
    needs_rebuild: bool = False


class Generation(abc.ABC):
    """An index being built beside the one that serves."""

    @abc.abstractmethod
    def add(self, documents: Iterable[Document]) -> None:
        """Add or replace documents. Raises IndexingFailed or SearchUnavailable, at the latest on leaving."""

    @abc.abstractmethod
    def delete(self, ids: Iterable[str]) -> None:
        """Take documents out; unknown ids are ignored."""


class SearchEngine(abc.ABC):
    """An engine. ``lexicon`` returns the acronyms as they are now."""

    name: str

    def __init__(self, *, lexicon: Callable[[], Lexicon] = Lexicon):
        self.lexicon = lexicon

    # --- What an engine brings

    @abc.abstractmethod
    def _page(
        self, query: EngineQuery, request: SearchRequest
    ) -> tuple[list[Hit], int, dict[str, dict[str, int]]]:
        """Return the hits of the page, the exact total, and the counts of every facet."""

    @abc.abstractmethod
    def _counts(self, queries: Sequence[EngineQuery], request: SearchRequest) -> list[int]:
        """Return how many documents the reader may read match each query, whatever the chosen facets."""

    @abc.abstractmethod
    def _holding(
        self, query: EngineQuery, rarities: Sequence[float], principals: frozenset[str], limit: int
    ) -> list[Hit]:
        """Return documents that hold one group of ``query`` or more, those that hold the most first.

        ``rarities`` tell, from 0 to 1, how much each group says.
        """

    @abc.abstractmethod
    def _titles(
        self, query: EngineQuery, principals: frozenset[str], types: Sequence[str], limit: int
    ) -> list[Hit]:
        """Return documents whose title matches, the best first; ``types`` restricts them when not empty."""

    @abc.abstractmethod
    def upsert(self, documents: Iterable[Document]) -> None:
        """Add or replace documents; they are searchable on return. Raises SearchUnavailable, IndexingFailed."""

    @abc.abstractmethod
    def delete(self, ids: Iterable[str]) -> None:
        """Take documents out; unknown ids are ignored. Raises SearchUnavailable."""

    @abc.abstractmethod
    def rebuild(self) -> AbstractContextManager[Generation]:
        """Open a new, empty generation; it takes the place of the serving one on a clean exit of the context.

        On an exception the serving one stays and the new one is thrown away.
        """

    def prepare(self) -> bool:
        """Check the engine at the start of a worker, mend what can be; False when a rebuild is needed.

        Raises SearchUnavailable when the engine does not answer.
        """
        return not self.health().needs_rebuild

    def adopt_lexicon(self) -> None:  # noqa: B027 (nothing to do where every request reads the lexicon)
        """Take up a lexicon that changed; the documents are written again afterwards.

        Raises SearchUnavailable, IndexingFailed.
        """

    @abc.abstractmethod
    def hashes(self) -> dict[str, str]:
        """Return the content hash of every document by id. Raises SearchUnavailable."""

    @abc.abstractmethod
    def health(self) -> Health:
        """Tell how the engine is; never raises SearchUnavailable."""

    # --- What all share

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer ``request``. Raises SearchUnavailable.

        Every word is asked for. Where few texts hold them all, the words that no text holds are left out, and
        the texts that hold the most of the others are listed too. What is understood depends on the text and the
        reader alone, never on the chosen facets, so that counts stay comparable while one clicks.
        """
        started = time.perf_counter()
        query = parse(request.text, self.lexicon())
        if query.is_meaningless:
            return SearchResponse((), 0, {name: {} for name in FACETS}, query, (), engine=self.name)
        chosen, left_out = query.words, ()
        asked = self._assemble(query, chosen)
        hits, total, facets = self._page(asked, request)
        partial = 0
        if query.words and self._finds_few(asked, request, total):
            chosen, left_out, counts = self._found_at_all(query, request)
            if chosen != query.words and (chosen or query.phrases):
                asked = self._assemble(query, chosen)
                hits, total, facets = self._page(asked, request)
            if len(chosen) > 1 and self._finds_few(asked, request, total):
                whole = hits if request.is_plain and len(hits) == total else None
                hits, total, facets, partial = self._with_the_nearest(asked, counts, request, whole)
        return SearchResponse(
            tuple(hits),
            total,
            facets,
            query,
            tuple(chosen),
            left_out,
            self.name,
            round((time.perf_counter() - started) * 1000, 1),
            total - partial,
        )

    def suggest(
        self, text: str, *, principals: frozenset[str], types: Sequence[str] = (), limit: int = 8
    ) -> list[Suggestion]:
        """Return what the words typed so far may mean, by title. Raises SearchUnavailable, ValueError."""
        if isinstance(principals, str) or not principals:
            raise ValueError("Suggestions need the principals of their reader.")
        query = parse(text, self.lexicon())
        if not query.words:
            return []
        terms = [word.forms[0] for word in query.words]
        # The word being typed is looked for as it stands: its stem would jump about from letter to letter.
        last = query.words[-1]
        if len(last.tokens) == 1 and not text[-1:].isspace():
            terms[-1] = (Term(last.tokens[0].folded, prefix=True),)
        attempts = [EngineQuery.of(*(term for form in terms for term in form))]
        if query.words[-1].forms[0] != terms[-1]:
            attempts.append(EngineQuery.of(*(term for word in query.words for term in word.forms[0])))
        found: dict[str, Suggestion] = {}
        for attempt in attempts:
            for hit in self._titles(attempt, principals, types, limit):
                found.setdefault(hit.document.id, Suggestion(hit.document))
            if len(found) >= limit:
                break
        return list(found.values())[:limit]

    @staticmethod
    def _assemble(query: ParsedQuery, words: Iterable[Word]) -> EngineQuery:
        groups = tuple(Group(word.forms[0], word.also) for word in words)
        return EngineQuery(groups, query.phrases, query.excluded)

    def _finds_few(self, asked: EngineQuery, request: SearchRequest, total: int) -> bool:
        enough = NEAREST if len(asked.groups) > 2 else ENOUGH
        if total >= enough:
            return False
        return not request.selected or self._counts([asked], request)[0] < enough

    def _found_at_all(
        self, query: ParsedQuery, request: SearchRequest
    ) -> tuple[tuple[Word, ...], tuple[str, ...], list[int]]:
        """Return the words that some text holds, each in the first of its forms that is; the others; and how many
        texts there are, then how many hold each word.
        """
        forms = [(word, form) for word in query.words for form in word.forms]
        asked = [EngineQuery(), *(EngineQuery((Group(form, word.also),)) for word, form in forms)]
        everything, *counts = self._counts(asked, request)
        best: dict[str, tuple[Word, int]] = {}
        for (word, form), count in zip(forms, counts, strict=True):
            if count:
                # As it came where its first form serves: nothing is to be asked again then.
                chosen = word if form is word.forms[0] else word.in_form(form)
                best.setdefault(word.typed, (chosen, count))
        found = [best[word.typed] for word in query.words if word.typed in best]
        return (
            tuple(word for word, _ in found),
            tuple(word.typed for word in query.words if word.typed not in best),
            [everything, *(count for _, count in found)],
        )

    def _with_the_nearest(
        self,
        asked: EngineQuery,
        counts: Sequence[int],
        request: SearchRequest,
        whole: Sequence[Hit] | None,
    ) -> tuple[list[Hit], int, dict[str, dict[str, int]], int]:
        """Return what holds all the words or the most of them: one short list, and how many of it do not hold all.

        It is drawn up whatever facets are chosen, then filtered and counted here. ``counts`` are those of
        ``_found_at_all``, ``whole`` what holds all the words where it is known already.
        """
        if whole is None:
            everything = replace(request, facets={}, page=1, per_page=NEAREST, sort="pertinence")
            whole = self._page(asked, everything)[0]
        known = {hit.document.id for hit in whole}
        total, *held = counts
        rarities = [_rarity(count, total) for count in held]
        near = self._holding(asked, rarities, request.principals, NEAREST)
        # What holds all the words is never crowded out by what says more of one of them.
        reached = {hit.document.id for hit in near}
        crowded_out = [hit for hit in whole if hit.document.id not in reached]
        room = NEAREST - len(whole)
        listed = []
        for hit in near:
            if hit.document.id in known:
                listed.append(hit)
            elif room > 0:
                listed.append(replace(hit, partial=True))
                room -= 1
        listed += crowded_out
        kept = [hit for hit in listed if is_chosen(hit.document, request.selected, request.now)]
        if request.sort == "date":
            kept.sort(key=lambda hit: hit.document.date or _LONG_AGO, reverse=True)
        start = (request.page - 1) * request.per_page
        partial = sum(hit.partial for hit in kept)
        return kept[start : start + request.per_page], len(kept), _facet_counts(listed, request), partial


def _rarity(count: int, total: int) -> float:
    """Return 0 for what every document holds, 1 for what one alone does."""
    return math.log(max(total, 1) / max(count, 1)) / math.log(max(total, 2)) if total > 1 else 1.0


def is_chosen(document: Document, facets: Mapping[str, Sequence[str]], now: dt.datetime) -> bool:
    """Tell whether ``document`` is kept by ``facets``; ``now`` (aware) separates what is to come from the past."""
    return all(set(values) & set(_values(document, facet, now)) for facet, values in facets.items())


def _values(document: Document, facet: str, now: dt.datetime) -> tuple[str, ...]:
    if facet != "periode":
        return document.facet_values(facet)
    if document.over_at is None:
        return ()
    return ("a-venir",) if document.over_at >= now else ("passe",)


def _facet_counts(hits: Sequence[Hit], request: SearchRequest) -> dict[str, dict[str, int]]:
    counts = {}
    for facet in FACETS:
        others = {name: values for name, values in request.selected.items() if name != facet}
        kept = [hit.document for hit in hits if is_chosen(hit.document, others, request.now)]
        counts[facet] = dict(Counter(v for document in kept for v in _values(document, facet, request.now)))
    return counts
