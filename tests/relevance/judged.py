"""The queries and their judged answers, as the files beside this one hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
#: The files, by the name of their set.
SETS = {"tuning": "queries.yaml", "held-out": "held_out.yaml"}
READERS = ("member", "anonymous")


@dataclass(frozen=True)
class Place:
    """Where a passage is: a section's anchor, or from a second of a replay up to another."""

    anchor: str = ""
    start: float = 0
    end: float = 0

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read ``demarche`` or ``12:40-16:22``."""
        if ":" not in text:
            return cls(anchor=text)
        start, end = text.split("-")
        return cls(start=_seconds(start), end=_seconds(end))

    def holds(self, passage) -> bool:
        """Tell whether ``passage`` (a search.documents.Passage) opens here."""
        if self.anchor:
            return passage.anchor == self.anchor
        return bool(passage.start) and self.start <= float(passage.start) < self.end


@dataclass(frozen=True)
class Query:
    """A query. ``grades``: 3 what is wanted, 2 good, 1 related, by key (``fiche/slug``); others are worth 0.

    ``passages``: for some of the answers, the places any of which is the right one to open.
    """

    text: str
    family: str
    grades: dict[str, int]
    reader: str = "member"
    passages: dict[str, tuple[Place, ...]] = field(default_factory=dict)


def queries(name: str) -> list[Query]:
    """Return the queries of a set. Raises ValueError for an entry that cannot be read as one."""
    entries = yaml.safe_load((FOLDER / SETS[name]).read_text(encoding="utf-8"))
    return [_query(entry) for entry in entries]


def _query(entry: dict) -> Query:
    text = entry["query"]
    if unknown := set(entry) - {"query", "family", "reader", "passages", 3, 2, 1}:
        raise ValueError(f"{text!r}: what is {unknown}?")
    grades: dict[str, int] = {}
    for grade in (3, 2, 1):
        for key in entry.get(grade) or ():
            if key in grades:
                raise ValueError(f"{text!r}: {key} is judged twice.")
            grades[key] = grade
    passages = {
        key: tuple(Place.parse(str(place)) for place in places)
        for key, places in (entry.get("passages") or {}).items()
    }
    if unjudged := set(passages) - set(grades):
        raise ValueError(f"{text!r}: passages of {unjudged}, which are no answers.")
    query = Query(text, entry["family"], grades, entry.get("reader", "member"), passages)
    if query.reader not in READERS:
        raise ValueError(f"{text!r}: no reader is called {query.reader!r}.")
    return query


def _seconds(clock: str) -> int:
    minutes, seconds = clock.strip().split(":")
    return int(minutes) * 60 + int(seconds)
