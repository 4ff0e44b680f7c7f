"""The 106 criteria of the RGAA and what the portal's own assessment says of each, page by page.

``data/criteres.yaml`` holds the criteria, ``data/evaluation.yaml`` the sample and the findings. The rates are
computed from them as the RGAA does (« Taux de conformité à la norme »): a criterion is met where it is met on every
page of the sample that it applies to, and the rate is met over applicable. What could not be checked counts as
applicable and not met, so that the rate is never flattering.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data"
#: Stands for the whole sample in the file.
EVERYWHERE, ELSEWHERE = "partout", "ailleurs"


class Status(Enum):
    """What is said of a criterion on a page; ``value`` is the code of the grid, ``label`` what readers read."""

    MET = "C"
    FAILED = "NC"
    UNCHECKED = "NV"
    NOT_APPLICABLE = "NA"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Status.MET: "Conforme",
    Status.FAILED: "Non conforme",
    Status.UNCHECKED: "Non vérifié",
    Status.NOT_APPLICABLE: "Non applicable",
}
#: How a criterion was looked at.
MEANS = {
    "auto": "tests automatiques",
    "code": "lecture du code",
    "main": "à la main, dans le navigateur",
}


@dataclass(frozen=True)
class SamplePage:
    """A page of the sample; ``why`` says which rule of the RGAA's sample it answers."""

    key: str
    name: str
    address: str
    why: str


@dataclass(frozen=True)
class Finding:
    """What was found of one criterion: ``by_page`` in the order of the sample."""

    number: str
    title: str
    by_page: dict[str, Status]
    means: tuple[str, ...]
    remark: str

    @property
    def status(self) -> Status:
        """Of the whole sample: one page that fails is enough."""
        found = set(self.by_page.values())
        for status in (Status.FAILED, Status.UNCHECKED, Status.MET):
            if status in found:
                return status
        return Status.NOT_APPLICABLE

    def pages(self, status: Status) -> list[str]:
        """The keys of the pages where ``status`` was found."""
        return [key for key, found in self.by_page.items() if found is status]

    @property
    def means_labels(self) -> list[str]:
        return [MEANS[name] for name in self.means]


@dataclass(frozen=True)
class Theme:
    number: int
    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Count:
    """How many criteria of each status, and the rate that follows."""

    met: int
    failed: int
    unchecked: int
    not_applicable: int

    @classmethod
    def of(cls, statuses: Iterable[Status]) -> Count:
        found = list(statuses)
        return cls(
            **{
                field: found.count(status)
                for field, status in (
                    ("met", Status.MET),
                    ("failed", Status.FAILED),
                    ("unchecked", Status.UNCHECKED),
                    ("not_applicable", Status.NOT_APPLICABLE),
                )
            }
        )

    @property
    def applicable(self) -> int:
        return self.met + self.failed + self.unchecked

    @property
    def rate(self) -> float:
        """Percentage of the applicable criteria that are met, to one decimal and never rounded up."""
        return self.met * 1000 // self.applicable / 10 if self.applicable else 0.0


@dataclass(frozen=True)
class Assessment:
    version: str
    date: dt.date
    pages: tuple[SamplePage, ...]
    themes: tuple[Theme, ...]

    @property
    def findings(self) -> list[Finding]:
        return [finding for theme in self.themes for finding in theme.findings]

    def with_status(self, status: Status) -> list[Finding]:
        return [finding for finding in self.findings if finding.status is status]

    @property
    def count(self) -> Count:
        return Count.of(finding.status for finding in self.findings)

    def count_of(self, key: str) -> Count:
        """The same for one page of the sample."""
        return Count.of(finding.by_page[key] for finding in self.findings)

    @property
    def mean_rate(self) -> float:
        """Mean of the pages' own rates, to one decimal and never rounded up."""
        rates = [self.count_of(page.key).rate for page in self.pages]
        return sum(rates) * 10 // len(rates) / 10

    def names(self, keys: Iterable[str]) -> list[str]:
        """The names of pages, in the order of the sample."""
        wanted = set(keys)
        return [page.name for page in self.pages if page.key in wanted]


class BadGrid(ValueError):
    """The grid does not say one thing, and only one, of every criterion on every page."""


@cache
def assessment() -> Assessment:
    """The portal's own assessment, read once a process. Raises BadGrid."""
    return read(
        yaml.safe_load((DATA / "criteres.yaml").read_text(encoding="utf-8")),
        yaml.safe_load((DATA / "evaluation.yaml").read_text(encoding="utf-8")),
    )


def read(criteria: dict, evaluation: dict) -> Assessment:
    """Put the criteria and the findings together, as the files give them. Raises BadGrid."""
    pages = tuple(SamplePage(**page) for page in evaluation["pages"])
    keys = [page.key for page in pages]
    findings = evaluation["criteres"]
    titles = {number: title for theme in criteria["themes"] for number, title in theme["criteria"].items()}
    if set(findings) != set(titles):
        odd = sorted(set(findings) ^ set(titles))
        raise BadGrid(f"Not the criteria of the RGAA: {', '.join(odd)}.")
    themes = tuple(
        Theme(
            theme["number"],
            theme["name"],
            tuple(
                _finding(number, title.strip(), findings[number], keys)
                for number, title in theme["criteria"].items()
            ),
        )
        for theme in criteria["themes"]
    )
    return Assessment(criteria["version"], evaluation["date"], pages, themes)


def _finding(number: str, title: str, entry: dict, keys: list[str]) -> Finding:
    unknown = set(entry) - {status.value for status in Status} - {"par", "remarque"}
    if unknown:
        raise BadGrid(f"{number}: {', '.join(sorted(unknown))} is no status.")
    by_page: dict[str, Status] = {}
    rest = Status.NOT_APPLICABLE
    for status in Status:
        places = entry.get(status.value, [])
        if places in (EVERYWHERE, ELSEWHERE):
            rest = status
            continue
        for key in places:
            if key not in keys or key in by_page:
                raise BadGrid(f"{number}: {key} is no page of the sample, or is named twice.")
            by_page[key] = status
    means = tuple(entry.get("par", ()))
    by_page = {key: by_page.get(key, rest) for key in keys}
    if set(means) - set(MEANS) or (not means and Status.MET in by_page.values()):
        raise BadGrid(f"{number}: how it was checked is not said.")
    return Finding(number, title, by_page, means, entry.get("remarque", ""))
