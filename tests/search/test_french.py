"""Words: folding, elision, inclusive forms, stems, mistakes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.french import Near, clean, distance, fold, initials, stem, token_at, tokenise, typos_allowed


def folded(text):
    return [token.folded for token in tokenise(clean(text))]


def kept(text):
    return [token.folded for token in tokenise(clean(text)) if not token.is_stop_word]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’hôpital d'Évreux", ["hopital", "evreux"]),
        ("qu'il jusqu’à lorsqu'on", ["il", "a", "on"]),
        ("l'", ["l"]),
        ("plan de l'tresorerie", ["plan", "de", "tresorerie"]),
        ("chargé·e d’accompagnement", ["charge", "accompagnement"]),
        ("chargé·e·s, chargé.e.s, chargé(e)s, chargé-e-s", ["charge"] * 4),
        ("directeur·rice, adhérent·es, tous·tes", ["directeur", "adherent", "tous"]),
        ("employeur(euse)s", ["employeur"]),
        ("La fin.Le début", ["la", "fin", "le", "debut"]),
        ("S.C.I.C. et C.A.", ["scic", "et", "ca"]),
        ("socio-économique", ["socio", "economique"]),
        ("vis-à-vis", ["vis", "a", "vis"]),
        ("œuvre Æthelred", ["oeuvre", "aethelred"]),
        ("e\u0301cole", ["ecole"]),
        ("tré\u00adso\u200brerie", ["tresorerie"]),
        ("a\x00b", ["a", "b"]),
        ("2A, 974, C2RA", ["2a", "974", "c2ra"]),
        ("*** ?! 🎉", []),
        ("", []),
    ],
)
def test_words_of_a_text(text, words):
    assert folded(text) == words


def test_a_token_knows_its_place_in_the_text():
    text = "l’adhérent·e paie"
    assert [text[token.start : token.end] for token in tokenise(text)] == ["adhérent·e", "paie"]


def test_common_words_and_acronyms():
    assert kept("ça va avec le CA et l'AG, j'ai dit") == ["ca", "ag", "dit"]


@pytest.mark.parametrize(
    "pair",
    """travail/travaux journal/journaux hôpital/hôpitaux jeu/jeux lieu/lieux vœu/vœux bail/baux enjeu/enjeux
    public/publique public/publiques employeur/employeuse employeurs/employeuses emploi/emplois
    directeur/directrice financier/financières conseiller/conseillères associatif/associatives actif/active
    salarié/salariées adhérent/adhérentes payer/paie payer/payés impayé/impayés difficulté/difficultés
    tableau/tableaux bureau/bureaux local/locaux nombreux/nombreuses bénévole/bénévoles création/créations
    trésorerie/trésoreries dirigeant/dirigeante citoyen/citoyenne territorial/territoriaux régional/régionale
    fusion/fusions accompagnateur/accompagnatrice accompagnement/accompagner mandat/mandats loyer/loyers
    coût/coûts conventionnel/conventionnelle réseau/réseaux juridique/juridiques professionnel/professionnels
    numérique/numériques ancien/anciennes grave/graves dette/dettes prêt/prêts salaire/salaires crise/crises
    mutualisation/mutualiser""".split(),  # noqa: SIM905
)
def test_number_gender_and_derivations_share_a_stem(pair):
    left, right = (stem(fold(word)) for word in pair.split("/"))
    assert left == right


@pytest.mark.parametrize(
    "pair", ["loi/loyer", "banque/manque", "heure/employeur", "cause/causerie", "emploi/employeuse"]
)
def test_other_words_keep_other_stems(pair):
    left, right = (stem(fold(word)) for word in pair.split("/"))
    assert left != right


def test_a_word_without_its_accents_has_the_same_stem():
    for word in ("trésorerie", "étés", "employée", "référé", "créances", "œuvrées", "aînées"):
        assert stem(fold(word)) == stem(fold(fold(word)))


@pytest.mark.parametrize(
    ("left", "right", "limit", "expected"),
    [
        ("tresorrerie", "tresorerie", 2, 1),
        ("bnaque", "banque", 1, 1),
        ("banque", "manque", 2, 2),
        ("anque", "banque", 2, 2),
        ("abc", "abc", 0, 0),
        ("abcdef", "uvwxyz", 2, 3),
        ("", "abc", 1, 2),
    ],
)
def test_distance(left, right, limit, expected):
    assert distance(left, right, limit) == expected
    assert distance(right, left, limit) == expected


@pytest.mark.parametrize(
    ("beginning", "word", "expected"),
    [
        ("treso", "tresorerie", 0),
        ("tresrr", "tresorerie", 1),
        ("tersor", "tresorerie", 1),
        ("banque", "bilan", 2),
    ],
)
def test_distance_to_a_beginning(beginning, word, expected):
    assert distance(beginning, word, 1, prefix=True) == expected


def test_mistakes_allowed():
    assert [typos_allowed(word) for word in ("aide", "bilan", "gouvernan", "2026", "c2ra5")] == [
        0,
        1,
        2,
        0,
        0,
    ]


def plain_distance(left, right):
    """The same distance, by its definition and without a short cut."""
    left, right = left[:1] + left, right[:1] + right
    rows = [list(range(len(right) + 1))]
    for i, char in enumerate(left, 1):
        rows.append([i])
        for j, other in enumerate(right, 1):
            costs = [rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (char != other)]
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                costs.append(rows[i - 2][j - 2] + 1)
            rows[i].append(min(costs))
    return rows[-1]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text("abc", min_size=1, max_size=6), st.text("abc", max_size=6), st.integers(0, 3), st.booleans())
def test_the_short_cuts_of_the_distance_change_nothing(left, right, limit, prefix):
    row = plain_distance(left, right)
    expected = min(row) if prefix else row[-1]
    assert distance(left, right, limit, prefix=prefix) == min(expected, limit + 1)
    near = Near(left, limit, prefix=prefix)
    assert near.holds(right) == (expected <= limit)
    # Again, and after another word: what was learned changes nothing.
    near.holds(right[::-1])
    assert near.holds(right) == (expected <= limit)


def test_the_first_letters_of_a_stem_are_those_of_its_words():
    assert initials("tresorer") == {"t"}
    assert initials(stem("yeux")) == {"o", "y"}
    assert initials("oei") == {"o", "y"}


def test_a_word_at_its_place():
    text = "Les salarié·es de la S.C.I.C. l’ont dit"
    for token in tokenise(text):
        assert token_at(text, token.start) == token
    assert token_at(text, text.index("l’ont")) is None
