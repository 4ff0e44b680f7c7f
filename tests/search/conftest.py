"""Engines under test: the embedded one always, Meilisearch where MEILISEARCH_URL names a server."""

import os
import re
import secrets

import pytest
from django.utils import timezone

from search import lexicon_source, services
from search.engines import get_engine
from search.engines.embedded import EmbeddedEngine
from search.engines.meilisearch import MeilisearchEngine
from search.worker import IndexWorker

from . import corpus
from .wire import DESCRIPTION, Description, FakeMeilisearch


def make_engine(name, tmp_path_factory, lexicon=lambda: corpus.LEXICON):
    """Return a new engine without an index, and how to remove what it leaves."""
    if name == "embedded":
        return EmbeddedEngine(tmp_path_factory.mktemp("index"), lexicon=lexicon), lambda: None
    url = os.environ.get("MEILISEARCH_URL")
    if not url:
        pytest.skip("Meilisearch: not run")
    prefix = f"essai{secrets.token_hex(4)}"
    # A busy test machine may need longer than a page would wait.
    engine = MeilisearchEngine(
        url, os.environ.get("MEILISEARCH_API_KEY", ""), prefix=prefix, lexicon=lexicon, timeout=5
    )

    def remove():
        client = engine._client(writing=True)
        for index in client.get_raw_indexes({"limit": 1000})["results"]:
            if index["uid"].startswith(f"{prefix}-"):
                client.wait_for_task(client.delete_index(index["uid"]).task_uid)

    return engine, remove


@pytest.fixture(scope="module", params=["embedded", "meilisearch"])
def engine_name(request):
    return request.param


@pytest.fixture(scope="module")
def filled(engine_name, tmp_path_factory):
    """An engine with the corpus, for tests that only read."""
    engine, remove = make_engine(engine_name, tmp_path_factory)
    with engine.rebuild() as generation:
        generation.add(corpus.DOCUMENTS)
    yield engine
    remove()


@pytest.fixture
def empty(engine_name, tmp_path_factory):
    """An engine without an index, for tests that write."""
    engine, remove = make_engine(engine_name, tmp_path_factory)
    yield engine
    remove()


@pytest.fixture(autouse=True)
def fresh_lexicon():
    """The lexicon of one test is not that of the next."""
    lexicon_source.forget_lexicon()
    yield
    lexicon_source.forget_lexicon()


@pytest.fixture
def index(db, settings, tmp_path):
    """The engine that the settings name, with an index of what the database holds."""
    settings.SEARCH_ENGINE = "embedded"
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    engine = get_engine()
    services.rebuild(engine, now=timezone.now())
    return engine


@pytest.fixture
def bring_up_to_date(index):
    """Do what the worker does, until nothing waits; return how many changes were applied."""

    def work():
        worker, done = IndexWorker(index), 0
        while count := worker.step():
            done += count
        return done

    return work


@pytest.fixture(scope="session")
def description():
    """The strict description, None where the file is absent."""
    return Description(DESCRIPTION) if DESCRIPTION.is_file() else None


@pytest.fixture
def server(httpserver, description):
    """The stand-in; every request and reply is checked at the end of the test."""
    fake = FakeMeilisearch(description)
    httpserver.expect_request(re.compile(".*")).respond_with_handler(fake.handle)
    yield fake
    httpserver.check_assertions()
    assert not fake.errors, fake.errors[0]
