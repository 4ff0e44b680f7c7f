"""Peers without a hierarchy: two people of one structure in the same group are pointed out, never refused.

A codéveloppement group works among peers who do not depend on one another (Payette and Champagne, « Le groupe
de codéveloppement professionnel », 1997). The portal does not know who is whose manager: the structure is the
sign it has, and the organiser is the one who judges.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from portal.members.models import Profile
from portal.registrations.messages import RelatedPeers
from portal.registrations.models import EventPage, Registration
from portal.registrations.organisers import facilitators_of, organisers_of


@dataclass(frozen=True)
class SameStructure:
    """``people`` (two at least, in order of registration) say that they work in ``structure``."""

    structure: str
    people: tuple


def structure_key(name: str) -> str:
    """Return ``name`` without its case, accents, punctuation and spacing: what two spellings have in common."""
    letters = unicodedata.normalize("NFKD", name.replace("’", "'")).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in _without_marks(letters)).split())


def _without_marks(text: str) -> str:
    return "".join(char for char in text if not unicodedata.combining(char))


def same_structure_pairs(event: EventPage) -> list[SameStructure]:
    """Return the people with a seat at ``event`` who work in the same structure, where peers should not.

    Empty for an event that does not ask for it (``wants_unrelated_peers``). Two queries at most.
    """
    if not _wants_unrelated_peers(event):
        return []
    seats = Registration.objects.confirmed().filter(event=event, user__isnull=False)
    together: dict[str, list] = {}
    for row in seats.exclude(user__profile=None).select_related("user__profile").order_by("pk"):
        if key := structure_key(row.user.profile.structure):
            together.setdefault(key, []).append(row.user)
    return [
        SameStructure(people[0].profile.structure, tuple(people))
        for people in together.values()
        if len(people) > 1
    ]


def warn_of_related_peers(*, event: EventPage, user, now: dt.datetime) -> bool:
    """Tell who runs ``event`` (failing them, who organises it) that ``user`` now sits with a close colleague.

    To be called in the transaction that gives the seat. No name is written: the list says who they are.
    Returns whether somebody was told. One query for a page type that has such groups, none for others.
    """
    if not _wants_unrelated_peers(event):
        return False
    mine = Profile.objects.filter(user=user).values_list("structure", flat=True).first()
    if not (key := structure_key(mine or "")):
        return False
    others = Profile.objects.exclude(user=user).filter(
        user__registrations__event=event, user__registrations__state=Registration.State.CONFIRMED
    )
    if all(structure_key(name) != key for name in others.values_list("structure", flat=True)):
        return False
    readers = facilitators_of(event) or organisers_of(event)
    told = [RelatedPeers.send_about(event=event, user=reader, now=now) for reader in readers]
    return any(told)


def _wants_unrelated_peers(event: EventPage) -> bool:
    """A page type says no for all its pages, or each page answers: only then is that one field of it read."""
    page_class = event.specific_class
    answer = getattr(page_class, "wants_unrelated_peers", False)
    return answer if isinstance(answer, bool) else event.specific_deferred.wants_unrelated_peers
