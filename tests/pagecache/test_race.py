"""A change that another connection commits shows at once, and what was made meanwhile is not served after it."""

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

OLD = "Gestion financière et trésorerie"


def race(url: str, *options: str) -> dict:
    return json.loads(run_module("tests.pagecache.race", *options, database_url=url).stdout)


def assert_exact(outcome: dict) -> None:
    assert outcome["first"] == [OLD, OLD]
    assert outcome["rolled_back"]["meanwhile"] == outcome["rolled_back"]["after"] == [OLD, OLD]
    assert not outcome["rolled_back"]["is_another"]
    assert outcome["committed"]["meanwhile"] == [OLD, OLD]
    assert outcome["committed"]["after"] == ["Tard", "Tard"]
    assert outcome["committed"]["is_another"]


@pytest.mark.postgres
def test_postgresql():
    try:
        with postgres_server() as server:
            server.psql("create database portail")
            url = postgres_url(server, "portail")
            migrate(url)
            outcome = race(url)
            stale = race_again(server, "--early-note")
    except NoPostgreSQL as why:
        pytest.skip(f"PostgreSQL does not start here: {why}")
    assert outcome["vendor"] == "postgresql"
    assert_exact(outcome)
    assert outcome["committed"]["saw_the_quick_one"]
    # A note that is not in the transaction of the change: what the above passes for.
    assert stale["committed"]["after"] == [OLD, OLD]


def race_again(server, *options: str) -> dict:
    server.psql("create database encore")
    url = postgres_url(server, "encore")
    migrate(url)
    return race(url, *options)


@pytest.fixture(scope="module")
def empty_file(django_db_setup, django_db_blocker, tmp_path_factory):
    path = tmp_path_factory.mktemp("race") / "empty.sqlite3"
    with django_db_blocker.unblock():
        write_empty_sqlite_file(path)
    return path


# The mark makes pytest-django create the test database that the file is copied from.
@pytest.mark.django_db
def test_sqlite(empty_file, tmp_path):
    outcome = race(f"sqlite:///{shutil.copy(empty_file, tmp_path / 'race.sqlite3')}")
    assert outcome["vendor"] == "sqlite"
    assert_exact(outcome)
