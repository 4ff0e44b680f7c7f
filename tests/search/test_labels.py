"""A search in words, and the labels that it is made of."""

import pytest

from search.forms import SearchParameters
from search.labels import facet_labels, in_words

LABELS = {
    "type": {"fiche": "Fiche"},
    "periode": {"a-venir": "À venir"},
    "phase": {"anticiper": "Anticiper et prévenir"},
    "theme": {},
    "secteur": {"culture": "Culture, médias, patrimoine"},
    "structure": {},
    "region": {"bretagne": "Bretagne", "guyane": "Guyane"},
    "centre": {},
}


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (SearchParameters(), ""),
        (SearchParameters(text="  \n "), ""),
        (SearchParameters(text=" plan  de trésorerie "), "«\u00a0plan de trésorerie\u00a0»"),
        (SearchParameters(facets={"region": ("bretagne",)}), "Région\u00a0: Bretagne"),
        (SearchParameters(facets={"region": ("bretagne", "guyane")}), "Région\u00a0: Bretagne ou Guyane"),
        (SearchParameters(facets={"region": (), "phase": ()}), ""),
        (
            # The facets in the order of the page, whatever the address says; neither order nor page is the search.
            SearchParameters(
                text="trésorerie",
                facets={"region": ("bretagne",), "phase": ("anticiper",), "type": ("fiche",)},
                sort="date",
                page=3,
            ),
            "«\u00a0trésorerie\u00a0», Type\u00a0: Fiche, Moment\u00a0: Anticiper et prévenir, "
            "Région\u00a0: Bretagne",
        ),
        (SearchParameters(facets={"periode": ("a-venir",)}), "Date\u00a0: À venir"),
        # A value that is gone is not left out: the search is made with it.
        (SearchParameters(facets={"theme": ("ancien-theme",)}), "Thème\u00a0: ancien-theme"),
    ],
)
def test_a_search_in_words(parameters, words):
    assert in_words(parameters, LABELS) == words


@pytest.mark.django_db
def test_with_the_labels_of_the_database(taxonomy, tree, member):
    parameters = SearchParameters(
        text="loyers", facets={"region": (taxonomy.bretagne.slug,), "centre": (tree.centre.slug,)}
    )
    words = in_words(parameters, facet_labels(member))
    assert words == f"«\u00a0loyers\u00a0», Région\u00a0: Bretagne, Centre\u00a0: {tree.centre.title}"
