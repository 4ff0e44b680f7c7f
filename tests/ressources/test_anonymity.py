"""What could give a structure away, found in plain French; and what is left in peace."""

import pytest

from ressources.anonymity import exact_figures_in, places_in

NBSP, THIN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("un trou de 48 250 €", ["48 250 €"]),
        (f"un trou de 48{NBSP}250{NBSP}€", [f"48{NBSP}250{NBSP}€"]),
        (f"48{THIN}250 euros", [f"48{THIN}250 euros"]),
        ("48.250 €, puis 3,2 M€ et 12 k€", ["48.250 €", "3,2 M€", "12 k€"]),
        ("trois fois 48 250 €, oui 48 250 €", ["48 250 €"]),
        ("2 millions d’euros", ["2 millions d’euros"]),
        ("23 salarié·es, 12,5 ETP", ["23 salarié·es", "12,5 ETP"]),
        ("48 250 € et 12 salariés", ["48 250 €", "12 salariés"]),
        ("passer de 30 000 € à 48 250 €", ["30 000 €", "48 250 €"]),
        ("en 2024 : 48 250 €", ["48 250 €"]),
    ],
)
def test_exact_figures_are_found(text, found):
    assert exact_figures_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "entre 40 000 et 50 000 €",
        "entre 40 000 € et 50 000 €",
        "de 40 000 à 50 000 €",
        "moins de 10 salarié·es",
        "plus de 3 millions d’euros",
        "jusqu’à 100 000 €",
        "10 à 19 salarié·es",
        "1 ou 2 salarié·es",
        "50 salarié·es et plus",
        "< 50 k€",
        "un total inférieur à 50 k€, des frais supérieurs à 5 k€",
        "trois mois de trésorerie, 13 semaines, 48 %, en 2024, 45 jours",
        "une dizaine de salarié·es, quelques milliers d’euros",
        "l’article 48 du code",
    ],
)
def test_bands_and_other_numbers_are_left_in_peace(text):
    assert exact_figures_in(text) == []


NAMES = ("Somme", "Ille-et-Vilaine", "Val-d'Oise", "Lot", "Ain", "Savoie", "Haute-Savoie")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("une association de la Somme", ["Somme"]),
        ("en Ille-et-Vilaine", ["Ille-et-Vilaine"]),
        ("au cœur du Val-d’Oise", ["Val-d'Oise"]),
        ("dans l’Ain", ["Ain"]),
        ("en Haute-Savoie", ["Haute-Savoie"]),
        ("la somme due, un lot de dossiers", []),
        ("en Bretagne", []),
    ],
)
def test_departments_are_told_from_common_nouns(text, found):
    assert places_in(text, NAMES) == found
