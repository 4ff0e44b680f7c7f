import pytest

from portal.registrations.traces import traces_in

EMAIL, PHONE, SIRET = "une adresse e-mail", "un numéro de téléphone", "un numéro SIREN ou SIRET"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Une association de 12 salarié·es, 450 000 euros de budget, 3 mois de retard.", []),
        ("Le 14 janvier 2026 à 9 h 30, rue du 8 mai 1945", []),
        ("Écrire à jeanne.dupont@asso-exemple.fr", [EMAIL]),
        ("06 12 34 56 78", [PHONE]),
        ("06.12.34.56.78", [PHONE]),
        ("0612345678", [PHONE]),
        ("+33 6 12 34 56 78", [PHONE]),
        ("732 829 320", [SIRET]),
        ("73282932000074", [SIRET]),
        ("732\u00a0829\u00a0320 00074", [SIRET]),
        ("123 456 789", []),
        ("a@b.fr ou 06 12 34 56 78", [EMAIL, PHONE]),
    ],
)
def test_traces(text, found):
    assert traces_in(text) == found
