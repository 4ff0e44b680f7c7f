"""Fixtures for every test: the taxonomy, the tree, and one person of each kind."""

import pytest
from django.db import transaction
from xdist.scheduler import LoadScopeScheduling

from search.labels import forget_labels
from tests import factories


class JourneysTogether(LoadScopeScheduling):
    """The journeys share one demonstration, hence one worker; every other test goes where there is time, in
    pytest-django's order: those that empty the tables come after those that want them as migrations left them.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith("tests/journeys/") else nodeid


def pytest_xdist_make_scheduler(config, log):
    """Whatever ``--dist`` says: the groups of xdist 3.8 are lost on pytest 9.2."""
    return JourneysTogether(config, log)


@pytest.fixture(autouse=True)
def fresh_labels():
    """The closed lists of one test are not those of the next."""
    forget_labels()
    yield
    forget_labels()


@pytest.fixture
def taxonomy(db):
    return factories.make_taxonomy()


@pytest.fixture
def tree(db):
    return factories.make_tree()


@pytest.fixture
def member(db):
    """An approved adviser."""
    return factories.make_user("adherente@exemple.test", first_name="Inès", last_name="Exemple")


@pytest.fixture
def pending(db):
    """Someone with an account that nobody approved yet."""
    return factories.make_user("attente@exemple.test", approved=False)


@pytest.fixture
def centre_user(tree):
    """A person of the tree's centre."""
    return factories.make_user("centre@exemple.test", groups=[tree.centre.group])


@pytest.fixture
def admin(db):
    user = factories.make_user("admin@exemple.test")
    user.is_superuser = user.is_staff = True
    user.save()
    return user


@pytest.fixture
def commits(monkeypatch):
    """What is put off until the commit happens when the outermost transaction of the code under test ends.

    Within a test's own transaction Django would never run it.
    """
    leave = transaction.Atomic.__exit__

    def leave_and_run(self, exc_type, exc_value, traceback):
        leave(self, exc_type, exc_value, traceback)
        connection = transaction.get_connection(self.using)
        only_the_test = connection.in_atomic_block and all(
            block._from_testcase for block in connection.atomic_blocks
        )
        if not only_the_test or connection.needs_rollback:
            return
        while connection.run_on_commit:
            hooks, connection.run_on_commit = connection.run_on_commit, []
            for _, hook, _ in hooks:
                hook()

    monkeypatch.setattr(transaction.Atomic, "__exit__", leave_and_run)
