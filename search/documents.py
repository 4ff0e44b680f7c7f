"""What an engine sees of the content: one frozen ``Document`` per page or snippet."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass, fields
from typing import Any

# The intersection of what the engines accept as an identifier.
_ID = re.compile(r"^[A-Za-z0-9_-]{1,100}-[A-Za-z0-9_-]+$")
_SLUG = re.compile(r"^[a-z0-9][a-z0-9_-]*$")

#: Facets whose values are read from a document's field of the same role.
FACET_FIELDS = {
    "type": "type",
    "theme": "themes",
    "secteur": "secteurs",
    "phase": "phases",
    "region": "regions",
    "structure": "structures",
    "centre": "centre",
}


_TUPLES = ("audiences", "themes", "secteurs", "phases", "regions", "structures", "keywords", "labels")


@dataclass(frozen=True)
class Passage:
    """A part of a document that can be opened at its own place.

    ``start`` and ``end`` are seconds in a replay, as text ("" elsewhere); ``anchor`` is the identifier of a
    section in the page, ``label`` its title. A passage of an attached file has the title of the ``file``, its
    key (``file_id``) and the ``url`` that opens it, at the page where a browser can; ``label`` is then the
    place in it: « page 3 ».
    """

    text: str
    start: str = ""
    end: str = ""
    anchor: str = ""
    label: str = ""
    file: str = ""
    file_id: str = ""
    url: str = ""

    @classmethod
    def from_payload(cls, data: dict[str, str]) -> Passage:
        """Build a passage from a part of ``Document.to_payload``; unknown keys are ignored."""
        return cls(**{field.name: data[field.name] for field in fields(cls) if field.name in data})


@dataclass(frozen=True)
class Document:
    """One searchable thing. Facet values are slugs; labels come from the database. Times are aware.

    ``labels`` are the words that it is filed under, ``weight`` what ``search.ranking`` gives it. An ``aside``
    (the entry of an acronym) comes after the contents that treat of its title. A document without audience is
    readable by nobody. Raises ValueError for an identifier or a slug that no engine would take, and for a time
    without zone.
    """

    id: str
    type: str
    title: str
    url: str
    audiences: tuple[str, ...]
    summary: str = ""
    body: str = ""
    passages: tuple[Passage, ...] = ()
    themes: tuple[str, ...] = ()
    secteurs: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()
    centre: str = ""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    published_at: dt.datetime | None = None
    reviewed_at: dt.datetime | None = None
    image: str = ""
    keywords: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    weight: int = 0
    aside: bool = False
    cancelled: bool = False

    def __post_init__(self):
        if not _ID.match(self.id):
            raise ValueError(f"Identifier {self.id!r} is not of the form <kind>-<pk>.")
        for facet in FACET_FIELDS:
            for value in self.facet_values(facet):
                if not _SLUG.match(value):
                    raise ValueError(f"Document {self.id}: {facet} {value!r} is not a slug.")
        for name in _TIMES:
            value = getattr(self, name)
            if value is not None and value.tzinfo is None:
                raise ValueError(f"Document {self.id}: {name} has no time zone.")

    @property
    def kind(self) -> str:
        """The registered kind, from the identifier: a replay's kind is ``webinaire``."""
        return self.id.rpartition("-")[0]

    @property
    def pk(self) -> str:
        """The primary key of the object in its table, as text."""
        return self.id.rpartition("-")[2]

    @property
    def date(self) -> dt.datetime | None:
        """The date that results are sorted by: the session's, or the last review, or the publication."""
        return self.starts_at or self.reviewed_at or self.published_at

    @property
    def over_at(self) -> dt.datetime | None:
        """When a session belongs to the past; None for what has no date of its own."""
        return self.ends_at or self.starts_at

    def facet_values(self, facet: str) -> tuple[str, ...]:
        """Return the slugs of this document for ``facet``."""
        value = getattr(self, FACET_FIELDS[facet])
        if isinstance(value, str):
            return (value,) if value else ()
        return value

    def to_payload(self) -> dict[str, Any]:
        """Return the document as JSON-ready data; times are ISO 8601 in UTC."""
        # Field by field: dataclasses.asdict copies each text, and takes as long as all the rest of indexing.
        data = {name: getattr(self, name) for name in _NAMES}
        data["passages"] = [
            {name: getattr(passage, name) for name in _PASSAGE_NAMES} for passage in self.passages
        ]
        for name in _TIMES:
            if value := data[name]:
                data[name] = value.astimezone(dt.UTC).isoformat()
        return data

    def to_json(self) -> str:
        """Return the payload as text, the same for two documents that an engine cannot tell apart."""
        return json.dumps(self.to_payload(), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_payload(cls, data: dict[str, Any]) -> Document:
        """Build a document from ``to_payload`` data; unknown keys are ignored."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name in _TIMES:
            if values.get(name):
                values[name] = dt.datetime.fromisoformat(values[name])
        for name in _TUPLES:
            values[name] = tuple(values.get(name) or ())
        values["passages"] = tuple(map(Passage.from_payload, values.get("passages") or ()))
        return cls(**values)

    @property
    def content_hash(self) -> str:
        """A fingerprint of everything above: equal for two documents that an engine cannot tell apart."""
        return fingerprint(self.to_json())


#: Names of the fields, in order; those that hold a time.
_NAMES = tuple(field.name for field in fields(Document))
_PASSAGE_NAMES = tuple(field.name for field in fields(Passage))
_TIMES = ("starts_at", "ends_at", "published_at", "reviewed_at")


def fingerprint(text: str) -> str:
    """Return the fingerprint of a document's JSON: its ``content_hash``."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
