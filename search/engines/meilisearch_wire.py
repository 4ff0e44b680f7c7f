"""What is said to Meilisearch: settings, records and queries, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.analysis import ANALYSIS_VERSION, analyse
from search.documents import FACET_FIELDS, Document
from search.french import LONGEST_WORD
from search.lexicon import Lexicon, is_marker

from .base import PERIODES, EngineQuery, SearchRequest

#: Raised when the records change without the settings or the analysis changing.
RECORD_VERSION = 2
_TITLE_FIELDS = ["title", "title_raw"]

#: Our own words are indexed, so stemming, stop words, synonyms and elision are ours and never the server's.
SETTINGS: dict[str, Any] = {
    "searchableAttributes": [*_TITLE_FIELDS, "keywords", "filed", "summary", "body", "raw"],
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
        "title_raw": words.title_raw,
        "keywords": words.keywords,
        "filed": words.filed,
        "summary": words.summary,
        "body": words.body,
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
        attributesToSearchOn=_TITLE_FIELDS,
        attributesToRetrieve=["payload"],
    )


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
