"""Reading a spreadsheet that someone keeps by hand."""

import io
import zipfile

import pytest

from portal.members.models import Fonction
from portal.members.roster_file import MAX_ROWS, UnreadableRoster, read_roster

from .conftest import workbook

pytestmark = pytest.mark.django_db
HEADER = ["Nom", "E-mail", "Fonction", "Département", "Structure porteuse"]
LINE = ["Inès Exemple", "ines@exemple.test", "Chargée d’accompagnement", "35", "Structure fictive"]


def read(*rows):
    return read_roster(workbook(rows))


def test_a_plain_file(taxonomy):
    found = read(HEADER, LINE)
    assert found.errors == found.merged == []
    (row,) = found.rows
    assert (row.line, row.name, row.email) == (2, "Inès Exemple", "ines@exemple.test")
    assert row.fonction == Fonction.CHARGEE
    assert row.departement == taxonomy.ille_et_vilaine
    assert row.region == taxonomy.bretagne
    assert row.bearer == "Structure fictive"


@pytest.mark.parametrize(
    "header",
    [
        ["STRUCTURE", "dept", "Poste", "Courriel", "NOM ET PRÉNOM"],
        ["Employeur", "Code département", "rôle", "Adresse e-mail", "Nom complet"],
        ["Porteur", "DEPARTEMENT", "fonction ", "  Mail professionnel", "name"],
    ],
)
def test_columns_in_any_order_under_the_names_people_use(taxonomy, header):
    (row,) = read(header, list(reversed(LINE[1:]))[:3] + ["ines@exemple.test", "Inès Exemple"]).rows
    assert row.email == "ines@exemple.test"
    assert row.name == "Inès Exemple"
    assert row.departement == taxonomy.ille_et_vilaine


def test_first_and_last_names_in_two_columns(taxonomy):
    (row,) = read(
        ["Prénom", "Nom", "Email", "Fonction"], ["Inès", "EXEMPLE", "ines@exemple.test", "crdla"]
    ).rows
    assert row.name == "Inès EXEMPLE"
    assert row.departement is row.region is None


def test_a_header_below_a_title_and_empty_lines(taxonomy):
    found = read(["Liste du réseau", None], [None], HEADER, [None], LINE, [None, None])
    assert [row.line for row in found.rows] == [5]


def test_the_sheet_with_addresses_is_found(taxonomy):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["À lire d’abord"])
    sheet = book.create_sheet("Membres")
    for row in (HEADER, LINE):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    assert len(read_roster(file).rows) == 1


@pytest.mark.parametrize(
    "written",
    ["35", 35, 35.0, "35 - Ille-et-Vilaine", "Ille-et-Vilaine", "ILLE ET VILAINE", "Ille-et-Vilaine (35)"],
)
def test_a_department_as_people_write_it(taxonomy, written):
    (row,) = read(HEADER, [*LINE[:3], written, ""]).rows
    assert row.departement == taxonomy.ille_et_vilaine


def test_a_department_that_lost_its_zero(taxonomy):
    from portal.themes.models import Departement

    ain = Departement.objects.create(code="01", label="Ain", region=taxonomy.bretagne)
    (row,) = read(HEADER, [*LINE[:3], 1, ""]).rows
    assert row.departement == ain


def test_a_region_without_a_department(taxonomy):
    header = ["Nom", "Mail", "Fonction", "Région"]
    (row,) = read(header, ["Maëlle Fictive", "m@exemple.test", "DLA régional", "bretagne"]).rows
    assert row.fonction == Fonction.REGIONAL
    assert row.region == taxonomy.bretagne


@pytest.mark.parametrize(
    ("written", "fonction"),
    [
        ("Chargé·e d’accompagnement DLA", Fonction.CHARGEE),
        ("CHARGÉ D'ACCOMPAGNEMENT", Fonction.CHARGEE),
        ("chargee-accompagnement", Fonction.CHARGEE),
        ("chargée de mission", Fonction.CHARGEE),
        ("Animatrice régionale", Fonction.REGIONAL),
        ("Centre de ressources", Fonction.CRDLA),
        ("Pilote ou partenaire du dispositif", Fonction.PILOTE),
        ("Avise", Fonction.AVISE),
    ],
)
def test_functions_as_people_write_them(taxonomy, written, fonction):
    (row,) = read(HEADER, [*LINE[:2], written, "", ""]).rows
    assert row.fonction == fonction


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({1: "pas une adresse"}, "n’est pas une adresse e-mail"),
        ({1: None}, "L’adresse manque."),
        ({1: f"{'a' * 64}@{'b' * 250}.test"}, "n’est pas une adresse e-mail"),
        ({0: ""}, "Le nom manque."),
        ({0: "N" * 161}, "dépasse 160"),
        ({2: "astronaute"}, "« astronaute »"),
        ({2: None}, "La fonction manque."),
        ({3: "99"}, "« 99 »"),
    ],
)
def test_a_row_in_error_is_told_by_its_line_and_holds_nothing_back(taxonomy, change, message):
    bad = [change.get(position, value) for position, value in enumerate(LINE)]
    good = ["Autre Personne", "autre@exemple.test", *LINE[2:]]
    found = read(HEADER, bad, good)
    ((line, told),) = found.errors
    assert line == 2
    assert message in told.replace("\xa0", " ")
    assert [row.email for row in found.rows] == ["autre@exemple.test"]


def test_several_errors_of_a_row_are_told_together(taxonomy):
    ((_, told),) = read(HEADER, ["", "non", "non", "non", ""]).errors
    assert told.count(".") >= 4


def test_the_same_address_in_other_capitals_is_one_person(taxonomy):
    again = ["Inès Exemple-Nouvelle", "INES@Exemple.test", "DLA régional", "", ""]
    found = read(HEADER, LINE, again)
    (row,) = found.rows
    assert row.email == "ines@exemple.test"
    assert row.name == "Inès Exemple-Nouvelle"
    assert row.fonction == Fonction.REGIONAL
    # What the later line leaves empty, the earlier one said.
    assert row.departement == taxonomy.ille_et_vilaine
    assert row.bearer == "Structure fictive"
    ((line, note),) = found.merged
    assert line == 3
    assert "ligne 2" in note


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "XLSX lisible"),
        (b"nom;mail\nInes;ines@exemple.test", "XLSX lisible"),
        (b"PK\x03\x04 not a zip at all", "XLSX lisible"),
    ],
)
def test_what_is_no_workbook_is_refused(db, content, message):
    with pytest.raises(UnreadableRoster, match=message):
        read_roster(io.BytesIO(content))


def test_a_zip_that_is_no_workbook_is_refused(db):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("bonjour.txt", "bonjour")
    with pytest.raises(UnreadableRoster, match="XLSX lisible"):
        read_roster(file)


def test_a_file_that_unfolds_into_too_much_is_refused(db):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (61 * 1024 * 1024))
    assert file.tell() < 5 * 1024 * 1024
    with pytest.raises(UnreadableRoster, match="déplié"):
        read_roster(file)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["bonjour"]], "Aucune colonne d’adresses"),
        ([["E-mail", "Fonction"], ["a@exemple.test", "Avise"]], "nom"),
        ([["E-mail", "Nom"], ["a@exemple.test", "A"]], "fonction"),
        ([HEADER], "aucune ligne"),
        ([HEADER, [None, " ", ""]], "aucune ligne"),
    ],
)
def test_a_workbook_without_a_list_is_refused(db, rows, message):
    with pytest.raises(UnreadableRoster, match=message):
        read(*rows)


def test_a_list_that_is_too_long_is_refused(db):
    with pytest.raises(UnreadableRoster, match="plus de"):
        read(HEADER, *([LINE] * (MAX_ROWS + 12)))
