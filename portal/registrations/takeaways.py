"""What is kept of a session, as it is read: by the readers of its page, by the search, by who brought it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from .models import EventPage, RelatedPage, Takeaway
from .rules import RULES, TakeawaysFor, may_read_takeaways, rule_of

#: The rules that keep for the members of the network what is kept of a session, and what it became.
KEPT_FOR_MEMBERS = tuple(
    rule.name for rule in RULES.values() if rule.takeaways_audience == TakeawaysFor.MEMBERS
)

#: How many of them « Mon espace » lists.
ESPACE_SHOWN = 10


@dataclass(frozen=True)
class Kept:
    """The leads and, with the agreement of who brought it, the situation ("" without)."""

    situation: str
    leads: list[str]


def shown_takeaways(event: EventPage, user) -> list[Kept]:
    """Return what ``user``, who reads the page of ``event``, reads of what is kept of it. One query at most.

    An event that is not saved yet (a preview) has left nothing.
    """
    if event.pk is None or not may_read_takeaways(event, user):
        return []
    return [_kept(takeaway) for takeaway in event.takeaway_notes.all()]


def indexed_texts(event: EventPage) -> list[str]:
    """Return the texts that the search may find under ``event``: none where its rule says so.

    The documents of an event have its page's readers: what fewer people may read is not put in them. Reads
    ``takeaway_notes``, to be prefetched for a list.
    """
    if not rule_of(event).indexes_takeaways:
        return []
    kept = [_kept(takeaway) for takeaway in event.takeaway_notes.all()]
    return [text for one in kept for text in (one.situation, *one.leads) if text]


def fiches_of(event: EventPage) -> set[int]:
    """Return the pages that takeaways of ``event`` gave, published or not. One query.

    They are read here and not among the links of the page: publishing an older draft rewrites a page.
    """
    return set(event.takeaway_notes.exclude(fiche=None).values_list("fiche_id", flat=True))


def events_behind(page: int):
    """Return the events that the page of this id came out of, or is tied to by their editor."""
    by_editor = RelatedPage.objects.filter(page_id=page).values("event")
    by_takeaway = Takeaway.objects.filter(fiche_id=page).values("event")
    return EventPage.objects.filter(Q(pk__in=by_editor) | Q(pk__in=by_takeaway))


def brought_by_me(request) -> dict | None:
    """What became of the situations that the reader brought: what is asked of her first. One query."""
    mine = (
        Takeaway.objects.filter(registration__user=request.user)
        .exclude(agreement=Takeaway.Agreement.NOT_NEEDED, followup_asked_at=None)
        .select_related("event", "fiche")
        .order_by("-created_at", "-pk")[:ESPACE_SHOWN]
    )
    rows = sorted(mine, key=lambda takeaway: not takeaway.awaits_her)
    return {"takeaways": rows} if rows else None


def _kept(takeaway: Takeaway) -> Kept:
    return Kept(takeaway.situation if takeaway.shows_situation else "", takeaway.lead_lines)
