"""A thousand odd searches, the same at each run: an answer to each, and never a 500."""

import json

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.base.audience import principals
from search.engines.base import FACETS, SORTS, SearchRequest
from search.engines.meilisearch import MeilisearchEngine
from search.forms import SearchParameters
from search.french import clean
from search.labels import facet_labels
from search.results import find
from tests import factories

from . import corpus, oddities

pytestmark = pytest.mark.django_db


def odd(examples):
    """Settings of a test that sees the same ``examples`` each time, in no more time than they take."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def content(index, tree, taxonomy, bring_up_to_date):
    for title, audience in (("Tenir la trésorerie", "public"), ("Trésorerie entre nous", "reseau")):
        factories.make_fiche(
            tree.centre,
            title=title,
            audience=audience,
            demarche="<p>Plan de l’association : salarié·es, S.C.I.C. et 2024.</p>",
            themes=[taxonomy.tresorerie, taxonomy.gouvernance],
            phases=[taxonomy.anticiper],
            regions=[taxonomy.bretagne],
        )
    bring_up_to_date()


def ask(client, path, query, **headers):
    # As a server hands it over: bytes, each read as one Latin-1 character.
    return client.get(path, QUERY_STRING=query.encode().decode("latin-1"), headers=headers)


def assert_answered(response):
    assert response.status_code == 200, (response.status_code, response.request["QUERY_STRING"])


@odd(150)
@given(oddities.addresses())
def test_the_page_answers(client, content, query):
    response = ask(client, "/recherche/", query)
    assert_answered(response)
    assert "Trésorerie entre nous" not in response.content.decode()


@odd(150)
@given(oddities.addresses())
def test_the_part_of_the_page_answers(client, content, query):
    assert_answered(ask(client, "/recherche/", query, **{"HX-Request": "true", "HX-Target": "resultats"}))


@odd(200)
@given(oddities.addresses())
def test_the_data_answer(client, content, query):
    response = ask(client, "/recherche.json", query)
    assert_answered(response)
    # Data that the other end can read: no lone surrogate, no infinity.
    data = json.loads(response.content.decode())
    assert not any(hit["reserved"] for hit in data["hits"])


@odd(100)
@given(oddities.addresses(), st.booleans())
def test_suggestions_answer(client, content, query, as_list):
    headers = {"HX-Request": "true"} if as_list else {}
    assert_answered(ask(client, "/recherche/suggestions", query, **headers))


PATHS = ("/recherche/", "/recherche.json", "/recherche/suggestions")
NO_BROWSER_WRITES = {
    "bytes": b"q=\xff\xfe\x80plan",
    "raw surrogates": b"q=\xed\xa0\x80&theme=\xed\xb0\x80&page=\xff",
    "surrogates": b"q=%ED%A0%80%ED%B0%80&tri=%ED%A0%80&page=%ED%A0%80&theme=%ED%A0%80",
    "arrays": b"q[]=plan&q[]=a&q[0][b]=c",
    "nothing": b"&&&==&=&q&page&theme",
    "far": b"page=" + b"9" * 5000,
    "before": b"page=-" + b"9" * 5000,
    "the same thousands of times": b"&".join([b"theme=gouvernance"] * 5000),
    "thousands": b"&".join(b"theme=t%d" % number for number in range(5000)),
    "queries": b"&".join([b"q=a"] * 9000),
}


def test_addresses_that_no_browser_writes(client, content):
    for kind, query in NO_BROWSER_WRITES.items():
        for path in PATHS:
            response = client.get(path, QUERY_STRING=query.decode("latin-1"))
            assert response.status_code == 200, (path, kind)


def test_more_parameters_than_django_reads_are_refused_with_a_sentence(client, content):
    for path in PATHS:
        response = client.get(path, QUERY_STRING="&".join(["theme=gouvernance"] * 10_001))
        assert response.status_code == 400, path
        assert "Cette adresse n’est pas lisible" in response.content.decode()


@odd(100)
@given(oddities.addresses())
def test_the_database_answers_when_the_engine_is_down(content, settings, tmp_path_factory, query):
    settings.SEARCH_INDEX_DIR = tmp_path_factory.mktemp("nothing")
    labels = facet_labels(None)
    parameters = SearchParameters.parse(QueryDict(query), labels)
    results = find(parameters, user=None, labels=labels, now=timezone.now())
    # A query without a word has no answer anywhere: no engine is asked.
    assert results.is_degraded or results.query.is_meaningless
    assert "Trésorerie entre nous" not in {hit.document.title for hit in results.hits}


def requests():
    """Requests to an engine with any text; the facets hold what the form would not let by.

    Lone surrogates apart, which neither an address nor the database can hold.
    """
    values = oddities.texts().map(clean).filter(bool)
    chosen = st.dictionaries(
        st.sampled_from([name for name in FACETS if name != "periode"]),
        st.lists(values, min_size=1, max_size=3).map(tuple),
        max_size=2,
    )
    return st.builds(
        lambda text, facets, sort, page: SearchRequest(
            text, principals(None), facets=facets, sort=sort, page=page, now=corpus.NOW
        ),
        oddities.texts(),
        chosen,
        st.sampled_from(SORTS),
        st.sampled_from((1, 2, 50, 999_999)),
    )


@pytest.fixture(scope="module")
def meilisearch(make_httpserver):
    return MeilisearchEngine(
        make_httpserver.url_for(""), "key", prefix="essai", lexicon=lambda: corpus.LEXICON, timeout=5
    )


@odd(250)
@given(requests())
def test_an_engine_answers(filled, wanted):
    response = filled.search(wanted)
    assert {hit.document.id for hit in response.hits} <= corpus.PUBLIC_IDS
    filled.suggest(wanted.text, principals=wanted.principals)


@odd(100)
@given(requests())
def test_what_is_said_to_meilisearch_is_always_valid(server, meilisearch, wanted):
    meilisearch.search(wanted)
    meilisearch.suggest(wanted.text, principals=wanted.principals)
    assert not server.errors, server.errors[0]
