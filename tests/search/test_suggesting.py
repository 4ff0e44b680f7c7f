"""Suggestions: in groups, for whoever reads, and never in the way."""

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.themes.models import Terme
from ressources.models import FichePage
from search.engines.base import SearchUnavailable
from search.suggesting import MAX_TITLES, suggest
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(index, tree, taxonomy, bring_up_to_date):
    term = Terme(sigle="TRESO", slug="treso")
    term.expansions.create(text="plan de trésorerie de l'association")
    term.save()
    factories.make_theme_page(tree, taxonomy.tresorerie)
    factories.make_fiche(tree.centre, title="Trésorerie : tenir le mois")
    factories.make_fiche(tree.centre, title="Trésorerie entre nous", audience="reseau")
    bring_up_to_date()


def labels(text, user=None):
    return {
        group.title: [item.label for item in group.items]
        for group in suggest(text, user=user or AnonymousUser())
    }


def test_groups_come_in_their_order(content):
    groups = suggest("treso", user=AnonymousUser())
    assert [group.title for group in groups] == ["Thèmes", "Termes du lexique", "Contenus"]
    themes, terms, titles = groups
    assert [item.label for item in themes.items] == ["Gestion financière et trésorerie"]
    assert themes.items[0].detail == ""
    assert terms.items[0].label == "TRESO"
    assert terms.items[0].detail == "plan de trésorerie de l’association"
    assert terms.items[0].url == "/glossaire/#treso"
    assert [(item.label, item.detail) for item in titles.items] == [
        ("Trésorerie\u00a0: tenir le mois", "Fiche")
    ]


def test_a_group_without_item_is_left_out(content):
    assert list(labels("tenir")) == ["Contenus"]
    assert labels("zzzzzz") == {}


@pytest.mark.parametrize("text", ["", " ", "t", " t ", "***", "\x00", "de la"])
def test_what_says_nothing_suggests_nothing(content, text):
    assert labels(text) == {}


def test_a_mistake_and_missing_accents_are_forgiven(content):
    assert "Trésorerie\u00a0: tenir le mois" in labels("tresorreri")["Contenus"]


def test_titles_are_a_handful(content, tree, bring_up_to_date):
    for number in range(MAX_TITLES + 3):
        factories.make_tool(tree.centre, title=f"Trésorerie, outil {number}")
    bring_up_to_date()
    found = labels("trésorerie")
    assert len(found["Contenus"]) == MAX_TITLES
    assert found["Thèmes"], "many titles do not crowd the theme out"


def test_only_who_may_read_is_offered_a_reserved_title(content, member, pending):
    assert "Trésorerie entre nous" in labels("trésorerie entre", member)["Contenus"]
    for reader in (None, pending):
        assert "Trésorerie entre nous" not in labels("trésorerie entre", reader).get("Contenus", [])


def test_a_title_reserved_since_it_was_indexed_is_not_offered(content):
    FichePage.objects.filter(title__startswith="Trésorerie").update(audience="reseau")
    assert "Contenus" not in labels("trésorerie")


def test_without_an_engine_there_is_nothing_and_no_error(content, index, monkeypatch):
    def away(self, *args, **kwargs):
        raise SearchUnavailable("away")

    monkeypatch.setattr(type(index), "suggest", away)
    assert labels("trésorerie") == {}
