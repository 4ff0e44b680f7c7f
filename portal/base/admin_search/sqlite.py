"""On SQLite: the rank of each hit is computed once, and looked up."""

from __future__ import annotations

import copy

from django.db import models
from django.db.models import F, Func
from modelsearch.backends.database.sqlite.query import MatchExpression, normalize
from modelsearch.backends.database.sqlite.sqlite import (
    IndexEntry,
    SQLiteAutocompleteQueryCompiler,
    SQLiteFTSIndexEntry,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from modelsearch.query import MatchAll, Not
from modelsearch.utils import get_descendants_content_types_pks

from .words import FoldedTexts, SafeQueries


class Rank(Func):
    """The rank of an object, lower is better, from a table of all the hits that SQLite makes once a query.

    Wagtail's own asks for the rank of one object at a time, and FTS5 then reads all the hits again each time.
    Here nothing in the inner query depends on the object: SQLite computes it once and indexes it for the look-up
    (its LIMIT, which leaves nothing out, is what keeps it from being merged into the outer one).
    """

    output_field = models.FloatField()

    def __init__(self, key, match: MatchExpression, content_types: list[int], score: str, *, integer: bool):
        super().__init__(key)
        self.match, self.content_types, self.score, self.integer = match, content_types, score, integer

    def as_sql(self, compiler, connection, **extra):
        quote = connection.ops.quote_name
        fts, entry = quote(SQLiteFTSIndexEntry._meta.db_table), quote(IndexEntry._meta.db_table)
        key, key_params = compiler.compile(self.source_expressions[0])
        match, match_params = compiler.compile(self.match)
        object_id = "CAST(entry.object_id AS INTEGER)" if self.integer else "entry.object_id"
        places = ", ".join(["%s"] * len(self.content_types))
        sql = (
            f"(SELECT hit.score FROM (SELECT {object_id} AS object_id, {self.score.format(fts=fts)} AS score "  # noqa: S608
            f"FROM {fts} INNER JOIN {entry} AS entry ON entry.id = {fts}.rowid "
            f"WHERE {match} AND entry.content_type_id IN ({places}) LIMIT -1) AS hit "
            f"WHERE hit.object_id = {key} LIMIT 1)"
        )
        return sql, [*match_params, *self.content_types, *key_params]


class RankedOnce:
    """A query compiler that orders by ``Rank``. ``SCORE`` is SQL over the FTS table and the entry."""

    SCORE = ""

    def search(self, config, start, stop, score_field=None):
        query = normalize(self.query)
        is_ranked = not isinstance(query, (MatchAll, Not))
        if not is_ranked or not (self.order_by_relevance or score_field):
            return super().search(config, start, stop, score_field)
        unordered = copy.copy(self)
        unordered.order_by_relevance = False
        hits = super(RankedOnce, unordered).search(config, None, None)
        match = MatchExpression(
            self.fields or self.FTS_TABLE_FIELDS, self.build_search_query(query, config=config)
        )
        model = self.queryset.model
        rank = Rank(
            F("pk"),
            match,
            get_descendants_content_types_pks(model),
            self.SCORE,
            integer=isinstance(_key(model), models.IntegerField),
        )
        name = score_field or "_score"
        hits = hits.annotate(**{name: rank})
        if self.order_by_relevance:
            hits = hits.order_by(name, "-pk")
        return hits[start:stop]


def _key(model: type[models.Model]) -> models.Field:
    """The primary key, that of the parent where it is the link to it."""
    key = model._meta.pk
    while key.is_relation:
        key = key.target_field
    return key


class SearchCompiler(RankedOnce, SQLiteSearchQueryCompiler):
    # Columns in the order of the table: autocomplete, body, title. Short titles before long ones, as Wagtail does.
    SCORE = "bm25({fts}, 1.0, 1.0, 4.0) * (1.0 + entry.title_norm)"


class AutocompleteCompiler(RankedOnce, SQLiteAutocompleteQueryCompiler):
    SCORE = "bm25({fts})"


class Index(FoldedTexts, SQLiteIndex):
    pass


class AdminSQLiteBackend(SafeQueries, SQLiteSearchBackend):
    query_compiler_class = SearchCompiler
    autocomplete_query_compiler_class = AutocompleteCompiler
    index_class = Index
