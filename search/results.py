"""One page of results for one reader, from the engine or, when it is down, from the database."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from portal.base.audience import Audience, principals

from .documents import Document, Passage
from .engines import get_engine
from .engines.base import FACETS, SearchRequest, SearchResponse, SearchUnavailable, is_chosen
from .files import readable_files
from .forms import SearchParameters
from .guidance import Correction, Nearest, PlaceHint, correction_of, nearest_to, place_hints, words_of
from .highlight import Extract, Highlighter
from .labels import TITLES
from .lexicon_source import current_lexicon
from .promoted import Pick, without_picks
from .query import Ambiguity, ParsedQuery, parse
from .registry import Label, registry

logger = logging.getLogger(__name__)

PER_PAGE = 20
#: Documents that the database is asked for when the engine is down.
FALLBACK_LIMIT = 60
#: Values of a facet that show at once; the others unfold.
SHOWN_VALUES = 7
#: Hits that tell what a search is about.
BEST_HITS = 5

Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Result:
    """A hit as the page shows it."""

    document: Document
    extract: Extract
    type: Label
    url: str
    phases: tuple[tuple[str, str], ...]
    details: tuple[str, ...]
    #: The words of the search that it does not hold, as typed.
    missing: tuple[str, ...] = ()

    @property
    def is_reserved(self) -> bool:
        return Audience.PUBLIC.value not in self.document.audiences

    @property
    def passage(self) -> Passage | None:
        return self.extract.passage

    @property
    def file_place(self) -> str:
        """Where in an attached file it was found, « Fichier « Plan de trésorerie », page 3 », or nothing."""
        passage = self.extract.passage
        if passage is None or not passage.file:
            return ""
        place = f", {passage.label}" if passage.label else ""
        # Quotes within quotes.
        title = re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", passage.file))
        return f"Fichier «\u00a0{title}\u00a0»{place}"

    @property
    def clock(self) -> str:
        """The passage's place in a recording, « 12:40 – 16:05 », or nothing."""
        passage = self.extract.passage
        if passage is None or not passage.start:
            return ""
        start, end = _clock(passage.start), _clock(passage.end)
        return f"{start} – {end}" if end else start


@dataclass(frozen=True)
class Option:
    """A value of a facet. ``without`` is the address (after the ``?``) of the search without it."""

    facet: str
    value: str
    label: str
    count: int
    selected: bool
    without: str = ""


@dataclass(frozen=True)
class Facet:
    name: str
    title: str
    options: tuple[Option, ...]

    @property
    def shown(self) -> tuple[Option, ...]:
        return self.options[:SHOWN_VALUES]

    @property
    def folded(self) -> tuple[Option, ...]:
        return self.options[SHOWN_VALUES:]

    @property
    def is_unfolded(self) -> bool:
        """Whether something is chosen among the folded values: it must be seen."""
        return any(option.selected for option in self.folded)


@dataclass(frozen=True)
class Results:
    """Everything that the page and the JSON say. ``is_degraded``: the engine is down, the database answered."""

    parameters: SearchParameters
    query: ParsedQuery
    hits: tuple[Result, ...]
    total: int
    facets: tuple[Facet, ...]
    engine: str
    took_ms: float
    page: int = 1
    pages: int = 1
    left_out: tuple[str, ...] = ()
    is_degraded: bool = False
    asked_page: int = 1
    ambiguities: tuple[Ambiguity, ...] = field(default=())
    promoted: tuple[Pick, ...] = ()
    correction: Correction | None = None
    places: tuple[PlaceHint, ...] = ()
    nearest: Nearest = field(default_factory=Nearest)
    #: How many contents hold all the words; the others of ``total`` hold the most of them.
    whole: int = 0

    @property
    def is_partial(self) -> bool:
        """Whether no content holds all the words: those that are listed hold some."""
        return bool(self.total) and not self.whole

    @property
    def answers(self) -> int:
        """How many contents answer the search as it was typed: none where a word had to be left out."""
        return 0 if self.left_out else self.whole

    @property
    def near(self) -> int:
        """How many contents hold the most of the words, not all."""
        return self.total - self.whole

    @property
    def chips(self) -> list[Option]:
        """What is chosen, in the order of the facets."""
        return [option for facet in self.facets for option in facet.options if option.selected]

    @property
    def cleared_address(self) -> str:
        """The address (after the ``?``) of the same words without any filter."""
        return self.parameters.query_string(facets={}, page=1)

    @property
    def listed(self) -> tuple[Result, ...]:
        """The hits of the page below what is promoted; a promoted one shows once."""
        return without_picks(self.hits, self.promoted)

    @property
    def callouts(self) -> list[tuple[str, str]]:
        """Where a search whose best hits are of certain types leads first: sentence and address, each once."""
        if not self.query.text:
            return []
        best = self.hits[:BEST_HITS]
        return list(dict.fromkeys(hit.type.callout for hit in best if hit.type.callout and not hit.missing))

    @property
    def first_rank(self) -> int:
        """The rank of the first hit of the page, from 1."""
        return (self.page - 1) * PER_PAGE + 1

    @property
    def previous_address(self) -> str:
        return self.parameters.query_string(page=self.page - 1)

    @property
    def next_address(self) -> str:
        return self.parameters.query_string(page=self.page + 1)

    @property
    def is_beyond_the_end(self) -> bool:
        return self.asked_page > self.pages


def find(parameters: SearchParameters, *, user, labels: Labels, now: dt.datetime) -> Results:
    """Search for ``user``. Never raises for an engine that is down: the database answers, with less."""
    try:
        response, page, pages = _ask(parameters, user, now)
    except SearchUnavailable as error:
        logger.warning("search answered by the database: %s", error)
        return _find_in_database(parameters, user=user, labels=labels, now=now)
    # The index may be a second late: what shows is what the database lets this reader read now.
    visible = registry.visible_ids(user, [hit.document for hit in response.hits])
    documents = [hit.document for hit in response.hits if hit.document.id in visible]
    lexicon = current_lexicon()
    highlighter = Highlighter(response.query, response.words, lexicon)
    types = registry.types()
    partial = {hit.document.id for hit in response.hits if hit.partial}
    hits = _results(documents, highlighter, labels, types, user, partial)
    known = () if hits else words_of(lexicon, labels)
    lost = not parameters.facets and len(partial) == len(response.hits)
    return Results(
        parameters=parameters,
        query=response.query,
        hits=hits,
        total=response.total,
        whole=response.whole,
        facets=_facets(response.facets, parameters, labels),
        engine=response.engine,
        took_ms=response.took_ms,
        page=page,
        pages=pages,
        left_out=response.left_out,
        asked_page=parameters.page,
        ambiguities=response.query.ambiguities,
        correction=correction_of(parameters, response.query, [hit.extract for hit in hits], known=known),
        places=place_hints(parameters, response.query),
        nearest=_nearest(response, documents, user, labels, now) if lost else Nearest(),
    )


def _nearest(
    response: SearchResponse, documents: list[Document], user, labels: Labels, now: dt.datetime
) -> Nearest:
    if response.query.is_meaningless:
        return Nearest()
    try:
        return nearest_to(
            response.query,
            documents,
            engine=get_engine(),
            user=user,
            labels=labels,
            now=now,
        )
    except SearchUnavailable:
        return Nearest()


def _ask(parameters: SearchParameters, user, now: dt.datetime) -> tuple[SearchResponse, int, int]:
    def request(page: int) -> SearchRequest:
        return SearchRequest(
            parameters.text,
            principals(user),
            facets=parameters.facets,
            sort=parameters.sort,
            page=page,
            per_page=PER_PAGE,
            now=now,
        )

    engine = get_engine()
    response = engine.search(request(parameters.page))
    pages = max(1, -(-response.total // PER_PAGE))
    page = min(parameters.page, pages)
    if page != parameters.page:
        # Beyond the end: the last page, which says so.
        response = engine.search(request(page))
    return response, page, pages


def _find_in_database(parameters: SearchParameters, *, user, labels: Labels, now: dt.datetime) -> Results:
    started = time.perf_counter()
    lexicon = current_lexicon()
    query = parse(parameters.text, lexicon)
    words = [token.surface for word in query.words for token in word.tokens]
    words += [" ".join(phrase) for phrase in query.phrases]
    documents: list[Document] = []
    if not query.is_meaningless:
        documents = registry.search_database(
            words,
            user,
            keep=lambda document: is_chosen(document, parameters.facets, now),
            limit=FALLBACK_LIMIT,
        )
    highlighter = Highlighter(query, query.words, lexicon)
    types = registry.types()
    pages = max(1, -(-len(documents) // PER_PAGE))
    page = min(parameters.page, pages)
    counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    return Results(
        parameters=parameters,
        query=query,
        hits=_results(documents[(page - 1) * PER_PAGE : page * PER_PAGE], highlighter, labels, types, user),
        total=len(documents),
        whole=len(documents),
        facets=_facets(counts, parameters, labels),
        engine="database",
        took_ms=round((time.perf_counter() - started) * 1000, 1),
        page=page,
        pages=pages,
        is_degraded=True,
        asked_page=parameters.page,
    )


def _results(
    documents: Sequence[Document],
    highlighter: Highlighter,
    labels: Labels,
    types: Mapping[str, Label],
    user,
    partial: Collection[str] = (),
) -> tuple[Result, ...]:
    extracts = [highlighter.extract(document) for document in documents]
    from_files = {extract.passage.file_id for extract in extracts if extract.passage and extract.passage.file}
    # A collection may have become a reserved one a second ago: the text of a file has its own last word.
    readable = readable_files(user, from_files) if from_files else set()
    results = []
    for document, extract in zip(documents, extracts, strict=True):
        if extract.passage and extract.passage.file and extract.passage.file_id not in readable:
            passages = tuple(passage for passage in document.passages if not passage.file)
            extract = highlighter.extract(dataclasses.replace(document, passages=passages))
        missing = highlighter.missing(document) if document.id in partial else ()
        results.append(_result(document, extract, labels, types, missing))
    return tuple(results)


def _result(
    document: Document,
    extract: Extract,
    labels: Labels,
    types: Mapping[str, Label],
    missing: tuple[str, ...] = (),
) -> Result:
    passage = extract.passage
    details = []
    if passage and passage.label and not passage.file:
        details.append(f"{'Chapitre' if passage.start else 'Section'} «\u00a0{passage.label}\u00a0»")
    for facet in ("secteur", "region"):
        details += [labels[facet][slug] for slug in document.facet_values(facet)[:3] if slug in labels[facet]]
    if document.centre in labels["centre"]:
        details.append(labels["centre"][document.centre])
    return Result(
        document=document,
        extract=extract,
        type=types.get(document.type, Label(document.type, document.type)),
        url=f"{document.url}#{passage.anchor}" if passage and passage.anchor else document.url,
        phases=tuple((slug, labels["phase"][slug]) for slug in document.phases if slug in labels["phase"]),
        details=tuple(details),
        missing=missing,
    )


def _facets(
    counts: Mapping[str, Mapping[str, int]], parameters: SearchParameters, labels: Labels
) -> tuple[Facet, ...]:
    facets = []
    for name, title in TITLES.items():
        chosen = parameters.facets.get(name, ())
        found = counts.get(name, {})
        options = [
            Option(
                facet=name,
                value=value,
                label=label,
                count=found.get(value, 0),
                selected=value in chosen,
                without=parameters.without(name, value).query_string() if value in chosen else "",
            )
            for value, label in labels[name].items()
            # What would find nothing is hidden, what is chosen can always be taken back.
            if found.get(value) or value in chosen
        ]
        if name not in ("phase", "periode"):
            # What is chosen keeps its place: a box does not jump from under the pointer.
            options.sort(key=lambda option: (-option.count, option.label))
        if options:
            facets.append(Facet(name, title, tuple(options)))
    return tuple(facets)


def _clock(seconds: str) -> str:
    try:
        total = int(float(seconds))
    except ValueError:
        return ""
    hours, rest = divmod(total, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"
