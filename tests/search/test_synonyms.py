"""Sets of synonyms as the lexicon holds them."""

from search.french import tokenise
from search.lexicon import Lexicon, is_marker
from search.synonyms import Synonyms

SETS = Synonyms([["trésorerie", "cash"], ["plan de trésorerie", "prévisionnel"], ["cash", "espèces"]])


def matches(text):
    stems = [token.stem for token in tokenise(text) if not token.is_stop_word]
    return [(stems[first:last], markers) for first, last, markers in SETS.matches(stems)]


def test_a_word_of_two_sets_has_both_markers():
    (treasury,), both = SETS.of("tresorer"), SETS.of("cash")
    assert treasury in both
    assert len(both) == 2
    assert all(map(is_marker, both))
    assert SETS.of("banqu") == ()


def test_an_expression_is_known_with_its_small_words_left_out_and_the_words_inside_it_too():
    found = matches("un plan de trésorerie clair")
    assert [stems for stems, _ in found] == [["plan", "tresorer"], ["tresorer"]]
    assert found[0][1] == SETS.of("previsionnel")
    assert [stems for stems, _ in matches("le plan d’une grande trésorerie")] == [["tresorer"]]


def test_sets_that_say_nothing_are_left_out():
    for odd in (
        [],
        ["seul"],
        ["chèque", "chèques"],
        ["", "  "],
        ["un très long terme de cinq mots entiers", "court"],
    ):
        assert not dict(Synonyms([odd]).items()), odd


def test_an_acronym_brings_what_it_stands_for_into_its_set():
    lexicon = Lexicon.of([("RPS", ["risques psychosociaux"], False)], synonyms=[["RPS", "burn-out"]])
    (marker,) = lexicon.synonyms.of("burn", "out")
    for text in ("les RPS", "des risques psychosociaux", "un burn-out"):
        assert marker in lexicon.markers(list(tokenise(text))), text
    assert marker in lexicon.looked_up()["zqarps"]
