"""Databases of their own, for tests whose processes or threads must really share one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

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
