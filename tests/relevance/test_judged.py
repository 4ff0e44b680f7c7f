"""The files of judged queries: enough of them, drawn fairly, and read as they are written."""

from collections import Counter

import pytest

from search.documents import Passage

from .judged import SETS, Place, _query, queries

FAMILIES = {
    *("typo", "accents", "acronym", "expansion", "ambiguous", "plural", "inclusive", "territory", "words"),
    *(
        "phrase",
        "exclusion",
        "prefix",
        "question",
        "synonym",
        "passage",
        "role",
        "old-name",
        "scheme",
        "file",
    ),
}


def test_there_are_enough_queries_and_none_is_in_both_sets():
    tuning, held_out = queries("tuning"), queries("held-out")
    assert len(tuning) >= 80
    assert len(held_out) >= 40
    texts = [query.text for query in (*tuning, *held_out)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("name", SETS)
def test_every_family_is_in_each_set(name):
    found = Counter(query.family for query in queries(name))
    assert set(found) == FAMILIES


@pytest.mark.parametrize("name", SETS)
def test_every_query_has_what_is_wanted(name):
    assert [query.text for query in queries(name) if 3 not in query.grades.values()] == []


def test_two_readers_search():
    everyone = {query.reader for name in SETS for query in queries(name)}
    assert everyone == {"member", "anonymous"}


def test_a_place_is_an_anchor_or_a_stretch_of_time():
    section = Place.parse("demarche")
    assert section.holds(Passage("…", anchor="demarche"))
    assert not section.holds(Passage("…", anchor="contexte"))
    stretch = Place.parse("12:40-16:22")
    assert stretch.holds(Passage("…", start="760", end="770", anchor="t-760"))
    assert stretch.holds(Passage("…", start="981", end="990"))
    assert not stretch.holds(Passage("…", start="982", end="990"))
    assert not stretch.holds(Passage("…", start="759", end="770"))
    assert not stretch.holds(Passage("…", anchor="demarche"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({2: ["fiche/a"]}, "judged twice"),
        ({4: ["fiche/b"]}, "what is"),
        ({"reader": "nobody"}, "no reader"),
        ({"passages": {"fiche/z": ["demarche"]}}, "no answers"),
    ],
)
def test_a_wrong_entry_is_refused(change, why):
    entry = {"query": "mots", "family": "words", 3: ["fiche/a"]}
    assert _query(entry).grades == {"fiche/a": 3}
    with pytest.raises(ValueError, match=why):
        _query({**entry, **change})
