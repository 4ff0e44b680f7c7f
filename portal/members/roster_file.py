"""Read a roster: a spreadsheet that someone keeps by hand, with its own words for things."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from openpyxl import load_workbook

from portal.themes.models import Departement, Region

from .models import Fonction

MAX_BYTES = 5 * 1024 * 1024
#: A small file can unfold into gigabytes.
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
MAX_ROWS = 5000
#: The header may stand below a title.
HEADER_WITHIN = 10

HEADERS = {
    "email": (
        "email",
        "mail",
        "courriel",
        "adresse",
        "adressemail",
        "adresseemail",
        "adressecourriel",
        "adresseelectronique",
        "emailprofessionnel",
        "mailprofessionnel",
        "courrielprofessionnel",
    ),
    "name": ("nom", "nomcomplet", "nometprenom", "nomprenom", "prenomnom", "prenometnom", "personne", "name"),
    "first_name": ("prenom", "firstname"),
    "fonction": ("fonction", "function", "role", "poste", "metier"),
    "departement": ("departement", "dept", "dep", "dpt", "department", "codedepartement", "territoire"),
    "region": ("region", "coderegion"),
    "bearer": (
        "porteur",
        "structureporteuse",
        "structure",
        "bearer",
        "employeur",
        "organisme",
        "structuredappartenance",
    ),
}
FUNCTIONS = {
    Fonction.CHARGEE: (
        "chargeaccompagnement",
        "chargedaccompagnement",
        "chargeedaccompagnement",
        "chargeemission",
        "chargemission",
        "chargedemission",
        "chargeedemission",
        "chargedaccompagnementdla",
        "chargeedaccompagnementdla",
        "dladepartemental",
        "conseiller",
        "conseillere",
        "dla",
    ),
    Fonction.REGIONAL: (
        "dlaregional",
        "regional",
        "dlar",
        "animateurregional",
        "animatriceregionale",
        "animationregionale",
        "coordinationregionale",
        "chargedemissionregional",
        "chargeedemissionregionale",
    ),
    Fonction.CRDLA: ("crdla", "centrederessources", "centrederessourcescrdla", "centrederessourcesdla"),
    Fonction.PILOTE: (
        "pilote",
        "partenaire",
        "piloteoupartenaire",
        "piloteoupartenairedudispositif",
        "dreets",
    ),
    Fonction.AVISE: ("avise",),
}


class UnreadableRoster(Exception):
    """The file cannot be read at all; the message says why, in French."""


@dataclass(frozen=True)
class RosterRow:
    """One person of the file. ``line`` is the number that the spreadsheet shows."""

    line: int
    email: str
    name: str
    fonction: str
    departement: Departement | None
    region: Region | None
    bearer: str


@dataclass(frozen=True)
class RosterFile:
    """What was understood: rows to import (one an address) and, by line, what was not or was put together."""

    rows: list[RosterRow] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    merged: list[tuple[int, str]] = field(default_factory=list)


def read_roster(file: BinaryIO) -> RosterFile:
    """Read an XLSX of names, e-mails, functions, departments and bearers; columns in any order.

    Raises UnreadableRoster when nothing can be made of the file; a row that cannot be understood is an error of
    its line and does not hold the others back. Addresses that differ in capitals are one person: what the later
    line says completes or replaces what the earlier one said.
    """
    lines = _lines(file)
    header_line, columns = _header(lines)
    lists = _Lists()
    errors, merged, rows = [], [], {}
    for number, cells in enumerate(lines[header_line:], start=header_line + 1):
        values = {name: _text(cells[i]) if i < len(cells) else "" for name, i in columns.items()}
        if not any(values.values()):
            continue
        row, problems = _row(number, values, lists)
        if problems:
            errors.append((number, " ".join(problems)))
            continue
        if earlier := rows.get(row.email):
            merged.append(
                (number, f"Même adresse qu’à la ligne {earlier.line} ({row.email}) : une seule personne.")
            )
            row = _merge(earlier, row)
        rows[row.email] = row
    if not rows and not errors:
        raise UnreadableRoster("La feuille a des titres de colonnes, mais aucune ligne en dessous.")
    return RosterFile(rows=list(rows.values()), errors=errors, merged=merged)


# -- the file


def _lines(file: BinaryIO) -> list[tuple]:
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise UnreadableRoster("Le fichier dépasse 5 Mo : gardez la feuille des membres seule.")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise UnreadableRoster(
                    "Une fois déplié, le fichier est trop grand : gardez la feuille des membres seule."
                )
        file.seek(0)
        workbook = load_workbook(file, read_only=True, data_only=True)
        sheets = [
            list(sheet.iter_rows(values_only=True, max_row=MAX_ROWS + HEADER_WITHIN + 1))
            for sheet in workbook.worksheets[:10]
        ]
    except UnreadableRoster:
        raise
    except Exception as error:  # openpyxl raises many kinds; all mean the same to the person.
        raise UnreadableRoster(
            "Ce fichier n’est pas un classeur XLSX lisible. "
            "Depuis votre tableur : Enregistrer sous, format « .xlsx »."
        ) from error
    for lines in sheets:
        if _find_header(lines) is not None:
            if len(lines) > MAX_ROWS + HEADER_WITHIN:
                raise UnreadableRoster(
                    f"La feuille a plus de {MAX_ROWS} lignes : importez-la en plusieurs fois."
                )
            return lines
    raise UnreadableRoster(
        "Aucune colonne d’adresses n’est reconnue. Il faut une ligne de titres : nom, e-mail, fonction, "
        "département, structure porteuse."
    )


def _find_header(lines: list[tuple]) -> int | None:
    for number, cells in enumerate(lines[:HEADER_WITHIN]):
        if any(_key(cell) in HEADERS["email"] for cell in cells):
            return number
    return None


def _header(lines: list[tuple]) -> tuple[int, dict[str, int]]:
    """Return the number of lines down to the header, and where each column stands."""
    at = _find_header(lines)
    columns: dict[str, int] = {}
    for index, cell in enumerate(lines[at]):
        for name, known in HEADERS.items():
            if name not in columns and _key(cell) in known:
                columns[name] = index
                break
    missing = [label for name, label in (("name", "nom"), ("fonction", "fonction")) if name not in columns]
    if missing:
        raise UnreadableRoster(f"Il manque une colonne : {', '.join(missing)}.")
    return at + 1, columns


# -- the rows


class _Lists:
    """Departments and regions by everything that people call them. Two queries."""

    def __init__(self):
        self.departements, self.regions = {}, {}
        for departement in Departement.objects.select_related("region"):
            for name in (
                departement.code,
                departement.label,
                f"{departement.code}{departement.label}",
                str(departement),
            ):
                self.departements[_key(name)] = departement
        for region in Region.objects.all():
            for name in (region.code, region.label, region.slug, *region.aliases.split(",")):
                if _key(name):
                    self.regions[_key(name)] = region


def _row(line: int, values: dict[str, str], lists: _Lists) -> tuple[RosterRow | None, list[str]]:
    problems = []
    email = values["email"].lower().removeprefix("mailto:")
    try:
        validate_email(email)
        if len(email) > 254:
            raise ValidationError("too long")
    except ValidationError:
        problems.append(
            f"L’adresse « {_short(email)} » n’est pas une adresse e-mail." if email else "L’adresse manque."
        )
    name = " ".join(part for part in (values.get("first_name", ""), values["name"]) if part)
    if not name:
        problems.append("Le nom manque.")
    elif len(name) > 160:
        problems.append("Le nom dépasse 160 caractères.")
    fonction = _function(values["fonction"])
    if fonction is None:
        known = ", ".join(f"« {label} »" for label in Fonction.labels)
        given = values["fonction"]
        start = f"La fonction « {_short(given)} » n’est pas connue." if given else "La fonction manque."
        problems.append(f"{start} Attendu : {known}.")
    departement = region = None
    if given := values.get("departement", ""):
        departement = lists.departements.get(_key(_padded(given)))
        if departement is None:
            problems.append(f"Le département « {_short(given)} » n’est pas connu.")
    if given := values.get("region", ""):
        region = lists.regions.get(_key(_padded(given)))
        if region is None:
            problems.append(f"La région « {_short(given)} » n’est pas connue.")
    if problems:
        return None, problems
    region = departement.region if departement else region
    return RosterRow(line, email, name, fonction, departement, region, values.get("bearer", "")[:160]), []


def _merge(earlier: RosterRow, later: RosterRow) -> RosterRow:
    return RosterRow(
        line=earlier.line,
        email=later.email,
        name=later.name,
        fonction=later.fonction,
        departement=later.departement or earlier.departement,
        region=later.region or earlier.region,
        bearer=later.bearer or earlier.bearer,
    )


def _function(text: str) -> str | None:
    key = _key(text)
    for fonction in Fonction:
        if key and (key in {_key(fonction.value), _key(fonction.label)} or key in FUNCTIONS[fonction]):
            return fonction.value
    return None


def _padded(code: str) -> str:
    """A spreadsheet turns department 01 into the number 1."""
    return code.zfill(2) if code.isdigit() else code


def _text(cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).replace("\xa0", " ").replace("\x00", "")
    return " ".join(text.split())


def _key(cell) -> str:
    """Letters and figures alone, without accents or capitals: « E-mail », « Chargé·e » compare as one reads them."""
    text = unicodedata.normalize("NFKD", _text(cell)).lower()
    return re.sub(r"[^a-z0-9]", "", text)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
