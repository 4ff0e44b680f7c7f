"""Pages are kept in these tests, and each request is made by a stranger after what came before was committed."""

import pytest
from django.db import connection
from django.test import Client

from portal.pagecache.entries import pages
from portal.pagecache.generation import current_generation


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.PAGE_CACHE = True
    pages.clear()
    yield
    pages.clear()


def commit() -> None:
    """What was written so far is another transaction's: within that of a test, one note would do for all."""
    connection.run_on_commit = list(connection.run_on_commit)


@pytest.fixture
def read(db):
    """Ask for a page as a stranger does: ``read("/")``."""

    def get(path, client=None, **headers):
        commit()
        return (client or Client()).get(path, headers=headers)

    return get


@pytest.fixture
def made_anew(settings, read):
    """What the portal makes of a page without the cache: ``made_anew("/")``, the bytes."""

    def get(path):
        settings.PAGE_CACHE = False
        try:
            return read(path).content
        finally:
            settings.PAGE_CACHE = True

    return get


@pytest.fixture
def generation(db):
    """The generation, once what came before is committed: ``generation()``."""

    def now():
        commit()
        return current_generation()

    return now


@pytest.fixture
def renders(monkeypatch):
    """Counts the pages that are made, by their addresses: ``renders`` is a list."""
    from portal.pagecache.middleware import PageCacheMiddleware

    made, make = [], PageCacheMiddleware.make

    def counting(self, request, key, recorder):
        made.append(request.get_full_path())
        return make(self, request, key, recorder)

    monkeypatch.setattr(PageCacheMiddleware, "make", counting)
    return made
