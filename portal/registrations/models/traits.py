"""What a page type may say of its own sessions. Each trait has a default that asks nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """A timed step of a session; ``minutes`` is how long it lasts, ``note`` what the facilitator says or does."""

    label: str
    minutes: int
    note: str = ""


@dataclass(frozen=True)
class ClosingItem:
    """One thing to see to once a session is over. ``url``: where it is done, "" where there is nothing to open.

    A session is closed out with what is ``required``; the rest may come later.
    """

    name: str
    label: str
    #: The same in two or three words, in a list of what is missing.
    short: str
    is_done: bool
    url: str = ""
    action: str = ""
    hint: str = ""
    required: bool = False
    #: Only whoever may edit the page can see to it: others are shown no address.
    for_editors: bool = False


class SessionTraits:
    """What ``EventPage`` answers for every kind of session; page types override."""

    #: Whoever registers says what she comes to do (``Registration.Role``).
    asks_role = False
    #: With fewer people than this the session does not work, and who runs it is told; None: no such number.
    smallest_group: int | None = None

    #: Peers without a hierarchy: two people of one structure are pointed out to who runs it.
    wants_unrelated_peers = False

    @classmethod
    def card_columns(cls, prefix: str) -> dict[str, Any]:
        """What a card of this type reads beside what every event has: expressions, by a name of its own.

        ``prefix`` comes before the names of this type's fields: the link that leads to it in a query of events.
        """
        return {}

    @classmethod
    def card_traits(cls, row: dict) -> dict[str, Any]:
        """What a card of this type says of ``row``, which holds the columns; see ``EventCard``."""
        return {"kind": "", "kind_label": cls.kind_label, "replay_minutes": None, "has_transcript": False}

    @property
    def is_noted(self) -> bool:
        """Tell whether the page itself says what is kept of the session."""
        return False

    def certificate_text(self) -> str | None:
        """The objectives (HTML, maybe empty) that an attestation of this session shows; None: it gives none."""
        return None

    def run_sheet(self):
        """The timed steps of the session (``label``, ``minutes``, ``note``), in order; empty: none."""
        return ()

    def closing_items(self) -> tuple[ClosingItem, ...]:
        """What this kind of session leaves to see to, beside what they all do."""
        return ()
