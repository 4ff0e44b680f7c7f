"""What sets a search right: corrections, places, the nearest themes."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils.safestring import mark_safe

from search.forms import SearchParameters
from search.guidance import Nearest, correction_of, nearest_to, place_hints
from search.lexicon import Lexicon
from search.query import parse

from .corpus import DOCUMENTS, LEXICON, MEMBER, NOW, PUBLIC
from .test_understanding import LEXICON as PLACED


def corrected(text, *marked, known=()):
    extracts = [SimpleNamespace(title=mark_safe(f"<mark>{word}</mark>"), text="") for word in marked]
    found = correction_of(SearchParameters(text), parse(text, LEXICON), extracts, known=known)
    return found and found.text


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("tresorrerie", ("Trésorerie", "trésorerie"), "trésorerie"),
        ("plan de tresorrerie", ("plan", "trésorerie"), "plan de trésorerie"),
        ("trésorerie", ("trésorerie",), None),
        ("tresoreries", ("trésorerie",), None),
        ("tréso", ("trésorerie",), None),
        # Found by a synonym only: nothing was mistyped.
        ("cash", ("trésorerie",), None),
        ('"plan" gouvernence', ("gouvernance", "gouvernants"), '"plan" gouvernance'),
        ("bfr", ("bar",), None),
    ],
)
def test_a_correction_is_a_word_that_was_found(text, marked, expected):
    assert corrected(text, *marked) == expected


def test_without_a_result_the_words_that_anybody_may_know_are_compared():
    known = ["gouvernance", "mutualisation"]
    assert corrected("gouveurnnence", known=known) == "gouvernance"
    assert corrected("xylophone", known=known) is None
    assert corrected("gouvernance", known=known) is None


def test_the_address_of_a_correction_keeps_the_filters():
    parameters = SearchParameters("tresorrerie", facets={"type": ("fiche",)}, page=3)
    extract = SimpleNamespace(title=mark_safe("<mark>trésorerie</mark>"), text="")
    found = correction_of(parameters, parse("tresorrerie", LEXICON), [extract])
    assert found.address == "/recherche/?q=tr%C3%A9sorerie&type=fiche"


def hints(text, **facets):
    return place_hints(SearchParameters(text, facets=facets), parse(text, PLACED))


def test_a_place_says_what_it_was_taken_for_and_leads_to_its_region():
    (hint,) = hints("DLA 35")
    assert hint.sentence == "Ille-et-Vilaine (35) : région Bretagne."
    assert hint.address == "/recherche/?q=&region=bretagne"
    (hint,) = hints("crèche bretagne")
    assert hint.sentence == "Bretagne est une région."
    assert hint.address == "/recherche/?q=cr%C3%A8che&region=bretagne"
    assert hints("35", region=("bretagne",)) == ()
    assert hints("crèche") == ()


LABELS = {"theme": {"gouvernance": "Gouvernance", "gestion-financiere": "Gestion financière et trésorerie"}}


@pytest.fixture
def filled(tmp_path):
    from search.engines.embedded import EmbeddedEngine

    engine = EmbeddedEngine(tmp_path / "index", lexicon=Lexicon)
    with engine.rebuild() as generation:
        generation.add(DOCUMENTS)
    return engine


def nearest(engine, text, documents=(), principals=PUBLIC):
    return nearest_to(
        parse(text, Lexicon()), documents, engine=engine, principals=principals, labels=LABELS, now=NOW
    )


def test_the_nearest_theme_is_that_of_what_holds_some_of_the_words(filled):
    found = nearest(filled, "xyz", [DOCUMENTS[1], DOCUMENTS[0]])
    assert found.themes[0] == ("Gouvernance", "/recherche/?q=&theme=gouvernance")
    assert found.event[0] == "Café difficultés : crise de gouvernance"
    assert found.event[2] > NOW


def test_or_else_the_one_whose_name_is_most_alike(filled):
    assert nearest(filled, "gouverner").themes[0][0] == "Gouvernance"


def test_or_else_the_next_session_whatever_it_is_about(filled):
    found = nearest(filled, "zzzz")
    assert found.themes == ()
    assert found.event[0] == "Café difficultés : crise de gouvernance"


def test_the_next_session_keeps_to_the_audience(filled):
    hidden = DOCUMENTS[8]
    assert hidden.id == "cafe-9"
    filled.upsert([type(hidden)(**{**hidden.__dict__, "audiences": ("reseau",)})])
    assert nearest(filled, "gouverner").event is None
    assert nearest(filled, "gouverner", principals=MEMBER).event[0] == hidden.title


def test_nothing_to_say_is_false():
    assert not Nearest()
    assert Nearest(event=("Café", "/cafe/", dt.datetime(2026, 12, 1, tzinfo=dt.UTC)))
