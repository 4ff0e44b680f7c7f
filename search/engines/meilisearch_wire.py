"""What is said to Meilisearch: settings, records and queries, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from search.analysis import ANALYSIS_VERSION, analyse
from search.documents import FACET_FIELDS, Document
from search.french import LONGEST_WORD
from search.lexicon import Lexicon, is_marker

from .base import PERIODES, EngineQuery, SearchRequest

#: Raised when the records change without the settings or the analysis changing.
RECORD_VERSION = 2
#: Only suggestions look there: last, so that a search finds a title in "title" first.
_NAME_FIELDS = ["name", "name_raw"]

#: What any word counts where not all are asked for, beside its rarity (0 to 1).
_HELD = 0.15
_MOST_PAIRS = 6
#: What a word gains that a text says of itself, beside what it gains for being held.
_SAID_OF_ITSELF = 0.5

#: Our own words are indexed, so stemming, stop words, synonyms and elision are ours and never the server's.
SETTINGS: dict[str, Any] = {
    "searchableAttributes": [
        "title",
        "keywords",
        "filed",
        "summary",
        "body",
        "margin",
        "raw",
        *_NAME_FIELDS,
    ],
    "displayedAttributes": ["id", "hash", "payload"],
    "filterableAttributes": [
        {
            "attributePatterns": ["audience", *FACET_FIELDS],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": False}},
        },
        {
            "attributePatterns": ["over_at"],
            "features": {"facetSearch": False, "filter": {"equality": False, "comparison": True}},
        },
    ],
    "sortableAttributes": ["date"],
    # "sort" first: when a date order is asked for, it is the order.
    # Of two texts that hold the words in the same place, side by side, the fresher and more used comes first.
    "rankingRules": [
        "sort",
        "words",
        "typo",
        "exactness",
        "attributeRank",
        "proximity",
        "weight:desc",
        "wordPosition",
    ],
    "stopWords": [],
    "typoTolerance": {
        "enabled": True,
        "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
        "disableOnAttributes": [],
        "disableOnNumbers": True,
    },
    "faceting": {"maxValuesPerFacet": 1000, "sortFacetValuesBy": {"*": "count"}},
    # Totals are exact up to here.
    "pagination": {"maxTotalHits": 1_000_000},
    "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["fra"]}],
    "searchCutoffMs": 300,
    "prefixSearch": "indexingTime",
    "facetSearch": False,
}


def lexicon_settings(lexicon: Lexicon) -> dict[str, Any]:
    """Return the settings that follow the lexicon: what the server looks up by itself.

    Its synonyms are only told to whom has some; a marker is a code, in which no mistake is to be forgiven.
    """
    also = lexicon.looked_up()
    return {
        "synonyms": {words: list(markers) for words, markers in also.items()},
        "typoTolerance": {"disableOnWords": sorted(words for words in also if is_marker(words))},
    }


def settings(lexicon: Lexicon) -> dict[str, Any]:
    """Return all the settings of a new index."""
    more = lexicon_settings(lexicon)
    typos = {**SETTINGS["typoTolerance"], **more["typoTolerance"]}
    return {**SETTINGS, **more, "typoTolerance": typos}


def fingerprint() -> list:
    """Return what makes an index of another version unreadable for this code."""
    return [RECORD_VERSION, ANALYSIS_VERSION, LONGEST_WORD, sorted(FACET_FIELDS)]


def settings_differ(actual: Mapping[str, Any], wanted: Mapping[str, Any] = SETTINGS) -> list[str]:
    """Return the names of the settings that are not as ``wanted``."""
    return sorted(name for name, value in wanted.items() if not _same(value, actual.get(name)))


def lexicon_differs(actual: Mapping[str, Any], lexicon: Lexicon) -> bool:
    """Tell whether the server looks up something else than ``lexicon``: synonyms that are gone count."""
    wanted = lexicon_settings(lexicon)
    held = {words: list(markers) for words, markers in (actual.get("synonyms") or {}).items()}
    return held != wanted["synonyms"] or bool(
        settings_differ(actual, {"typoTolerance": wanted["typoTolerance"]})
    )


def _same(wanted: Any, actual: Any) -> bool:
    """Compare; the server may add keys that we do not set."""
    if isinstance(wanted, dict) and wanted and isinstance(actual, dict):
        return all(_same(value, actual.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(map(_same, wanted, actual))
    return wanted == actual


def record(document: Document, lexicon: Lexicon) -> dict[str, Any]:
    """Return ``document`` as the index holds it; times are seconds since 1970."""
    words = analyse(document, lexicon)
    data: dict[str, Any] = {
        "id": document.id,
        "hash": document.content_hash,
        "payload": document.to_payload(),
        "title": words.title,
        "name": words.name,
        "name_raw": words.name_raw,
        "keywords": words.keywords,
        "filed": words.filed,
        "summary": words.summary,
        "body": words.body,
        "margin": words.margin,
        "raw": list(words.raw),
        "audience": list(document.audiences),
        "weight": document.weight,
        "date": int(document.date.timestamp()) if document.date else 0,
    }
    for facet in FACET_FIELDS:
        data[facet] = list(document.facet_values(facet))
    if document.over_at:
        data["over_at"] = int(document.over_at.timestamp())
    return data


def quoted(value: str) -> str:
    """Return ``value`` as a string of the filter language."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _one_of(field: str, values: Iterable[str]) -> str:
    return f"{field} IN [{', '.join(quoted(value) for value in sorted(values))}]"


def _condition(facet: str, values: Iterable[str], now: int) -> str | list[str]:
    if facet == "periode":
        periods = {"a-venir": f"over_at >= {now}", "passe": f"over_at < {now}"}
        return [periods[value] for value in values]
    return _one_of(facet, values)


def filters(
    principals: Iterable[str], facets: Mapping[str, Sequence[str]], now: int
) -> list[str | list[str]]:
    """Return the filter: the audience always, and every facet in which something is chosen."""
    return [_one_of("audience", principals)] + [_condition(f, values, now) for f, values in facets.items()]


def text(query: EngineQuery) -> str:
    """Return the words of ``query`` as the server reads them; they hold letters and digits only.

    Quotes forbid mistakes and endings; the last word is a beginning unless a space follows it.
    """
    parts = [f'-"{" ".join(phrase)}"' for phrase in query.excluded]
    parts += [f'"{" ".join(phrase)}"' for phrase in query.phrases]
    # What is between quotes is not looked up: a marker with synonyms stands bare, and forgives nothing either.
    parts += [f'"{term.token}"' for term in query.terms if term.exact and not term.also]
    loose = [term for term in query.terms if not term.exact or term.also]
    # At most one term is a beginning, the last typed.
    loose.sort(key=lambda term: term.prefix)
    parts += [term.token for term in loose]
    if not parts:
        return ""
    return " ".join(parts) + ("" if loose and loose[-1].prefix else " ")


def _query(uid: str, query: EngineQuery, conditions: list, **more: Any) -> dict[str, Any]:
    return {
        "indexUid": uid,
        "q": text(query),
        "filter": conditions,
        "matchingStrategy": "all",
        "attributesToRetrieve": [],
        **more,
    }


def count_query(uid: str, query: EngineQuery, request: SearchRequest) -> dict[str, Any]:
    """Return the query for the number of documents, whatever the chosen facets."""
    now = int(request.now.timestamp())
    return _query(uid, query, filters(request.principals, {}, now), page=1, hitsPerPage=0)


def title_query(
    uid: str, query: EngineQuery, principals: Iterable[str], types: Sequence[str], limit: int
) -> dict[str, Any]:
    """Return the query for titles."""
    conditions = filters(principals, {"type": tuple(types)} if types else {}, 0)
    return _query(
        uid,
        query,
        conditions,
        limit=limit,
        attributesToSearchOn=_NAME_FIELDS,
        attributesToRetrieve=["payload"],
    )


def holding_queries(
    uid: str, query: EngineQuery, rarities: Sequence[float], principals: Iterable[str], limit: int
) -> list[tuple[float, dict[str, Any]]]:
    """Return the queries for what holds some of the groups: one for each choice of them, with what it weighs.

    All, all but one or two, and each alone: what holds more than one and less than that comes with the last.
    """
    conditions = filters(principals, {}, 0)
    number = len(query.groups)
    # Ten words have forty-five pairs to leave out: with more than six, one is.
    fewer = (number - 1, number - 2) if number <= _MOST_PAIRS else (number - 1,)
    sizes = sorted({size for size in (number, *fewer, 1) if size > 0}, reverse=True)
    weighed = list(zip(query.groups, rarities, strict=True))
    return [
        (
            # A word that is everywhere still counts a little.
            sum(rarity + _HELD for _, rarity in chosen),
            _query(uid, replace(query, groups=tuple(group for group, _ in chosen)), conditions, limit=limit)
            | {"attributesToRetrieve": ["payload"]},
        )
        for size in sizes
        for chosen in combinations(weighed, size)
    ]


def said_of_itself(
    document: Document, query: EngineQuery, rarities: Sequence[float], lexicon: Lexicon
) -> float:
    """Return what a document gains for the groups that its title, its summary or its filing holds."""
    words = analyse(replace(document, body="", passages=()), lexicon)
    held = {
        word for text in (words.title, words.keywords, words.filed, words.summary) for word in text.split()
    }
    gained = 0.0
    for group, rarity in zip(query.groups, rarities, strict=True):
        if any(marker in held for marker in group.also) or all(
            term.token in held
            or any(marker in held for marker in term.also)
            or (term.prefix and any(word.startswith(term.token) for word in held))
            for term in group.terms
        ):
            gained += rarity + _HELD
    return _SAID_OF_ITSELF * gained


def page_queries(uid: str, query: EngineQuery, request: SearchRequest) -> list[tuple[str, dict[str, Any]]]:
    """Return the queries of one page, each with what it is for.

    "page" gives the hits, the total and the counts of the facets in which nothing is chosen; "facet:x" the
    counts of a chosen one, without itself; "periode:x" the number of documents of a period.
    """
    now = int(request.now.timestamp())
    chosen = request.selected
    by_date = request.sort == "date" or query.is_empty
    unchosen = [facet for facet in FACET_FIELDS if facet not in chosen]
    page = _query(
        uid,
        query,
        filters(request.principals, chosen, now),
        page=request.page,
        hitsPerPage=request.per_page,
        facets=unchosen,
    ) | {"attributesToRetrieve": ["payload"]}
    if by_date:
        page["sort"] = ["date:desc"]
    queries = [("page", page)]
    for facet in chosen:
        if facet != "periode":
            others = {name: values for name, values in chosen.items() if name != facet}
            conditions = filters(request.principals, others, now)
            queries.append(
                (f"facet:{facet}", _query(uid, query, conditions, page=1, hitsPerPage=0, facets=[facet]))
            )
    others = {name: values for name, values in chosen.items() if name != "periode"}
    for period in PERIODES:
        conditions = filters(request.principals, {**others, "periode": (period,)}, now)
        queries.append((f"periode:{period}", _query(uid, query, conditions, page=1, hitsPerPage=0)))
    return queries
