"""The search of the admin (choosers, explorer, images, documents…): Wagtail's database backend, mended.

Wagtail's own answers 500 to a double quote or a NUL on SQLite, takes minutes there for a common word among ten
thousand pages, and on PostgreSQL finds no word whose accent is missing. Readers' search is ``search``, not this.

Set as ``WAGTAILSEARCH_BACKENDS["default"]["BACKEND"]``. It knows nothing of ours: no page type, no setting.
"""

from django.db import connection


def SearchBackend(params):  # noqa: N802  (the name that Wagtail looks for)
    """Return the backend of the default database; Wagtail's own where it is neither SQLite nor PostgreSQL."""
    # Each module can be imported on its own database only: Wagtail's models differ.
    if connection.vendor == "postgresql":
        from .postgres import AdminPostgresBackend

        return AdminPostgresBackend(params)
    if connection.vendor == "sqlite":
        from .sqlite import AdminSQLiteBackend

        return AdminSQLiteBackend(params)
    from modelsearch.backends.database import SearchBackend as Stock

    return Stock(params)
