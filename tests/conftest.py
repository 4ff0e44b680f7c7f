"""Fixtures for every test: the taxonomy, the tree, and one person of each kind."""

import pytest

from tests import factories


def pytest_collection_modifyitems(items):
    """A file runs on one worker: what it sets up for its module, or starts, is there once."""
    for item in items:
        group = "journeys" if "journeys" in item.path.parts else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


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
