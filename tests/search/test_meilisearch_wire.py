"""What the Meilisearch adapter says, and what it makes of every kind of reply, without a server."""

import concurrent.futures
import contextlib
import logging
import time

import pytest

from search.engines import meilisearch_wire
from search.engines.base import EngineQuery, IndexingFailed, SearchRequest, SearchUnavailable
from search.engines.meilisearch import MeilisearchEngine
from search.lexicon import Lexicon
from search.query import Term

from .corpus import DOCUMENTS, LEXICON, NOW, PUBLIC
from .wire import DESCRIPTION, late, refused, said

KEY = "a-scoped-key"


@pytest.fixture
def engine(httpserver):
    url = httpserver.url_for("").rstrip("/")
    return MeilisearchEngine(url, KEY, prefix="portail", lexicon=lambda: LEXICON, timeout=0.5)


@pytest.fixture
def built(engine, server):
    with engine.rebuild() as generation:
        generation.add(DOCUMENTS)
    server.requests.clear()
    return engine


def request(text="trésorerie", **fields):
    return SearchRequest(text, PUBLIC, now=NOW, **fields)


def test_requests_are_checked_against_the_description(description):
    if description is None:
        pytest.skip(f"Meilisearch's OpenAPI file is absent ({DESCRIPTION.name}): requests are not checked")
    good = {"queries": [meilisearch_wire.count_query("docs", EngineQuery.of(Term("a")), request())]}
    description.check_request("POST", "/multi-search", "", good)
    bad = {"queries": [good["queries"][0] | {"hitPerPage": 3}]}
    with pytest.raises(AssertionError, match="hitPerPage"):
        description.check_request("POST", "/multi-search", "", bad)
    with pytest.raises(AssertionError, match="has no"):
        description.check_request("POST", "/multisearch", "", good)
    with pytest.raises(AssertionError, match="unknown parameters"):
        description.check_request("GET", "/indexes", "limite=3", None)
    with pytest.raises(AssertionError):
        description.check_request("PATCH", "/indexes/docs/settings", "", {"rankingRules": "words"})


# --- What is said


def test_a_rebuild_builds_beside_then_swaps(engine, server):
    with engine.rebuild() as generation:
        generation.add(DOCUMENTS)
        assert engine.uid not in server.indexes
    beside = generation.uid
    assert server.said(reading=False) == [
        "POST /indexes",
        f"PATCH /indexes/{beside}/settings",
        f"POST /indexes/{beside}/documents",
        "POST /indexes",
        "POST /swap-indexes",
        f"DELETE /indexes/{beside}",
    ]
    assert set(server.indexes) == {engine.uid}
    assert server.indexes[engine.uid]["settings"] == meilisearch_wire.settings(LEXICON)
    assert set(engine.hashes()) == {document.id for document in DOCUMENTS}
    assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {KEY}"}


def test_writing_waits_for_its_tasks(built, server):
    built.upsert(DOCUMENTS[:2])
    built.delete([DOCUMENTS[0].id, "fiche-999"])
    said = server.said()
    assert said.count(f"POST /indexes/{built.uid}/documents") == 1
    assert said[-2:] == [f"GET /tasks/{len(server.tasks) - 2}", f"GET /tasks/{len(server.tasks) - 1}"]
    assert DOCUMENTS[0].id not in built.hashes()


def test_a_search_is_one_request_and_every_query_of_it_names_the_reader(built, server):
    built.search(request("plan trésorerie", facets={"type": ("fiche", "outil"), "theme": ("x",)}, page=3))
    ((method, path, body), *more) = server.requests
    # Nothing was found: the counts that decide which words to leave out follow.
    assert (method, path) == ("POST", "/multi-search")
    assert all(query["filter"][0] == 'audience IN ["public"]' for query in body["queries"])
    assert all(query["matchingStrategy"] == "all" for query in body["queries"])
    page, *others = body["queries"]
    assert page["filter"][1:] == ['type IN ["fiche", "outil"]', 'theme IN ["x"]']
    assert (page["page"], page["hitsPerPage"]) == (3, 20)
    assert page["facets"] == ["secteur", "phase", "region", "structure", "centre"]
    assert [query.get("facets") for query in others] == [["type"], ["theme"], None, None]
    assert [query["hitsPerPage"] for query in others] == [0, 0, 0, 0]
    assert others[0]["filter"][1:] == ['theme IN ["x"]']
    for _, _, body in more:
        assert all(query["filter"] == ['audience IN ["public"]'] for query in body["queries"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (EngineQuery(), ""),
        (EngineQuery.of(Term("plan"), Term("treso", prefix=True)), "plan treso"),
        (EngineQuery.of(Term("treso", prefix=True), Term("plan")), "plan treso"),
        (EngineQuery.of(Term("plan")), "plan "),
        (EngineQuery.of(Term("plan", prefix=True), Term("zqadla", exact=True)), '"zqadla" plan'),
        # Between quotes nothing is looked up: what has synonyms stands bare.
        (EngineQuery.of(Term("zqarps", exact=True, also=("zqy1",)), Term("plan")), "zqarps plan "),
        (EngineQuery((), (("plan", "de"),), (("banque",),)), '-"banque" "plan de" '),
    ],
)
def test_words_as_the_server_reads_them(query, expected):
    assert meilisearch_wire.text(query) == expected


def test_filter_values_are_escaped():
    assert meilisearch_wire.quoted('a"b\\c') == '"a\\"b\\\\c"'
    (_, theme) = meilisearch_wire.filters(PUBLIC, {"theme": ('x"] OR audience IN ["reseau',)}, 0)
    assert theme == 'theme IN ["x\\"] OR audience IN [\\"reseau"]'


def test_settings_are_compared_at_the_start_and_applied_where_they_differ(built, server, caplog):
    assert built.prepare()
    assert server.said(reading=False) == []
    server.indexes[built.uid]["settings"]["searchCutoffMs"] = None
    assert "searchCutoffMs" in built.health().detail
    assert built.prepare()
    assert server.said(reading=False) == [f"PATCH /indexes/{built.uid}/settings"]
    assert "searchCutoffMs" in caplog.text
    assert built.health().ok


def test_the_server_may_add_to_the_settings(built, server):
    held = server.indexes[built.uid]["settings"]
    held["typoTolerance"] = held["typoTolerance"] | {"newOption": 1}
    held["embedders"] = {}
    assert meilisearch_wire.settings_differ(held) == []


def test_a_lexicon_that_changes_changes_what_the_server_looks_up(built, server):
    held = server.indexes[built.uid]["settings"]
    built.adopt_lexicon()
    assert server.said(reading=False) == [], "it is the same"
    changed = Lexicon.of([("RPS", ["risques psychosociaux"], False)], synonyms=[["RPS", "burn-out"]])
    built.lexicon = lambda: changed
    built.adopt_lexicon()
    held = server.indexes[built.uid]["settings"]
    (marker,) = changed.synonyms.of("rps")
    assert held["synonyms"] == {"rps": [marker], "burn out": [marker], "zqarps": [marker]}
    assert held["typoTolerance"]["disableOnWords"] == ["zqarps"]
    assert held["typoTolerance"]["enabled"], "the other settings are said again with it"
    built.lexicon = Lexicon
    assert built.prepare()
    assert server.indexes[built.uid]["settings"]["synonyms"] == {}
    assert built.health().ok


def test_each_thread_has_its_own_client(built):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        clients = set(pool.map(lambda _: (time.sleep(0.05), id(built._client()))[1], range(4)))
    assert len(clients) == 4


# --- What is made of the replies


@pytest.mark.parametrize(
    "trouble",
    [
        refused(400, "invalid_search_filter"),
        refused(401, "missing_authorization_header"),
        refused(403, "invalid_api_key"),
        refused(404, "index_not_found"),
        refused(429),
        refused(500),
        refused(503, "too_many_search_requests", **{"Retry-After": "10"}),
        said("<html>bad gateway</html>", 502, "text/html"),
        said("<html>welcome</html>", 200, "text/html"),
        said("", 200),
        said("null"),
        said("[]"),
        said("{}"),
        said('{"results": []}'),
        said('{"results": [{}, {}, {}]}'),
        said(
            '{"results": [{"hits": [{"payload": {"id": "x"}}], "totalHits": 1}, {"totalHits": 0}, {"totalHits": 0}]}'
        ),
        late(1.0),
    ],
)
def test_whatever_is_wrong_the_page_is_told_and_recovers_alone(built, server, trouble):
    server.trouble = trouble
    with pytest.raises(SearchUnavailable):
        built.search(request())
    with pytest.raises(SearchUnavailable):
        built.suggest("tr", principals=PUBLIC)
    server.trouble = None
    assert recovered(built).total == 0


def recovered(engine, tries=20):
    """Search again until the stand-in, which answers one request after the other, is done with the late one."""
    for _ in range(tries):
        engine._rests_until = 0
        with contextlib.suppress(SearchUnavailable):
            return engine.search(request())
    raise AssertionError("the engine does not recover")


def test_a_server_that_does_not_answer_is_left_alone_for_a_while(built, server):
    server.trouble = refused(503)
    for _ in range(5):
        with pytest.raises(SearchUnavailable):
            built.search(request())
    assert len(server.requests) == 1
    server.trouble = None
    built._rests_until = time.monotonic() - 1
    assert built.search(request()).total == 0


def test_no_server_at_all(caplog):
    caplog.set_level(logging.CRITICAL)
    engine = MeilisearchEngine("http://127.0.0.1:9", KEY, prefix="portail", timeout=0.5)
    with pytest.raises(SearchUnavailable):
        engine.search(request())
    with pytest.raises(SearchUnavailable):
        engine.upsert(DOCUMENTS)
    with pytest.raises(SearchUnavailable):
        engine.prepare()
    health = engine.health()
    assert not health.ok
    assert not health.needs_rebuild


@pytest.mark.parametrize("kind", ["indexCreation", "settingsUpdate", "documentAdditionOrUpdate", "indexSwap"])
def test_a_failed_task_is_told_and_the_former_index_stays(built, server, kind):
    former = set(built.hashes())
    server.failing = {kind}
    with pytest.raises(IndexingFailed, match="no space left"), built.rebuild() as generation:
        generation.add(DOCUMENTS[:2])
    server.failing = set()
    assert set(built.hashes()) == former
    assert set(server.indexes) == {built.uid}, "what was being built is removed"


def test_a_key_that_may_not_see_the_swap_sees_its_effect(built, server, monkeypatch):
    server.hidden = {"indexSwap"}
    with built.rebuild() as generation:
        generation.add(DOCUMENTS[:2])
    assert len(built.hashes()) == 2
    server.failing = {"indexSwap"}
    monkeypatch.setattr("search.engines.meilisearch._SWAP_SECONDS", 0.2)
    with pytest.raises(IndexingFailed, match="échange"), built.rebuild() as generation:
        generation.add(DOCUMENTS)
    assert len(built.hashes()) == 2


def test_a_failed_write_is_told(built, server):
    server.failing = {"documentAdditionOrUpdate", "documentDeletion"}
    with pytest.raises(IndexingFailed, match="no space left"):
        built.upsert(DOCUMENTS[:1])
    with pytest.raises(IndexingFailed, match="no space left"):
        built.delete([DOCUMENTS[0].id])


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (refused(400, "invalid_document_id"), IndexingFailed),
        (refused(413, "payload_too_large"), IndexingFailed),
        (refused(403, "invalid_api_key"), SearchUnavailable),
        (refused(500), SearchUnavailable),
    ],
)
def test_a_refused_write_is_told_from_a_server_that_is_away(built, server, trouble, error):
    server.trouble = trouble
    with pytest.raises(error):
        built.upsert(DOCUMENTS[:1])


def test_documents_lost_on_the_way_stop_the_swap(built, server):
    former = set(built.hashes())

    def rebuild_and_lose():
        with built.rebuild() as generation:
            generation.add(DOCUMENTS)
            server.indexes[generation.uid]["documents"].popitem()

    with pytest.raises(IndexingFailed, match="14 envoyés"):
        rebuild_and_lose()
    assert set(built.hashes()) == former


def test_a_swap_that_was_interrupted_leaves_something_that_is_removed_a_day_later(built, server):
    server.add_index(f"{built.uid}-deadbeef", updated="2020-01-01T00:00:00.123456Z")
    server.add_index("portail-00000000", updated="2020-01-01T00:00:00.123456Z")
    server.add_index("portail-00000000-abc", updated="2999-01-01T00:00:00.123456Z")
    server.add_index("portail-recette-00000000", updated="2020-01-01T00:00:00.123456Z")
    with built.rebuild() as generation:
        generation.add(DOCUMENTS)
    assert set(server.indexes) == {built.uid, "portail-00000000-abc", "portail-recette-00000000"}


def test_nothing_is_written_to_an_index_that_is_not_there(engine, server):
    with pytest.raises(SearchUnavailable):
        engine.upsert(DOCUMENTS)
    assert server.said() == [f"GET /indexes/{engine.uid}"]
    assert engine.health().needs_rebuild
    assert not engine.prepare()


def test_a_server_that_is_too_old_is_named(built, server):
    server.version = "1.3.0"
    health = built.health()
    assert not health.ok
    assert "1.3.0" in health.detail
