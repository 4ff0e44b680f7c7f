"""Synonyms, places, what a text is filed under, freshness and use: the same on every engine."""

import pytest

from search.engines.base import SearchRequest
from search.lexicon import Lexicon
from search.places import Place, Places

from .conftest import make_engine
from .corpus import MEMBER, NOW, PUBLIC, document

BRETAGNE = ("bretagne", "Bretagne", "53")
REUNION = ("la-reunion", "La Réunion", "04")
PLACES = Places(
    [
        Place("Bretagne", *BRETAGNE, names=("Breizh", "Bretons")),
        Place("Ille-et-Vilaine", *BRETAGNE, code="35", names=("Rennes",)),
        Place("Finistère", *BRETAGNE, code="29", names=("Quimper",)),
        Place("La Réunion", *REUNION, names=("Réunion",)),
        Place("La Réunion", *REUNION, code="974"),
        Place("Lot", "occitanie", "Occitanie", "76", code="46"),
    ]
)
LEXICON = Lexicon.of(
    [
        ("RPS", ["risques psychosociaux"], False),
        ("DLA", ["dispositif local d'accompagnement"], False),
        ("CA", ["conseil d'administration", "chiffre d'affaires"], True),
    ],
    synonyms=[
        ["trésorerie", "cash", "liquidités"],
        ["dépôt de bilan", "cessation des paiements", "faillite"],
        ["RPS", "burn-out", "épuisement"],
        ["CA", "recettes"],
    ],
    places=PLACES,
)
DOCUMENTS = [
    document("fiche-1", "Tenir la trésorerie"),
    document("fiche-2", "Le cash avant tout", summary="Une fiche."),
    document("fiche-3", "Déclarer la cessation des paiements"),
    document("fiche-4", "Après la faillite"),
    document("fiche-5", "Cesser un paiement", body="La cessation d’une activité ; d’autres paiements."),
    document("fiche-6", "Prévenir les risques psychosociaux"),
    document("fiche-7", "L’épuisement d’une équipe"),
    document("fiche-8", "Une ressourcerie", regions=("bretagne",), labels=("Économie circulaire",)),
    document("fiche-9", "À Rennes, une crèche", regions=("bretagne",)),
    document("fiche-10", "Préparer une réunion", body="Treize personnes, 35 minutes."),
    document("fiche-11", "Une île, un lieu", regions=("la-reunion",)),
    document("fiche-12", "Le lot et la manière", body="Un lot de matériel."),
    document("fiche-13", "Trésorerie, note du réseau", audiences=("reseau",), regions=("bretagne",)),
    document("terme-14", "RPS", summary="risques psychosociaux", aside=True),
    document("fiche-15", "Le DLA dans une démarche", regions=("occitanie",)),
]


@pytest.fixture(scope="module")
def filled(engine_name, tmp_path_factory):
    engine, remove = make_engine(engine_name, tmp_path_factory, lexicon=lambda: LEXICON)
    with engine.rebuild() as generation:
        generation.add(DOCUMENTS)
    yield engine
    remove()


def found(engine, text, principals=PUBLIC):
    hits = engine.search(SearchRequest(text, principals, now=NOW)).hits
    return [hit.document.id for hit in hits if not hit.partial]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trésorerie", {"fiche-1", "fiche-2"}),
        ("cash", {"fiche-1", "fiche-2"}),
        ("liquidité", {"fiche-1", "fiche-2"}),
        ("faillite", {"fiche-3", "fiche-4"}),
        ("dépôt de bilan", {"fiche-3", "fiche-4"}),
        # The words of an expression find it, and its synonyms, and the words apart.
        ("cessation des paiements", {"fiche-3", "fiche-4", "fiche-5"}),
        ("burn-out", {"fiche-6", "fiche-7", "terme-14"}),
        ("RPS", {"fiche-6", "fiche-7", "terme-14"}),
        ("épuisements", {"fiche-6", "fiche-7", "terme-14"}),
        # An ambiguous acronym has no synonym: of which of its meanings?
        ("recettes", set()),
        # A word with a mistake has none either.
        ("casch", {"fiche-2"}),
    ],
)
def test_synonyms(filled, text, expected):
    assert set(found(filled, text)) == expected


def test_what_is_typed_comes_before_its_synonyms(filled):
    assert found(filled, "cash")[0] == "fiche-2"
    assert found(filled, "trésorerie")[0] == "fiche-1"
    assert found(filled, "faillite")[0] == "fiche-4"
    assert found(filled, "risques psychosociaux")[0] == "fiche-6"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bretagne", {"fiche-8", "fiche-9"}),
        ("breizh", {"fiche-8", "fiche-9"}),
        ("bretonne", {"fiche-8", "fiche-9"}),
        ("35", {"fiche-8", "fiche-9"}),
        ("DLA 35", {"fiche-8", "fiche-9"}),
        ("dla d'Ille-et-Vilaine", {"fiche-8", "fiche-9"}),
        ("contact Rennes", {"fiche-8", "fiche-9"}),
        ("35000", {"fiche-8", "fiche-9"}),
        ("finistere", {"fiche-8", "fiche-9"}),
        ("974", {"fiche-11"}),
        ("la réunion", {"fiche-11"}),
        ("crèche bretagne", {"fiche-9"}),
        # A number among other words, a word that is a place by chance.
        ("35 minutes", {"fiche-10"}),
        ("préparer une réunion", {"fiche-10"}),
        ("un lot de matériel", {"fiche-12"}),
    ],
)
def test_places_lead_to_their_region(filled, text, expected):
    assert set(found(filled, text)) == expected


def test_the_department_itself_comes_first(filled):
    assert found(filled, "35")[0] == "fiche-9"
    assert found(filled, "Ille-et-Vilaine")[0] == "fiche-9"


def test_a_place_and_a_synonym_keep_to_the_audience(filled):
    assert "fiche-13" in found(filled, "cash", MEMBER)
    assert "fiche-13" in found(filled, "35", MEMBER)
    assert "fiche-13" not in {*found(filled, "cash"), *found(filled, "35")}


def test_what_a_text_is_filed_under_finds_it(filled):
    assert found(filled, "économie circulaire") == ["fiche-8"]


def test_an_entry_of_the_lexicon_comes_after_what_treats_of_it(filled):
    order = found(filled, "risques psychosociaux")
    assert order.index("fiche-6") < order.index("terme-14")
    assert "terme-14" in {each.document.id for each in filled.suggest("RP", principals=PUBLIC)}


def test_of_two_that_answer_alike_the_fresher_and_more_used_comes_first(engine_name, tmp_path_factory):
    engine, remove = make_engine(engine_name, tmp_path_factory, lexicon=lambda: LEXICON)
    with engine.rebuild() as generation:
        generation.add(
            [document(f"fiche-{weight}", "Médiation du crédit", weight=weight) for weight in (2, 6, 0, 4)]
        )
    assert found(engine, "médiation") == ["fiche-6", "fiche-4", "fiche-2", "fiche-0"]
    remove()


def test_a_lexicon_that_changes_is_taken_up(engine_name, tmp_path_factory):
    now = {"lexicon": Lexicon()}
    engine, remove = make_engine(engine_name, tmp_path_factory, lexicon=lambda: now["lexicon"])
    with engine.rebuild() as generation:
        generation.add(DOCUMENTS)
    assert set(found(engine, "cash")) == {"fiche-2"}
    now["lexicon"] = LEXICON
    engine.adopt_lexicon()
    engine.upsert(DOCUMENTS)
    assert set(found(engine, "cash")) == {"fiche-1", "fiche-2"}
    now["lexicon"] = Lexicon()
    engine.adopt_lexicon()
    engine.upsert(DOCUMENTS)
    assert set(found(engine, "cash")) == {"fiche-2"}
    assert engine.health().ok
    remove()


def test_what_holds_all_the_words_is_not_crowded_out(engine_name, tmp_path_factory):
    engine, remove = make_engine(engine_name, tmp_path_factory, lexicon=lambda: LEXICON)
    whole = {f"fiche-{number}" for number in range(1, 6)}
    with engine.rebuild() as generation:
        generation.add(
            [document(each, "Une note", body="Une banque et des liquidités.") for each in whole]
            + [document(f"fiche-{number}", "Cash") for number in range(10, 50)]
            + [document(f"fiche-{number}", "Banque") for number in range(60, 160)]
        )
    response = engine.search(SearchRequest("banque cash", PUBLIC, now=NOW))
    assert {hit.document.id for hit in response.hits if not hit.partial} == whole
    assert (response.whole, response.total, len(response.hits)) == (5, 20, 20)
    remove()


@pytest.mark.parametrize(
    ("text", "first"),
    [("gouvernence", "fiche-2"), ("gouvernan", "fiche-2"), ("gouv", "fiche-2"), ("gou", "fiche-2")],
)
def test_a_word_with_a_mistake_or_unfinished_weighs_as_the_word_does(
    engine_name, tmp_path_factory, text, first
):
    engine, remove = make_engine(engine_name, tmp_path_factory)
    with engine.rebuild() as generation:
        generation.add(
            [
                document("fiche-1", "Une note", body="Il est question de gouvernance. " * 3),
                document("fiche-2", "Gouvernance"),
                document("fiche-3", "Autre chose"),
            ]
        )
    assert found(engine, text) == [first, "fiche-1"]
    remove()
