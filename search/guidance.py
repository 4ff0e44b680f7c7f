"""What a page of results says to set a search right: a word mistyped, a place, the nearest theme."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape

from django.urls import reverse
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from portal.base.audience import principals

from .documents import Document
from .engines.base import SearchEngine, SearchRequest
from .forms import SearchParameters
from .french import Token, fold, stem, typos_allowed
from .highlight import Extract
from .lexicon import Lexicon
from .query import ParsedQuery, Word
from .registry import registry

_MARKED = re.compile(r"<mark>(.*?)</mark>")
_WORD = re.compile(r"[^\W\d_]{4,}")
#: Mistakes beyond those that the engines forgive: a word proposed where nothing was found.
_FAR = 3
#: From 0 to 100, how alike a search and the name of a theme must be.
_ALIKE = 75
_MOST_THEMES = 2
_SESSIONS_LOOKED_AT = 20


@dataclass(frozen=True)
class Correction:
    """« Vouliez-vous dire … ? »: the search with its words set right, and its address."""

    text: str
    address: str


@dataclass(frozen=True)
class PlaceHint:
    """What a name or a number was taken for, and the address of what is filed under its region."""

    sentence: str
    label: str
    address: str


@dataclass(frozen=True)
class Nearest:
    """Where to go from a search without result: themes (label, address); the next session (title, address, start).

    The session is on one of the themes, where there are some.
    """

    themes: tuple[tuple[str, str], ...] = ()
    event: tuple[str, str, dt.datetime] | None = None

    def __bool__(self):
        return bool(self.themes or self.event)


def address_of(parameters: SearchParameters) -> str:
    """Return the address of a search."""
    return f"{reverse('search')}?{parameters.query_string()}"


# -- a word mistyped


def correction_of(
    parameters: SearchParameters,
    query: ParsedQuery,
    extracts: Iterable[Extract],
    *,
    known: Iterable[str] = (),
) -> Correction | None:
    """Return the search as it was probably meant, None where nothing is amiss.

    What was found says it: the words that are marked in the results, which the reader may read. Without a
    result, ``known`` (words that anybody may know: the lexicon, the themes) is compared.
    """
    marked = Counter(
        unescape(words).lower()
        for extract in extracts
        for words in _MARKED.findall(f"{extract.title} {extract.text}")
    )
    replaced: list[tuple[Token, str]] = []
    for word in query.words:
        if len(word.tokens) == 1 and not word.forms[0][0].exact:
            token = word.tokens[0]
            better = _meant(token, marked) if marked else _nearest_word(token, known)
            if better:
                replaced.append((token, better))
    if not replaced:
        return None
    text = query.text
    for token, better in sorted(replaced, key=lambda entry: -entry[0].start):
        text = text[: token.start] + better + text[token.end :]
    return Correction(text, address_of(parameters.with_text(text)))


def _meant(token: Token, marked: Mapping[str, int]) -> str:
    """Return the marked word that ``token`` was a mistake for, "" where it was none."""
    typos = typos_allowed(token.folded)
    best: tuple[int, int, str] | None = None
    for surface, number in marked.items():
        folded = fold(surface)
        if folded.startswith(token.folded) or stem(folded) == token.stem:
            return ""
        mistakes = OSA.distance(token.folded, folded)
        if folded.isalpha() and mistakes <= typos and (best is None or (mistakes, -number) < best[:2]):
            best = (mistakes, -number, surface)
    return best[2] if best else ""


def _nearest_word(token: Token, known: Iterable[str]) -> str:
    if len(token.folded) <= _FAR or not token.folded.isalpha():
        return ""
    folded = {fold(word): word for word in known}
    if token.folded in folded:
        return ""
    allowed = min(_FAR, len(token.folded) // 3)
    found = process.extractOne(token.folded, list(folded), scorer=OSA.distance, score_cutoff=allowed)
    return folded[found[0]].lower() if found else ""


def words_of(lexicon: Lexicon, labels: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the words that a search without result is compared with: none of them says what a text holds."""
    texts = [text for entry in lexicon.entries for text in entry.expansions]
    texts += lexicon.synonyms.written
    for facet in ("theme", "secteur", "phase", "structure"):
        texts += labels[facet].values()
    return [word for text in texts for word in _WORD.findall(text)]


# -- a place


def place_hints(parameters: SearchParameters, query: ParsedQuery) -> tuple[PlaceHint, ...]:
    """Return what the places of the search were taken for, those whose region is chosen already left out."""
    hints = []
    for place in query.places:
        if place.region in parameters.facets.get("region", ()):
            continue
        rest = _without(query, place.marker)
        facets = {**parameters.facets, "region": (*parameters.facets.get("region", ()), place.region)}
        where = f"{place.label} ({place.code}) : région {place.region_label}." if place.code else ""
        hints.append(
            PlaceHint(
                where or f"{place.label} est une région.",
                "Limiter à cette région" if rest else "Voir tout ce qui la concerne",
                address_of(parameters.with_text(rest, facets)),
            )
        )
    return tuple(hints)


def _without(query: ParsedQuery, marker: str) -> str:
    """Return the text without the words that stand for ``marker``; "" where nothing else is asked."""
    words = [word for word in query.words if word.forms[0][0].token == marker]
    others = [word for word in query.words if word not in words]
    if not others and not query.phrases and not query.excluded:
        return ""
    text = query.text
    for token in sorted((token for word in words for token in word.tokens), key=lambda each: -each.start):
        text = text[: token.start] + text[token.end :]
    return " ".join(text.split())


# -- nothing found


def nearest_to(
    query: ParsedQuery,
    documents: Sequence[Document],
    *,
    engine: SearchEngine,
    user,
    labels: Mapping[str, Mapping[str, str]],
    now: dt.datetime,
) -> Nearest:
    """Return the themes nearest to a search that nothing answers, and the next session on them, or at all.

    ``documents`` hold some of its words; without any, the names of the themes are compared with it. ``now`` is
    aware. Raises SearchUnavailable.
    """
    slugs = _themes_of(documents) or _themes_like(query.words, labels["theme"])
    themes = [slug for slug in slugs if slug in labels["theme"]][:_MOST_THEMES]
    facets = {"periode": ("a-venir",)} | ({"theme": tuple(themes)} if themes else {})
    request = SearchRequest("", principals(user), facets=facets, per_page=_SESSIONS_LOOKED_AT, now=now)
    response = engine.search(request)
    if response.total > _SESSIONS_LOOKED_AT:
        # The latest come first: the next one is on the last page.
        response = engine.search(replace(request, page=-(-response.total // _SESSIONS_LOOKED_AT)))
    sessions = [
        hit.document
        for hit in response.hits
        if hit.document.starts_at and hit.document.starts_at >= now and not hit.document.cancelled
    ]
    # The index may be a second late.
    visible = registry.visible_ids(user, sessions)
    sessions = [document for document in sessions if document.id in visible]
    following = min(sessions, key=lambda document: document.starts_at, default=None)
    return Nearest(
        tuple(
            (labels["theme"][slug], address_of(SearchParameters(facets={"theme": (slug,)})))
            for slug in themes
        ),
        (following.title, following.url, following.starts_at) if following else None,
    )


def _themes_of(documents: Sequence[Document]) -> list[str]:
    weights: Counter[str] = Counter()
    for rank, document in enumerate(documents, 1):
        for slug in document.themes:
            weights[slug] += 1 / rank
    return [slug for slug, _ in weights.most_common()]


def _themes_like(words: Sequence[Word], labels: Mapping[str, str]) -> list[str]:
    typed = " ".join(fold(token.surface) for word in words for token in word.tokens)
    if not typed:
        return []
    folded = {slug: " ".join(fold(part) for part in label.split()) for slug, label in labels.items()}
    found = process.extract(typed, folded, scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=_MOST_THEMES)
    return [slug for _, _, slug in found]
