import pytest

from portal.themes.lexicon import explain
from portal.themes.lists import load_lists
from portal.themes.models import Departement, Expansion, Region, Terme, Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def lexicon(db):
    for sigle, *texts in (
        ("CAF", "capacité d'autofinancement", "caisse d'allocations familiales"),
        ("DLA R", "DLA régional"),
    ):
        terme = Terme(sigle=sigle, slug=sigle.lower().replace(" ", "-"))
        terme.expansions = [Expansion(text=text) for text in texts]
        terme.save()


def test_first_occurrence_is_explained_with_every_meaning(lexicon):
    html = explain("<p>La CAF a demandé un plan ; la CAF attend.</p>")
    assert html.count("<abbr") == 1
    assert "capacité d’autofinancement ou caisse d’allocations familiales" in html


def test_longer_acronym_wins_and_unknown_words_stay(lexicon):
    html = explain("<p>Le DLA R et la CAFETERIA.</p>")
    assert '<abbr title="DLA régional">DLA R</abbr>' in html
    assert "CAFETERIA" in html
    assert html.count("<abbr") == 1


@pytest.mark.parametrize("html", ['<a href="/x">CAF</a>', "<h3>CAF</h3>", '<img alt="CAF">', "&CAF;"])
def test_links_titles_tags_and_entities_are_left_alone(lexicon, html):
    assert explain(html) == html


def test_a_changed_term_shows_at_once(lexicon):
    explain("CAF")
    terme = Terme.objects.get(sigle="CAF")
    terme.expansions = [Expansion(text="autre chose")]
    terme.save()
    assert "autre chose" in explain("CAF")


def test_lists_are_loaded_once_and_edits_kept():
    created = load_lists()
    assert created == {
        "themes": 21,
        "secteurs": 23,
        "structures": 20,
        "phases": 4,
        "regions": 18,
        "departements": 109,
        "termes": 154,
        "synonymes": 63,
    }
    Theme.objects.filter(slug="gouvernance").update(label="Gouverner")
    assert set(load_lists().values()) == {0}
    assert Theme.objects.get(slug="gouvernance").label == "Gouverner"
    assert Region.objects.get(code="03").time_zone == "America/Cayenne"
    assert Departement.objects.get(code="2A").region.label == "Corse"
    assert Terme.objects.get(sigle="CA").ambiguous
