"""What is understood of what was typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.lexicon import acronym_marker
from search.query import MAX_WORDS, parse

from .corpus import LEXICON


def tokens(text):
    return [term.token for word in parse(text, LEXICON).words for term in word.forms[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tresorerie", ["tresorer"]),
        ("trésoreries", ["tresorer"]),
        ("plan de l'tresorerie", ["plan", "tresorer"]),
        ("DLA", [acronym_marker("DLA")]),
        ("dla", ["dla"]),
        ("age", ["age"]),
        ("AGE", [acronym_marker("AGE")]),
        ("ca", [acronym_marker("CA")]),
        ("dispositif local d'accompagnement", [acronym_marker("DLA")]),
        ("accueillir un dispositif local d’acompagnement", ["accueil", acronym_marker("DLA")]),
        ("salaires impayés", ["salair", "impai"]),
        ("ne peut plus payer les salaires", ["pai", "salair"]),
        ("qui sommes-nous", ["somm"]),
        ("pour quoi", ["pour", "quoi"]),
        ("plan plan plan", ["plan"]),
        ("âge", ["age"]),
    ],
)
def test_words(text, expected):
    assert tokens(text) == expected


def test_the_last_word_may_be_unfinished_and_only_it():
    def prefixes(text):
        return [word.forms[0][0].prefix for word in parse(text, LEXICON).words]

    assert prefixes("plan tréso") == [False, True]
    assert prefixes("plan tréso ") == [False, False]
    assert prefixes("plan tréso ?") == [False, False]
    assert prefixes('tréso "plan"') == [False]
    assert prefixes("DLA") == [False]
    assert prefixes("loi") == [False], "too short: half of the dictionary begins so"
    assert prefixes("dettes") == [False], "its stem is “det”, where “détail” begins"


def test_phrases_and_exclusions():
    query = parse('salaires "plan de trésorerie" -banque -"à venir" socio-éco', LEXICON)
    assert query.phrases == (("plan", "de", "tresorerie"),)
    # A word goes with its plural, a phrase as it is.
    assert query.excluded == (("banque",), ("banqu",), ("a", "venir"))
    assert [word.typed for word in query.words] == ["salaires", "socio", "éco"]


def test_an_unclosed_quote_is_ignored():
    assert tokens('"plan de') == ["plan"]
    assert parse('"" «» -"" -', LEXICON).is_meaningless


def test_an_ambiguous_acronym_says_its_meanings():
    (ambiguity,) = parse("réunir le CA", LEXICON).ambiguities
    assert ambiguity.meanings == ("conseil d'administration", "chiffre d'affaires")
    assert parse("ca", LEXICON).ambiguities == (ambiguity,)
    assert parse("DLA", LEXICON).ambiguities == ()


def test_a_long_query_is_cut_and_says_so():
    query = parse(" ".join(f"mot{number}" for number in range(40)), LEXICON)
    assert len(query.words) == MAX_WORDS
    assert query.truncated
    assert len(parse("a" * 10_000, LEXICON).text) == 200
    assert not parse("plan de trésorerie", LEXICON).truncated
    phrase = parse('"un deux trois quatre cinq six sept huit neuf dix onze douze" treize', LEXICON)
    assert len(phrase.phrases[0]) == MAX_WORDS
    assert phrase.words == ()


def test_nothing_and_nonsense_are_told_apart():
    assert parse("   ", LEXICON).text == ""
    assert parse("\x00\x07", LEXICON).text == ""
    for text in ("***", "?", "🎉", "AND (", "' OR 1=1"):
        query = parse(text, LEXICON)
        assert query.is_meaningless == (not query.words)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_no_text_is_too_odd(text):
    query = parse(text, LEXICON)
    assert len(query.words) + sum(map(len, query.phrases)) <= MAX_WORDS
    for word in query.words:
        for form in word.forms:
            assert all(term.token.isalnum() for term in form)


def test_what_is_being_typed_is_not_asked_for_yet():
    assert tokens("mandat ad h") == ["mandat", "ad"]
    assert tokens("mandat ad h ") == ["mandat", "ad", "h"], "a space says that the word is whole"
    assert tokens("réunir le ca") == ["reun", "ca"], "an acronym is two letters long"
    assert tokens("H") == ["h"], "there is nothing else"


def test_three_letters_begin_a_word_where_no_text_holds_them():
    (word,) = parse("tré", LEXICON).words
    assert [(form[0].token, form[0].prefix) for form in word.forms] == [("tre", False), ("tre", True)]


def test_an_expansion_is_known_before_its_last_word_is_whole():
    assert tokens("conseil d'administ") != tokens("conseil administ xyz")
    (word,) = parse("dispositif local d'accomp", LEXICON).words
    assert word.forms[0][0].token == acronym_marker("DLA")
