"""Regions and departments, as they are written and as they are asked for."""

import pytest

from search.french import tokenise
from search.places import Place, Places

BRETAGNE = ("bretagne", "Bretagne", "53")
PLACES = Places(
    [
        Place("Bretagne", *BRETAGNE, names=("Breizh",)),
        Place("Ille-et-Vilaine", *BRETAGNE, code="35", names=("Rennes",)),
        Place("Corse-du-Sud", "corse", "Corse", "94", code="2A"),
        Place("Haute-Corse", "corse", "Corse", "94", code="2B"),
        Place("Guadeloupe", "guadeloupe", "Guadeloupe", "01", code="971"),
        Place("Nord", "hauts-de-france", "Hauts-de-France", "32", code="59"),
        Place("Ain", "auvergne-rhone-alpes", "Auvergne-Rhône-Alpes", "84", code="01"),
    ]
)


def kept(text):
    return [token for token in tokenise(text) if not token.is_stop_word]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("35", ["35"]),
        ("DLA 35", ["35"]),
        ("dla du 35", ["35"]),
        ("département 2a", ["2A"]),
        ("20090", ["2A"]),
        ("20600", ["2B"]),
        ("97110", ["971"]),
        ("01", ["01"]),
        ("Rennes et l’Ille-et-Vilaine", ["35", "35"]),
        ("dla nord", ["59"]),
        ("Nord", ["59"]),
        ("perdre le nord", []),
        ("35 salariés", []),
        ("12000 euros", []),
        ("99", []),
        ("breizh", [""]),
    ],
)
def test_what_is_asked(text, expected):
    assert [match.place.code for match in PLACES.asked(kept(text))] == expected


def test_what_a_text_names():
    named = [
        match.place.label for match in PLACES.named(kept("De Rennes au nord de la Bretagne, en 35 jours"))
    ]
    assert named == ["Ille-et-Vilaine", "Bretagne"]


def test_markers_of_a_department_lead_to_its_region():
    (match,) = PLACES.asked(kept("35"))
    assert match.place.markers == ("zqd35", "zqr53")
    assert PLACES.also("zqd35") == PLACES.markers_of_region("bretagne") == ("zqr53",)
    assert PLACES.also("zqr53") == PLACES.markers_of_region("nulle-part") == ()
    assert {"breizh", "ille"} <= PLACES.beginnings("zqr53")
