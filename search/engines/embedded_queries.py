"""The schema of the embedded index, and its queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import tantivy
from tantivy import FieldType, Occur, Query

from search.documents import FACET_FIELDS
from search.french import STOP_WORDS, stem, typos_allowed
from search.query import Term
from search.ranking import HEAVIEST

from .base import FACETS, PERIODES, EngineQuery, Group, SearchRequest
from .vocabulary import Words

#: Fields whose words weigh differently, and their weights.
RANKED_FIELDS = {"title": 8.0, "keywords": 5.0, "filed": 3.5, "summary": 3.0, "body": 1.5, "margin": 0.5}
_WEIGHT_ANYWHERE = 0.7
#: Of a word that is taken for the one that was typed, by how many mistakes separate them.
_WEIGHT_LIKE = (0.8, 0.85, 0.5)
#: Of whatever else begins so or looks like it: found, after everything.
_WEIGHT_FOUND = 0.05
#: Of a synonym, or of the region of a department: what was typed comes first.
_WEIGHT_ALSO = 0.3
_WEIGHT_TOGETHER = {"title": 6.0, "summary": 3.0, "body": 2.0}
#: Two words of the search in one stretch of a text: a long one holds all of them somewhere.
_WEIGHT_NEAR = {"title": 4.0, "summary": 3.0, "body": 2.4, "margin": 0.8}
_STRETCH = 6
#: Of a word that a text holds, where not all are asked for: which they are tells more than how often they stand
#: there. The most is for the rarest; less where a text only mentions it.
_WEIGHT_HELD = 28.0
_HELD_AT_LEAST = 0.3
_HELD_IN = {"title": 1.0, "keywords": 1.0, "summary": 0.95, "filed": 0.85, "body": 0.9, "all": 0.8}
#: For each step of the weight of a document: enough to tell those apart that answer alike.
_WEIGHT_STEP = 0.25
_MOST_VALUES = 1000

#: Name and kind of each field. "words" fields hold words prepared by ``search.analysis``.
FIELDS = {
    "id": "key",
    "hash": "stored",
    "payload": "stored",
    **dict.fromkeys(RANKED_FIELDS, "words"),
    "all": "words",
    "title_words": "words",
    "audience": "key",
    **dict.fromkeys(FACET_FIELDS, "facet"),
    "weight": "key",
    "date": "sort",
    "over_at": "number",
}


def schema() -> tantivy.Schema:
    """Return the schema."""
    builder = tantivy.SchemaBuilder()
    for name, kind in FIELDS.items():
        match kind:
            case "key":
                builder.add_text_field(name, stored=name == "id", tokenizer_name="raw", index_option="basic")
            case "facet":
                builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
            case "words":
                builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
            case "stored":
                builder.add_bytes_field(name, stored=True)
            case _:
                builder.add_integer_field(name, indexed=kind == "number", fast=True)
    return builder.build()


def keyed(words: str) -> str:
    """Return words as this index holds them: the first letter doubled, so that a mistake on it costs two."""
    return " ".join([word[:1] + word for word in words.split(" ")])


def _key(word: str) -> str:
    return word[:1] + word


def _any(parts: Sequence[Query]) -> Query:
    return Query.disjunction_max_query(list(parts), tie_breaker=0.25)


def _must(parts: Iterable[Query]) -> list[tuple[Occur, Query]]:
    return [(Occur.Must, part) for part in parts]


def _term(schema: tantivy.Schema, term: Term, vocabulary: Words) -> Query:
    key = _key(term.token)
    parts = _everywhere(schema, key)
    if not term.exact:
        parts += _approximate(schema, term, key, vocabulary)
    for marker in term.also:
        parts += _everywhere(schema, _key(marker), _WEIGHT_ALSO)
    return _any(parts)


def _everywhere(schema: tantivy.Schema, key: str, factor: float = 1.0) -> list[Query]:
    fields = {**RANKED_FIELDS, "all": _WEIGHT_ANYWHERE}
    return [
        Query.boost_query(Query.term_query(schema, name, key), weight * factor)
        for name, weight in fields.items()
    ]


def _group(schema: tantivy.Schema, group: Group, vocabulary: Words) -> Query:
    """Return what must match: all the terms, or one of the markers that do in their place."""
    terms = [_term(schema, term, vocabulary) for term in group.terms]
    whole = terms[0] if len(terms) == 1 else Query.boolean_query(_must(terms))
    if not group.also:
        return whole
    markers = [part for marker in group.also for part in _everywhere(schema, _key(marker), _WEIGHT_ALSO)]
    return _any([whole, *markers])


def _held(
    schema: tantivy.Schema, group: Group, vocabulary: Words, weight: float
) -> list[tuple[Occur, Query]]:
    """Return what a text gains that holds ``group``: by where, and less for a mistake or a synonym."""
    clauses = []
    for term in group.terms:
        words = [(term.token, 1.0), *((marker, _WEIGHT_ALSO) for marker in (*term.also, *group.also))]
        if not term.exact:
            likenesses = vocabulary.likenesses(
                term.token, mistakes=typos_allowed(term.token), prefix=term.prefix
            )
            words += [(like.word, _WEIGHT_LIKE[like.mistakes]) for like in likenesses]
        places = [
            Query.const_score_query(
                Query.term_query(schema, name, _key(word)), weight * factor * part / len(group.terms)
            )
            for word, factor in words
            for name, part in _HELD_IN.items()
        ]
        clauses.append((Occur.Should, Query.disjunction_max_query(places)))
    return clauses


def _approximate(schema: tantivy.Schema, term: Term, key: str, vocabulary: Words) -> list[Query]:
    parts = []
    typos = typos_allowed(term.token)
    for like in vocabulary.likenesses(term.token, mistakes=typos, prefix=term.prefix):
        parts += _everywhere(schema, _key(like.word), _WEIGHT_LIKE[like.mistakes])
    if term.prefix or typos:
        found = Query.fuzzy_term_query(schema, "all", key, distance=typos, prefix=term.prefix)
        parts.append(Query.boost_query(found, _WEIGHT_FOUND))
    return parts


def _phrase(schema: tantivy.Schema, words: Sequence[str]) -> Query:
    keys = [_key(word) for word in words]
    if len(keys) == 1:
        return Query.term_query(schema, "all", keys[0])
    return Query.phrase_query(schema, "all", keys)


def _standing(schema: tantivy.Schema, words: Sequence[str]) -> list[tuple[Occur, Query]]:
    """Return what a text gains where a phrase stands: the field of all its words says nothing of that."""
    keys = [_key(stem(word)) for word in words if word not in STOP_WORDS]
    clauses = []
    for name, weight in RANKED_FIELDS.items():
        if len(keys) > 1:
            clauses.append((Occur.Should, Query.boost_query(Query.phrase_query(schema, name, keys), weight)))
        elif keys:
            clauses.append((Occur.Should, Query.boost_query(Query.term_query(schema, name, keys[0]), weight)))
    return clauses


def text_query(
    schema: tantivy.Schema,
    query: EngineQuery,
    vocabulary: Words,
    *,
    rarities: Sequence[float] | None = None,
    ranked: bool = True,
) -> Query:
    """Return what ``query`` finds, best first: all its words, and better where they stand together.

    With ``rarities`` (0 to 1, one for each group) one group is enough; the more and the rarer the better. What
    is only counted is not ``ranked``.
    """
    if query.is_empty:
        return Query.all_query()
    groups = [_group(schema, group, vocabulary) for group in query.groups]
    if rarities is None:
        clauses = _must(groups)
    else:
        some = [(Occur.Should, group) for group in groups]
        clauses = _must([Query.boolean_query(some, minimum_number_should_match=1)])
        for group, rarity in zip(query.groups, rarities, strict=True):
            clauses += _held(schema, group, vocabulary, _WEIGHT_HELD * (rarity + _HELD_AT_LEAST))
    clauses += _must(_phrase(schema, phrase) for phrase in query.phrases)
    if not clauses:
        clauses = _must([Query.all_query()])
    clauses += [(Occur.MustNot, _phrase(schema, phrase)) for phrase in query.excluded]
    if not ranked:
        return _silent(Query.boolean_query(clauses))
    clauses += [better for phrase in query.phrases for better in _standing(schema, phrase)]
    together = [_key(term.token) for term in query.terms if not term.exact]
    if len(together) > 1:
        for name, weight in _WEIGHT_TOGETHER.items():
            near = Query.phrase_query(schema, name, together, slop=2)
            clauses.append((Occur.Should, Query.boost_query(near, weight)))
        for pair in pairwise(together):
            for name, weight in _WEIGHT_NEAR.items():
                near = Query.phrase_query(schema, name, list(pair), slop=_STRETCH)
                clauses.append((Occur.Should, Query.boost_query(near, weight)))
    for weight in range(1, HEAVIEST + 1):
        heavy = Query.term_query(schema, "weight", str(weight))
        clauses.append((Occur.Should, Query.const_score_query(heavy, weight * _WEIGHT_STEP)))
    return Query.boolean_query(clauses)


def title_query(schema: tantivy.Schema, query: EngineQuery) -> Query:
    """Return the documents whose title holds all the words of ``query``."""
    clauses = []
    for term in query.terms:
        key = _key(term.token)
        parts = [Query.boost_query(Query.term_query(schema, "title_words", key), 4.0)]
        if not term.exact:
            if term.prefix:
                begins = Query.fuzzy_term_query(schema, "title_words", key, distance=0, prefix=True)
                parts.append(Query.boost_query(begins, 2.0))
            if typos := typos_allowed(term.token):
                parts.append(
                    Query.fuzzy_term_query(schema, "title_words", key, distance=typos, prefix=term.prefix)
                )
        clauses.append(_any(parts))
    return Query.boolean_query(_must(clauses)) if clauses else Query.empty_query()


def _silent(query: Query) -> Query:
    """Return ``query`` without effect on the order."""
    return Query.const_score_query(query, 0.0)


def readable(schema: tantivy.Schema, query: Query, principals: Iterable[str]) -> Query:
    """Return ``query`` for a reader who holds ``principals``."""
    audience = Query.term_set_query(schema, "audience", sorted(principals))
    return Query.boolean_query(_must([query, _silent(audience)]))


def restricted(schema: tantivy.Schema, query: Query, field: str, values: Iterable[str]) -> Query:
    """Return ``query`` where ``field`` has one of ``values``."""
    return Query.boolean_query(_must([query, _silent(Query.term_set_query(schema, field, sorted(values)))]))


def filtered(schema: tantivy.Schema, query: Query, request: SearchRequest) -> Query:
    """Return ``query`` with the facets that the request has chosen."""
    clauses = [query]
    for facet, values in request.selected.items():
        if facet == "periode":
            clauses.append(_silent(_periods(schema, values, int(request.now.timestamp()))))
        else:
            clauses.append(_silent(Query.term_set_query(schema, facet, sorted(values))))
    return Query.boolean_query(_must(clauses))


def _periods(schema: tantivy.Schema, values: Iterable[str], now: int) -> Query:
    bounds = {"a-venir": {"lower_bound": now}, "passe": {"upper_bound": now, "include_upper": False}}
    return Query.boolean_query(
        [
            (Occur.Should, Query.range_query(schema, "over_at", FieldType.Integer, **bounds[value]))
            for value in values
        ]
    )


def facet_aggregations(request: SearchRequest) -> dict:
    """Return one aggregation for the counts of every facet, each restricted by what the others have chosen.

    Filters are written as query strings, in which only slugs and numbers ever stand.
    """
    now = int(request.now.timestamp())
    conditions = {facet: _condition(facet, values, now) for facet, values in request.selected.items()}
    aggregations = {}
    for facet in FACETS:
        others = " AND ".join(condition for name, condition in conditions.items() if name != facet) or "*"
        if facet == "periode":
            inner = {period: {"filter": _condition("periode", (period,), now)} for period in PERIODES}
        else:
            inner = {
                "values": {"terms": {"field": facet, "size": _MOST_VALUES, "segment_size": _MOST_VALUES}}
            }
        aggregations[facet] = {"filter": others, "aggs": inner}
    return aggregations


def _condition(facet: str, values: Iterable[str], now: int) -> str:
    if facet == "periode":
        periods = {"a-venir": f"over_at:>={now}", "passe": f"over_at:<{now}"}
        return "(" + " OR ".join(periods[value] for value in values) + ")"
    return "(" + " OR ".join(f'{facet}:"{_escaped(value)}"' for value in values) + ")"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def facet_counts(aggregated: dict) -> dict[str, dict[str, int]]:
    """Return the counts by facet and value; values that nothing has are left out."""
    counts = {}
    for facet in FACETS:
        if facet == "periode":
            found = {period: aggregated[facet][period]["doc_count"] for period in PERIODES}
        else:
            found = {bucket["key"]: bucket["doc_count"] for bucket in aggregated[facet]["values"]["buckets"]}
        counts[facet] = {value: count for value, count in found.items() if count}
    return counts
