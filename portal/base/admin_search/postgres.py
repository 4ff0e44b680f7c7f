"""On PostgreSQL: words alone reach the database, and accents count no more."""

from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend

from .words import FoldedTexts, SafeQueries


class Index(FoldedTexts, PostgresIndex):
    pass


class AdminPostgresBackend(SafeQueries, PostgresSearchBackend):
    index_class = Index
