"""What a result shows of a document."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from search.documents import Passage
from search.french import clean, tokenise
from search.highlight import WINDOW, Highlighter, Span, shortened
from search.query import parse

from .corpus import DOCUMENTS, LEXICON, document


def highlighter(text):
    query = parse(text, LEXICON)
    return Highlighter(query, query.words, LEXICON)


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("tresorerie", "La trésorerie", "La <mark>trésorerie</mark>"),
        ("trésoreries", "La Trésorerie", "La <mark>Trésorerie</mark>"),
        ("tresorrerie", "La trésorerie", "La <mark>trésorerie</mark>"),
        ("tréso", "La trésorerie", "La <mark>trésorerie</mark>"),
        ("chargée", "Les chargé·e·s", "Les <mark>chargé·e·s</mark>"),
        ("travail", "Les travaux", "Les <mark>travaux</mark>"),
        ("DLA", "Le dispositif local d’accompagnement", "Le <mark>dispositif local d’accompagnement</mark>"),
        ("dispositif local d'accompagnement", "Le DLA local", "Le <mark>DLA</mark> local"),
        (
            "dla",
            "Le DLA, dispositif local d’accompagnement",
            "Le <mark>DLA</mark>, <mark>dispositif local d’accompagnement</mark>",
        ),
        ("age", "L’âge et l’AGE", "L’<mark>âge</mark> et l’<mark>AGE</mark>"),
        ("ca", "Le CA, ça va", "Le <mark>CA</mark>, ça va"),
        ("CA", "Le CA, ça va", "Le <mark>CA</mark>, ça va"),
        (
            '"plan de trésorerie"',
            "Un plan de trésorerie, un plan",
            "Un <mark>plan de trésorerie</mark>, un plan",
        ),
        ("banque", "Un manque", "Un manque"),
        (
            "script",
            "<script>alert(1)</script>",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        ("zzz", "Rien & « tout »", "Rien &amp; « tout »"),
    ],
)
def test_a_title_is_marked_and_escaped(text, title, expected):
    assert highlighter(text).mark(title) == expected


def test_the_best_passage_is_shown_with_its_place():
    (replay,) = [doc for doc in DOCUMENTS if doc.id == "webinaire-11"]
    extract = highlighter("commencer par le tableau").extract(replay)
    assert extract.passage.start == "760"
    assert "<mark>tableau</mark>" in extract.text


def test_the_summary_wins_where_it_says_as_much():
    fiche = document(
        "fiche-1", "Titre", summary="La dette.", passages=(Passage("La dette ici.", anchor="a"),)
    )
    assert highlighter("dette").extract(fiche).passage is None
    assert highlighter("ici").extract(fiche).passage.anchor == "a"


def test_a_long_text_is_cut_around_what_was_found():
    text = (
        "Un début sans rapport. " * 40 + "Puis la trésorerie manque à la fin du mois. " + "Et la suite. " * 60
    )
    extract = highlighter("trésorerie").extract(document("fiche-1", "Titre", body=text))
    plain = re.sub("<.*?>", "", extract.text)
    assert "la trésorerie manque" in plain
    assert len(plain) <= WINDOW + 20
    assert plain.startswith("… ")
    assert plain.endswith(" …")


def test_without_a_query_the_summary_is_shown():
    assert (
        highlighter("").extract(document("fiche-1", "T", summary="<b>Résumé</b>")).text
        == "&lt;b&gt;Résumé&lt;/b&gt;"
    )
    assert shortened("mot " * 200, 50).endswith("mot …")


def test_nothing_of_the_document_reaches_the_page_as_html():
    nasty = document("fiche-1", "<img src=x>", summary='"><script>dette</script>', body="<b>dette</b>" * 200)
    extract = highlighter("dette img").extract(nasty)
    for html in (extract.title, extract.text):
        assert not re.search(r"<(?!/?mark>)", html)


#: Parts of French texts that a shorter way through a text might cut otherwise than the tokeniser.
PARTS = (
    *("salarié·e·s", "salarié", "directeur(rice)s", "chargé-e-s", "é", "es", "trices", "·", ".", "(", "-"),
    *("l’association", "qu'une", "S.C.I.C.", "D.L.A", "scic", "œuvres", "oeuvre", "yeux", "œil", "loyers"),
    *("Trésorerie", "tresorrerie", "trésoreries", " ", " ", ", ", "2024", "œ", "ça", "CA"),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(PARTS), max_size=12).map("".join),
    st.sampled_from(
        ("salariés", "trésorerie", "oeil", "scic oeuvre", "loyer 2024", "associations trices", "es")
    ),
)
def test_words_are_marked_as_if_the_whole_text_was_cut_into_words(text, query):
    marking = highlighter(query)
    text = clean(text)
    # "scic" alone is an acronym: the tests above tell how those are marked.
    assume(not marking._markers)
    expected = [
        Span(token.start, token.end, number)
        for token in tokenise(text)
        if (number := marking._word_of(token)) is not None
    ]
    assert marking.spans(text) == expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("dla", "Un dispositif local d’accompagnement (DLA)", ["dispositif local d’accompagnement", "DLA"]),
        ("DLA", "(D.L.A.), -DLA.", ["D.L.A.", "DLA"]),
        (
            '"ressources humaines"',
            "Les ressources humaines ; ressources et humaines",
            ["ressources humaines"],
        ),
        ('"plan plan"', "plan plan plan", ["plan plan"]),
    ],
)
def test_expressions_are_marked_whole_wherever_they_begin(query, text, expected):
    assert re.findall("<mark>(.*?)</mark>", highlighter(query).mark(text)) == expected
