"""What every engine does: recall, counts, totals, audience, writing, rebuilding. Ties may differ in order."""

import dataclasses
import datetime as dt
import itertools
import threading

import pytest

from search.documents import FACET_FIELDS
from search.engines.base import FACETS, SearchRequest, SearchUnavailable

from .corpus import DOCUMENTS, GROUP_7, MEMBER, NOW, PUBLIC, PUBLIC_IDS, document


def search(engine, text, principals=PUBLIC, **fields):
    return engine.search(SearchRequest(text, principals, now=NOW, **{"per_page": 50, **fields}))


def ids(engine, text, principals=PUBLIC, **fields):
    """What holds all the words; what holds the most of them is in ``near``."""
    return {hit.document.id for hit in search(engine, text, principals, **fields).hits if not hit.partial}


def near(engine, text, principals=PUBLIC, **fields):
    return {hit.document.id for hit in search(engine, text, principals, **fields).hits if hit.partial}


TREASURY = {"fiche-1", "outil-6", "webinaire-11", "theme-13"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tresorerie", TREASURY),
        ("trésoreries", TREASURY),
        ("TRÉSORERIE", TREASURY),
        ("tresorrerie", TREASURY),
        ("trésoreire", TREASURY),
        ("tré\u00adsorerie", TREASURY),
        ("tre\u0301sorerie", TREASURY),
        ("plan de l'tresorerie", {"fiche-1", "outil-6", "webinaire-11"}),
        ("trésorerie plan", {"fiche-1", "outil-6", "webinaire-11"}),
        ("tréso", TREASURY),
        ("DLA", {"fiche-3", "dispositif-8"}),
        ("dla", {"fiche-3", "dispositif-8"}),
        ("dispositif local d'accompagnement", {"fiche-3", "dispositif-8"}),
        ("dispositif local d’accompagnement", {"fiche-3", "dispositif-8"}),
        ("dispositifs locaux d'acompagnement", {"fiche-3", "dispositif-8"}),
        ("CA", {"fiche-2", "page-14"}),
        ("conseil d'administration", {"fiche-2"}),
        ("chiffre d'affaires", {"page-14"}),
        ("association pour la gestion du régime de garantie des créances des salariés", {"dispositif-7"}),
        ("AGS", {"dispositif-7"}),
        ("salaires impayés", {"dispositif-7"}),
        ("salaire impayé", {"dispositif-7"}),
        ("ne peut plus payer les salaires", {"dispositif-7"}),
        ("chargée d'accompagnement", {"dispositif-8"}),
        ("chargé.e.s d'accompagnement", {"dispositif-8"}),
        ("directrice", {"dispositif-8"}),
        ("employeur", {"fiche-1"}),
        ("travail commun", {"fiche-3"}),
        ("journal", {"webinaire-12"}),
        ("oeuvres du réseau", {"page-14"}),
        ("qui sommes-nous", {"page-14"}),
        ("liquidité", {"fiche-1"}),
        ("gouvernance en crise", {"cafe-9"}),
        ('"plan de trésorerie"', {"fiche-1", "outil-6", "webinaire-11"}),
        ('"trésorerie de plan"', set()),
        ("« compte passe sous zéro »", {"fiche-1", "webinaire-11"}),
        ("trésorerie -banque", TREASURY - {"fiche-1"}),
        ('trésorerie -"plan de trésorerie"', {"theme-13"}),
        ("***", set()),
        ("🎉🎉", set()),
        ("zzzzzzzzzzzz", set()),
    ],
)
def test_a_query_finds_what_it_should(filled, text, expected):
    assert ids(filled, text) == expected


def test_a_mistake_on_the_first_letter_of_a_short_word_is_another_word(filled):
    assert ids(filled, "danque") == set()
    assert ids(filled, "bamque") == {"fiche-1"}


def test_an_exact_title_comes_first(filled):
    assert search(filled, "plan de trésorerie à remplir").hits[0].document.id == "outil-6"
    assert search(filled, "gestion financière et trésorerie").hits[0].document.id == "theme-13"


def test_words_that_no_text_holds_are_left_out_and_named(filled):
    assert ids(filled, "ornithologie trésorerie remplir") == {"outil-6"}
    response = search(filled, "ornithologie trésorerie remplir")
    assert response.hits[0].document.id == "outil-6"
    assert response.left_out == ("ornithologie",)


def test_where_few_texts_hold_all_the_words_those_that_hold_the_most_are_listed(filled):
    assert ids(filled, "mécénat trésorerie") == set()
    assert near(filled, "mécénat trésorerie") == {"webinaire-12", *TREASURY}
    assert ids(filled, "plan trésorerie") == {"fiche-1", "outil-6", "webinaire-11"}
    assert near(filled, "plan trésorerie") == {"theme-13"}
    three = search(filled, "salaires garantie redressement association")
    assert three.hits[0].document.id == "dispositif-7"
    assert three.total == len(three.hits), "one short list, counted whole"
    assert near(filled, "banque") == set(), "one word has no most"


def test_a_short_list_is_filtered_counted_sorted_and_paged_like_any(filled):
    whole = search(filled, "mécénat trésorerie")
    assert whole.total == 5
    assert whole.facets["type"] == {"fiche": 1, "outil": 1, "replay": 1, "theme": 1, "webinaire": 1}
    assert whole.facets["periode"] == {"a-venir": 1, "passe": 1}
    fiche = search(filled, "mécénat trésorerie", facets={"type": ("fiche",)})
    assert [hit.document.id for hit in fiche.hits] == ["fiche-1"]
    assert fiche.facets["type"] == whole.facets["type"]
    assert set(fiche.facets["phase"]) == {"faire-face"}
    dates = [hit.document.date for hit in search(filled, "mécénat trésorerie", sort="date").hits]
    assert dates == sorted(dates, reverse=True)
    pages = [search(filled, "mécénat trésorerie", page=page, per_page=2).hits for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({hit.document.id for page in pages for hit in page}) == 5


def test_the_most_of_the_words_never_shows_what_is_hidden(filled):
    hidden = search(filled, "xylophone ornithorynque trésorerie")
    assert {hit.document.id for hit in hidden.hits} == TREASURY
    assert hidden.left_out == ("xylophone", "ornithorynque")
    assert "fiche-4" in near(filled, "xylophone mécénat", MEMBER)
    assert "fiche-4" not in near(filled, "xylophone mécénat")


def test_facets_do_not_change_how_a_text_is_understood(filled):
    whole = search(filled, "plan trésorerie")
    narrowed = search(filled, "plan trésorerie", facets={"type": ("dispositif",)})
    assert narrowed.total == 0
    assert narrowed.left_out == ()
    assert narrowed.facets["type"] == whole.facets["type"]


def test_nothing_typed_lists_everything_latest_first(filled):
    response = search(filled, "")
    assert {hit.document.id for hit in response.hits} == PUBLIC_IDS
    assert response.total == len(PUBLIC_IDS)
    dates = [hit.document.date for hit in response.hits]
    assert dates == sorted(dates, reverse=True)


def test_sorting_by_date(filled):
    dates = [hit.document.date for hit in search(filled, "trésorerie", sort="date").hits]
    assert len(dates) == 4
    assert dates == sorted(dates, reverse=True)


def test_pages_cover_the_total_once(filled):
    seen = list(
        itertools.chain.from_iterable(
            [hit.document.id for hit in search(filled, "", page=page, per_page=5).hits]
            for page in range(1, 4)
        )
    )
    assert sorted(seen) == sorted(PUBLIC_IDS)
    beyond = search(filled, "", page=99_999, per_page=5)
    assert beyond.hits == ()
    assert beyond.total == len(PUBLIC_IDS)


# --- Facets


def readable(principals):
    return [doc for doc in DOCUMENTS if principals & set(doc.audiences)]


def has(doc, facet, values):
    if facet == "periode":
        return doc.over_at is not None and ("a-venir" if doc.over_at >= NOW else "passe") in values
    return bool(set(values) & set(doc.facet_values(facet)))


def counted(principals, chosen, facet):
    """Count by hand: what the other facets leave, by value."""
    left = [
        doc
        for doc in readable(principals)
        if all(has(doc, name, values) for name, values in chosen.items() if name != facet)
    ]
    if facet == "periode":
        counts = {period: sum(has(doc, facet, (period,)) for doc in left) for period in ("a-venir", "passe")}
    else:
        values = {value for doc in left for value in doc.facet_values(facet)}
        counts = {value: sum(has(doc, facet, (value,)) for doc in left) for value in values}
    return {value: count for value, count in counts.items() if count}


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"type": ("fiche",)},
        {"type": ("fiche", "outil")},
        {"type": ("fiche", "outil"), "theme": ("gestion-financiere",)},
        {"type": ("fiche",), "region": ("bretagne", "occitanie"), "structure": ("association",)},
        {"theme": ("gouvernance",), "phase": ("faire-face",), "centre": ("avise", "crdla-financement")},
        {"periode": ("passe",)},
        {"periode": ("a-venir", "passe"), "type": ("cafe", "replay")},
        {"type": ("replay",), "periode": ("a-venir",)},
        {"theme": ("n-existe-pas",)},
    ],
)
@pytest.mark.parametrize("principals", [PUBLIC, MEMBER, GROUP_7])
def test_counts_are_right_however_facets_combine(filled, chosen, principals):
    response = search(filled, "", principals, facets=chosen)
    expected = [doc for doc in readable(principals) if all(has(doc, f, v) for f, v in chosen.items())]
    assert {hit.document.id for hit in response.hits} == {doc.id for doc in expected}
    assert response.total == len(expected)
    for facet in FACETS:
        assert response.facets[facet] == counted(principals, chosen, facet), facet


def test_a_count_is_what_one_gets_by_choosing_it(filled):
    whole = search(filled, "trésorerie", facets={"phase": ("faire-face",)})
    for value, count in whole.facets["phase"].items():
        assert search(filled, "trésorerie", facets={"phase": (value,)}).total == count


@pytest.mark.parametrize(
    "value", ['x" OR audience IN ["reseau"] OR type = "', "x\\", "'", "]", "*", "é", "x" * 5000]
)
def test_a_facet_value_is_never_a_piece_of_a_filter(filled, value):
    response = search(filled, "", facets={"theme": (value,)})
    assert response.total == 0


# --- Audience


def test_a_search_without_principals_is_refused():
    for nothing in (frozenset(), ""):
        with pytest.raises(ValueError, match="principals"):
            SearchRequest("x", nothing)
    with pytest.raises(TypeError):
        SearchRequest("x")
    with pytest.raises(ValueError, match="principals"):
        SearchRequest("x", "public")


@pytest.mark.parametrize(
    ("principals", "found"),
    [
        (PUBLIC, set()),
        (MEMBER, {"fiche-4"}),
        (GROUP_7, {"fiche-4", "fiche-5"}),
        (frozenset({"groupe-7"}), {"fiche-5"}),
    ],
)
def test_only_who_may_read_finds(filled, principals, found):
    assert ids(filled, "trésorerie", principals) & {"fiche-4", "fiche-5"} == found
    assert ids(filled, "xylophone", principals) == found & {"fiche-4"}
    assert ids(filled, "ornithorynque", principals) == found & {"fiche-5"}
    response = search(filled, "", principals)
    assert ("secret-du-groupe" in response.facets["theme"]) == ("fiche-5" in found)
    assert ("corse" in response.facets["region"]) == ("fiche-4" in found)
    suggested = {s.document.id for s in filled.suggest("note interne", principals=principals)}
    assert suggested == found & {"fiche-4"}


def test_a_hidden_document_never_shows_by_how_a_text_is_understood(filled):
    # "xylophone" is in a hidden text: for the public it is a word like any that nobody wrote.
    hidden, invented = search(filled, "xylophone trésorerie"), search(filled, "xylofenebra trésorerie")
    assert hidden.total == invented.total
    assert hidden.left_out == ("xylophone",)


def test_a_document_without_audience_is_nobodys(empty):
    with empty.rebuild() as generation:
        generation.add([document("fiche-1", "Orpheline", audiences=())])
    assert search(empty, "", GROUP_7).total == 0


# --- Suggestions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tr", "theme-13"),
        ("gestion f", "theme-13"),
        ("salai", "dispositif-7"),
        ("dispositif loc", "dispositif-8"),
    ],
)
def test_suggestions_complete_titles(filled, text, expected):
    assert expected in {s.document.id for s in filled.suggest(text, principals=PUBLIC)}


def test_suggestions_can_be_limited(filled):
    found = filled.suggest("trésorerie", principals=PUBLIC, types=("theme",), limit=3)
    assert [s.document.id for s in found] == ["theme-13"]
    assert filled.suggest("", principals=PUBLIC) == []
    with pytest.raises(ValueError, match="principals"):
        filled.suggest("x", principals=frozenset())


# --- Writing


def test_a_document_comes_back_as_it_went(filled):
    found = {hit.document.id: hit.document for hit in search(filled, "", GROUP_7).hits}
    assert found == {doc.id: doc for doc in DOCUMENTS}
    assert filled.hashes() == {doc.id: doc.content_hash for doc in DOCUMENTS}


def test_writing_is_seen_at_once_and_replaces(empty):
    with empty.rebuild():
        pass
    assert empty.health().ok
    first = document("fiche-1", "Loyers impayés")
    empty.upsert([first, document("fiche-2", "Loyers à venir")])
    assert ids(empty, "loyer") == {"fiche-1", "fiche-2"}
    empty.upsert([dataclasses.replace(first, title="Énergie")])
    assert ids(empty, "loyer") == {"fiche-2"}
    assert ids(empty, "énergies") == {"fiche-1"}
    empty.delete(["fiche-2", "fiche-77"])
    assert ids(empty, "") == {"fiche-1"}


def test_narrowing_the_audience_takes_effect(empty):
    with empty.rebuild() as generation:
        generation.add([document("fiche-1", "Loyers")])
    empty.upsert([document("fiche-1", "Loyers", audiences=("reseau",))])
    assert ids(empty, "loyers") == set()
    assert ids(empty, "loyers", MEMBER) == {"fiche-1"}


def test_extreme_documents_are_taken(empty):
    extreme = document(
        "fiche-1",
        "x" * 5000,
        body="mot " * 70_000 + "\x00\ud800 fin",
        summary='<script>"</script> \u202e',
        starts_at=dt.datetime(1900, 1, 1, tzinfo=dt.UTC),
    )
    with empty.rebuild() as generation:
        generation.add([dataclasses.replace(extreme, body=extreme.body.replace("\ud800", ""))])
    assert ids(empty, "x" * 5000) == {"fiche-1"}
    assert ids(empty, "mot") == {"fiche-1"}


# --- Without an index, and building one


def test_without_an_index_it_says_so(empty):
    health = empty.health()
    assert not health.ok
    assert health.needs_rebuild
    with pytest.raises(SearchUnavailable):
        search(empty, "trésorerie")
    with pytest.raises(SearchUnavailable):
        empty.suggest("trésorerie", principals=PUBLIC)
    with pytest.raises(SearchUnavailable):
        empty.upsert([DOCUMENTS[0]])
    assert not empty.prepare()


def test_a_rebuild_replaces_everything_at_once(empty):
    with empty.rebuild() as generation:
        generation.add(DOCUMENTS[:3])
    with empty.rebuild() as generation:
        generation.add(DOCUMENTS[3:6])
        generation.delete([DOCUMENTS[4].id])
        assert set(empty.hashes()) == {doc.id for doc in DOCUMENTS[:3]}, "the former one serves meanwhile"
    assert set(empty.hashes()) == {DOCUMENTS[3].id, DOCUMENTS[5].id}


def test_a_failed_rebuild_leaves_the_former_index(empty):
    with empty.rebuild() as generation:
        generation.add(DOCUMENTS[:3])

    def interrupted():
        with empty.rebuild() as generation:
            generation.add(DOCUMENTS[3:])
            raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        interrupted()
    assert set(empty.hashes()) == {doc.id for doc in DOCUMENTS[:3]}
    assert empty.health().ok
    with empty.rebuild() as generation:
        generation.add(DOCUMENTS)
    assert len(empty.hashes()) == len(DOCUMENTS)


def test_searches_are_answered_throughout_rebuilds(empty):
    with empty.rebuild() as generation:
        generation.add(DOCUMENTS)
    stop, errors, answers = threading.Event(), [], []

    def keep_searching():
        while not stop.is_set():
            try:
                answers.append(search(empty, "trésorerie").total)
            except Exception as error:
                errors.append(error)

    readers = [threading.Thread(target=keep_searching) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(3):
        with empty.rebuild() as generation:
            generation.add(DOCUMENTS)
    stop.set()
    for reader in readers:
        reader.join()
    assert not errors
    assert set(answers) == {4}


def test_every_facet_is_counted(filled):
    assert set(search(filled, "").facets) == {*FACET_FIELDS, "periode"}


def test_a_reserved_word_changes_nothing_for_who_may_not_read_it(empty):
    def order():
        return [hit.document.id for hit in search(empty, "gouvernince").hits]

    with empty.rebuild() as generation:
        # The one that only mentions it was written first: an even score would leave it there.
        generation.add(
            [document("fiche-1", "Autre", body="Une gouvernance."), document("fiche-2", "Gouvernance")]
        )
    assert order() == ["fiche-2", "fiche-1"]
    empty.upsert([document("fiche-3", "Gouvernince", audiences=("groupe-7",))])
    assert order() == ["fiche-2", "fiche-1"]
