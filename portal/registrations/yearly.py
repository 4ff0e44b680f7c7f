"""The annual page as it may be shown: two years side by side, small counts hidden. The page and the XLSX read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.base.templatetags.portal_tags import NBSP

from .disclosure import Cell, Protected, Shown, one, protect
from .services.figures import figures_for

MEASURES = ("registrations", "presences")
HEADLINES = ("sessions", "people", "hours", "presence_rate")
BROKEN_DOWN = ("kinds", "themes", "centres")
#: Hours: the step they are rounded to where a count of presences is hidden. Divided by the length of a session,
#: which the agenda tells, an exact sum would give that count back.
ROUND_HOURS = 10
WORDS = {Shown.SMALL: f"moins de{NBSP}5", Shown.MASKED: "masqué"}


@dataclass(frozen=True)
class Value:
    """What a cell says, and its number where a spreadsheet may have it."""

    text: str
    number: float | None = None
    is_hidden: bool = False


@dataclass(frozen=True)
class Figure:
    """A line of the summary: this year and the one before. ``note`` says how it is counted."""

    name: str
    label: str
    value: Value
    before: Value
    note: str = ""


@dataclass(frozen=True)
class Pair:
    """A cell: this year and, unless it says nothing of the year before, what it was then."""

    now: Value
    before: Value | None = None


@dataclass(frozen=True)
class Row:
    """A line of a table. ``share`` and ``share_before`` draw its bar: whole percentages of the longest."""

    label: str
    cells: list[Pair]
    share: int = 0
    share_before: int = 0


@dataclass(frozen=True)
class Table:
    """``heading`` is that of the labels, ``columns`` those of the cells; ``measured``: what the bars show."""

    name: str
    title: str
    heading: str
    columns: list[str]
    rows: list[Row]
    measured: str
    note: str = ""


@dataclass(frozen=True)
class Report:
    """The annual page. ``frozen_at`` is None while its figures are live, and provisional."""

    year: int
    frozen_at: dt.datetime | None
    figures: list[Figure]
    tables: list[Table]
    roster_note: str
    is_empty: bool
    hides_something: bool
    rounds_hours: bool

    @property
    def headlines(self) -> list[Figure]:
        """The figures that the page opens with."""
        return [figure for figure in self.figures if figure.name in HEADLINES]

    @property
    def sentences(self) -> list[str]:
        """What has to be known to read the counts."""
        said = []
        if self.hides_something:
            said.append(
                f"Un nombre d’une à quatre personnes est remplacé par «{NBSP}moins de{NBSP}5{NBSP}», "
                f"et celui qui permettrait de le retrouver par «{NBSP}masqué{NBSP}»."
            )
        if self.rounds_hours:
            said.append("Les heures sont alors arrondies à la dizaine.")
        return said

    @property
    def is_provisional(self) -> bool:
        return self.frozen_at is None


class _Published:
    """The figures of one year once protected: what is hidden here reaches neither the page nor the XLSX."""

    def __init__(self, figures: dict):
        self.raw = figures
        self.year = figures["year"]
        self.measures: dict[str, Protected] = {
            name: protect(self._columns(name), figures[name]) for name in MEASURES
        }
        self.people = protect({"regions": [row["people"] for row in figures["regions"]]}, figures["people"])
        self.roster = protect({"regions": [row["roster"] for row in figures["regions"]]}, figures["roster"])

    def _columns(self, measure: str) -> dict[str, list[int]]:
        columns = {table: [row[measure] for row in self.raw[table]] for table in BROKEN_DOWN}
        if measure == "presences":
            # The sheets kept are a part of the presences: the rest is what is left of the total.
            signed = self.raw["evidence"]["signatures"]
            columns["evidence"] = [signed, max(0, self.raw["presences"] - signed)]
        return columns

    @property
    def rounds_hours(self) -> bool:
        return self.measures["presences"].hides_something and bool(self.raw["minutes"])

    @property
    def hides_something(self) -> bool:
        protected = [*self.measures.values(), self.people, self.roster]
        return any(one.hides_something for one in protected)

    def hours(self) -> Value:
        total = self.measures["presences"].total
        if total.is_hidden:
            return _value(total)
        hours = self.raw["minutes"] / 60
        if self.rounds_hours:
            near = round(hours / ROUND_HOURS) * ROUND_HOURS
            return Value(f"environ {_spaced(near)}", near)
        return Value(_spaced(round(hours)), round(hours, 1))

    def presence_rate(self) -> Value:
        noted = self.raw["registrations_noted"]
        if not noted:
            return Value("–")
        if self.measures["presences"].total.is_hidden or one(noted).is_hidden:
            return _value(Cell(Shown.MASKED, None))
        return _percent(self.raw["presences"], noted)

    def people_rate(self) -> Value:
        if not self.raw["roster"]:
            return Value("–")
        if self.people.total.is_hidden or self.roster.total.is_hidden:
            return _value(Cell(Shown.MASKED, None))
        return _percent(self.raw["people"], self.raw["roster"])

    def row(self, table: str, label: str) -> dict[str, Value]:
        """The cells of one line of ``table``; zeros where this year has no such line."""
        place = next((n for n, row in enumerate(self.raw[table]) if row["label"] == label), None)
        by_region = {"people": self.people, "roster": self.roster}
        columns = by_region if table == "regions" else self.measures
        if place is None:
            return {name: Value("0", 0) for name in ("sessions", *columns)}
        cells = {name: _value(protected.columns[table][place]) for name, protected in columns.items()}
        if table != "regions":
            number = self.raw[table][place]["sessions"]
            cells["sessions"] = Value(_spaced(number), number)
        return cells


def report_of(*, year: int, now: dt.datetime) -> Report:
    """Return the annual page of ``year`` beside the year before, each frozen where it is, live otherwise."""
    figures, frozen_at = figures_for(year=year, now=now)
    this, before = _Published(figures), _Published(figures_for(year=year - 1, now=now)[0])
    return Report(
        year=year,
        frozen_at=frozen_at,
        figures=_summary(this, before),
        tables=[
            _table(this, before, "kinds", "Par format", "Format"),
            _regions(this, before),
            _table(
                this,
                before,
                "themes",
                "Par thème",
                "Thème",
                note="Un rendez-vous peut porter sur plusieurs thèmes\u00a0: les lignes ne s’additionnent pas.",
            ),
            _table(this, before, "centres", "Par centre", "Centre"),
        ],
        roster_note=_roster_note(this),
        is_empty=not figures["sessions"],
        hides_something=this.hides_something or before.hides_something,
        rounds_hours=this.rounds_hours or before.rounds_hours,
    )


def _roster_note(this: _Published) -> str:
    if this.raw["roster_basis"] == "liste":
        return "la liste du réseau, comptes ouverts ou non"
    return "les comptes validés, faute de liste du réseau"


def _summary(this: _Published, before: _Published) -> list[Figure]:
    def figure(name: str, label: str, read, note: str = "") -> Figure:
        return Figure(name, label, read(this), read(before), note)

    def count(name: str):
        return lambda year: Value(_spaced(year.raw[name]), year.raw[name])

    def measure(name: str):
        return lambda year: _value(year.measures[name].total)

    elsewhere = this.raw["sessions_elsewhere"]
    unnoted = this.raw["sessions_without_attendance"]
    return [
        figure(
            "sessions",
            "Rendez-vous tenus",
            count("sessions"),
            " ".join(
                [
                    *([f"Dont {elsewhere} sans inscription sur le portail."] if elsewhere else []),
                    *([f"Dont {unnoted} sans présence notée."] if unnoted else []),
                ]
            ),
        ),
        figure(
            "people",
            "Personnes du réseau touchées",
            lambda year: _value(year.people.total),
            f"Présentes au moins une fois. Le réseau\u00a0: {_roster_note(this)}.",
        ),
        figure("people_rate", "Part du réseau", lambda year: year.people_rate()),
        figure("roster", "Personnes dans le réseau", lambda year: _value(year.roster.total)),
        figure(
            "people_outside",
            "Autres personnes présentes",
            lambda year: _value(one(year.raw["people_outside"])),
            "Hors de la liste du réseau." if this.raw["roster_basis"] == "liste" else "Comptes non validés.",
        ),
        figure(
            "hours", "Heures suivies", lambda year: year.hours(), "Durée de chaque rendez-vous × présences."
        ),
        figure("registrations", "Inscriptions", measure("registrations"), "Places confirmées."),
        figure("presences", "Présences", measure("presences")),
        figure(
            "presence_rate",
            "Taux de présence",
            lambda year: year.presence_rate(),
            "Sur les rendez-vous où la présence est notée.",
        ),
        figure(
            "evidence_sessions",
            "Rendez-vous dont l’émargement est conservé",
            lambda year: Value(_spaced(year.raw["evidence"]["sessions"]), year.raw["evidence"]["sessions"]),
        ),
        figure(
            "evidence_signatures",
            "Présences sur ces feuilles",
            lambda year: _value(year.measures["presences"].columns["evidence"][0]),
        ),
    ]


def _table(this: _Published, before: _Published, name: str, title: str, heading: str, note="") -> Table:
    rows = []
    for label in _labels(this, before, name):
        now, then = this.row(name, label), before.row(name, label)
        rows.append(Row(label, [Pair(now[measure], then[measure]) for measure in ("sessions", *MEASURES)]))
    columns = ["Rendez-vous", "Inscriptions", "Présences"]
    return Table(name, title, heading, columns, _with_bars(rows), measured="rendez-vous", note=note)


def _regions(this: _Published, before: _Published) -> Table:
    rows = []
    for label in _labels(this, before, "regions"):
        now, then = this.row("regions", label), before.row("regions", label)
        rows.append(Row(label, [Pair(now["people"], then["people"]), Pair(now["roster"])]))
    return Table(
        "regions",
        "Par région",
        "Région",
        ["Personnes touchées", "Personnes dans le réseau"],
        _with_bars(rows),
        measured="personnes touchées",
        note=f"Le réseau\u00a0: {_roster_note(this)}.",
    )


def _labels(this: _Published, before: _Published, table: str) -> list[str]:
    """The lines of this year, then those that only the year before had."""
    return list(dict.fromkeys(row["label"] for year in (this, before) for row in year.raw[table]))


def _with_bars(rows: list[Row]) -> list[Row]:
    """``rows`` with the bars of their first cell; a hidden count has none: its length would tell it."""
    longest = max((value.number or 0 for row in rows for value in _both(row.cells[0])), default=0)

    def share(value: Value) -> int:
        return round(100 * (value.number or 0) / longest) if longest else 0

    return [Row(row.label, row.cells, *(share(value) for value in _both(row.cells[0]))) for row in rows]


def _both(cell: Pair) -> tuple[Value, Value]:
    return cell.now, cell.before


def _value(cell: Cell) -> Value:
    if cell.is_hidden:
        return Value(WORDS[cell.shown], is_hidden=True)
    return Value(_spaced(cell.value), cell.value)


def _percent(part: int, whole: int) -> Value:
    share = round(100 * part / whole)
    return Value(f"{share}{NBSP}%", share / 100)


def _spaced(number: int) -> str:
    """« 1 234 », with a non-breaking space."""
    return f"{number:,}".replace(",", NBSP)
