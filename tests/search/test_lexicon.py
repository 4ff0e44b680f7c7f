"""Acronyms and expansions, both ways and whatever their length."""

import pytest

from search.french import clean, tokenise
from search.lexicon import Lexicon, acronym_marker

from .corpus import LEXICON


def markers(text):
    return set(LEXICON.markers(list(tokenise(clean(text)))))


def test_an_acronym_and_its_expansion_get_the_same_markers():
    assert markers("le DLA") == markers("les dispositifs locaux d’accompagnement") != set()
    long = "La direction régionale de l’économie, de l’emploi, du travail et des solidarités"
    assert markers("la DREETS") == markers(long) != set()


def test_a_meaning_of_an_ambiguous_acronym_does_not_lead_to_another():
    board, turnover = markers("le conseil d’administration"), markers("le chiffre d’affaires")
    assert acronym_marker("CA") in board & turnover
    assert markers("le CA") == board | turnover
    assert board != turnover


@pytest.mark.parametrize("text", ["ça va", "l’âge du directeur", "il a du rhume", "le conseil départemental"])
def test_words_are_not_acronyms(text):
    assert markers(text) == set()


@pytest.mark.parametrize("text", ["une Scic", "une scic", "une SCIC", "une S.C.I.C."])
def test_a_long_acronym_is_known_in_any_case(text):
    assert acronym_marker("SCIC") in markers(text)


def test_an_acronym_of_two_words_and_one_that_stands_for_another():
    lexicon = Lexicon.of(
        [("DLA R", ["DLA régional"], False), ("GPEC", ["GEPP"], False), ("DLA", ["x y"], False)]
    )
    assert acronym_marker("DLA R") in lexicon.markers(list(tokenise("Le DLA R et son équipe")))
    assert acronym_marker("GPEC") in lexicon.markers(list(tokenise("la GEPP")))


def test_an_empty_or_odd_lexicon_is_harmless():
    odd = Lexicon.of([("", ["a"], False), ("***", ["b c"], False), ("XY", ["", "!!"], True)])
    assert list(odd.matches(list(tokenise("XY a b c")))) != []
    assert Lexicon().markers(list(tokenise("DLA"))) == []


def test_the_meanings_of_an_acronym():
    assert LEXICON.meanings("ca") == ("conseil d'administration", "chiffre d'affaires")
    assert LEXICON.meanings("zz") == ()
