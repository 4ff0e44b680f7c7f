"""Notes, in the transaction of each change, that anonymous pages are no longer what they were.

A wrapper around the statements of every connection: ``save``, ``update``, ``bulk_create``, a link between
models, raw SQL, in any process. What another program writes in the database is not seen.
"""

from __future__ import annotations

import contextlib
import secrets

from django.db import connections, transaction
from django.db.backends.signals import connection_created

from .models import Change
from .tables import changes_pages, is_own, is_read


class ChangeWatcher:
    """Watches the statements of one connection."""

    def __init__(self):
        self.is_silent = False
        self._table_is_there = False
        self._noted_with = None

    def __call__(self, execute, sql, params, many, context):
        if is_read(sql) or self.is_silent or not changes_pages(str(sql)):
            return execute(sql, params, many, context)
        connection = context["connection"]
        if connection.in_atomic_block:
            result = execute(sql, params, many, context)
            if not self._is_noted(connection) or is_own(str(sql)):
                self._note(connection)
            return result
        # The change and its note stand or fall together.
        with transaction.atomic(using=connection.alias):
            result = execute(sql, params, many, context)
            _fetch_now(connection, context["cursor"])
            self._note(connection)
        return result

    @contextlib.contextmanager
    def silence(self):
        """Within: what is written is not noted."""
        self.is_silent = True
        try:
            yield
        finally:
            self.is_silent = False

    def _is_noted(self, connection) -> bool:
        """Tell whether this transaction holds a note already, that nothing has rolled back since.

        Django makes a new list of what is to do on commit whenever a transaction ends, or goes back to a
        savepoint: the same list is the same transaction, with all that was written in it.
        """
        return self._noted_with is connection.run_on_commit

    def _note(self, connection) -> None:
        if not self._is_ready(connection):
            return
        with self.silence(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {Change._meta.db_table} (weight, token) VALUES (1, %s)",  # noqa: S608 (a constant)
                [secrets.randbits(31)],
            )
        self._noted_with = connection.run_on_commit

    def _is_ready(self, connection) -> bool:
        """The first migrations write before the table is there."""
        if not self._table_is_there:
            with connection.cursor() as cursor:
                names = connection.introspection.table_names(cursor)
            self._table_is_there = Change._meta.db_table in names
        return self._table_is_there


class _Fetched:
    """A cursor whose rows were read already: SQLite commits nothing while some are waited for."""

    def __init__(self, cursor):
        self._cursor, self._rows = cursor, iter(cursor.fetchall())

    def __getattr__(self, name):
        return getattr(self._cursor, name)

    def __iter__(self):
        return self._rows

    def fetchone(self):
        return next(self._rows, None)

    def fetchmany(self, size: int = 1):
        return [row for row, _ in zip(self._rows, range(size), strict=False)]

    def fetchall(self):
        return list(self._rows)


def _fetch_now(connection, wrapper) -> None:
    if connection.vendor == "sqlite" and wrapper.cursor.description:
        wrapper.cursor = _Fetched(wrapper.cursor)


def watcher_of(connection) -> ChangeWatcher:
    """Return the watcher of ``connection``, installed where it is missing."""
    for wrapper in connection.execute_wrappers:
        if isinstance(wrapper, ChangeWatcher):
            return wrapper
    watcher = ChangeWatcher()
    # First, hence outermost: ``execute_wrapper()`` takes the last one away.
    connection.execute_wrappers.insert(0, watcher)
    return watcher


def install(connection, **kwargs) -> None:
    """Watch a connection that was just made."""
    watcher_of(connection)


def connect() -> None:
    """Watch every connection, those that are open already too."""
    connection_created.connect(install, dispatch_uid="portal.pagecache")
    for connection in connections.all(initialized_only=True):
        watcher_of(connection)
