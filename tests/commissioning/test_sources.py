"""What may become a fiche to write: searches that led nowhere, themes of difficulties weighed against fiches."""

import datetime as dt

import pytest

from portal.commissioning import services
from portal.commissioning.sources import search_proposal, search_proposals, theme_proposals
from tests import factories

pytestmark = pytest.mark.django_db


def texts(now, origin=None):
    return [one.text for one in search_proposals(now=now) if origin in (None, one.origin)]


def test_words_of_few_days_are_not_read(search, now):
    search("Rare", days=4, times=9)
    search("Fréquente", days=5)
    search("Publiée", days=1, released=True)
    assert texts(now) == ["Fréquente", "Publiée"]


def test_without_result_then_without_click(search, taxonomy, now):
    search("Rien", days=5, times=2, theme=taxonomy.gouvernance)
    search("Sans clic", days=6, total=3)
    search("Ouverte", days=6, total=3, clicked=1)
    search("Ouverte une fois", days=6, total=3)
    search("Ouverte une fois", total=3, clicked=2)
    search("Presque rien", days=6)
    search("Presque rien", total=1, clicked=1)
    assert texts(now, "sans-resultat") == ["Rien", "Presque rien"]
    assert texts(now, "frequente") == ["Sans clic"]
    rien = search_proposal("rien", now=now)
    assert (rien.searches, rien.days, rien.without, rien.theme) == (10, 5, 10, taxonomy.gouvernance)
    assert search_proposal("ouverte", now=now) is None


def test_twelve_months_and_no_more(search, now):
    search("Vieille", days=9, ago=366)
    assert texts(now) == []


def test_what_is_on_the_board_is_not_proposed_again(search, make_need, now):
    search("Rien", days=5)
    make_need(key="rien")
    assert texts(now) == []


def test_the_searches_cost_two_queries(search, now, django_assert_num_queries):
    for number in range(6):
        search(f"Recherche {number}", days=5)
    with django_assert_num_queries(2):
        assert len(search_proposals(now=now)) == 6


@pytest.fixture
def brought(tree, now):
    """Sessions of a theme, each brought one difficulty."""

    def make(theme, number):
        for days in range(number):
            event = factories.make_cafe(tree.centre, start=now - dt.timedelta(days=3 + days), themes=[theme])
            factories.make_registration(event, brought_situation=True)

    return make


def test_the_least_answered_theme_first(tree, taxonomy, brought, make_need, now):
    brought(taxonomy.tresorerie, 4)
    brought(taxonomy.gouvernance, 2)
    for _ in range(3):
        factories.make_fiche(tree.centre, themes=[taxonomy.tresorerie])
    factories.make_fiche(tree.centre, themes=[taxonomy.gouvernance], live=False)
    make_need(themes=[taxonomy.gouvernance])
    assert [(one.theme, one.sessions, one.fiches, one.needs) for one in theme_proposals(now=now)] == [
        (taxonomy.gouvernance, 2, 0, 1),
        (taxonomy.tresorerie, 4, 3, 0),
    ]


def test_the_themes_cost_the_same(taxonomy, brought, now, django_assert_num_queries):
    brought(taxonomy.tresorerie, 2)
    with django_assert_num_queries(4):
        theme_proposals(now=now)
    brought(taxonomy.gouvernance, 3)
    with django_assert_num_queries(4):
        theme_proposals(now=now)


def test_a_need_set_aside_is_no_more_to_write(taxonomy, brought, make_need, editor, now):
    brought(taxonomy.gouvernance, 1)
    services.set_aside(need=make_need(themes=[taxonomy.gouvernance]), by=editor, reason="Non.", now=now)
    (line,) = theme_proposals(now=now)
    assert line.needs == 0
