"""What a session leaves to see to once it is over, and which sessions still wait for it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse

from .models import ClosingItem, EventPage, Registration, Takeaway

#: How far back a session may still be closed out: later, nobody remembers who was there.
LOOKED_BACK = dt.timedelta(days=180)


def to_close_out(events, *, now: dt.datetime):
    """Return those of ``events`` (a queryset) that are over, took place and wait to be closed out, oldest first.

    With what ``closing_items()`` reads, in a constant number of queries.
    """
    waiting = events.live().filter(
        end__lte=now, end__gt=now - LOOKED_BACK, state__cancelled_at=None, state__closed_out_at=None
    )
    return with_closing(waiting).select_related("state").order_by("end", "pk")


def with_closing(events):
    """Annotate ``presence_missing`` and ``has_takeaway``."""
    unknown = Registration.objects.confirmed().filter(
        event=OuterRef("pk"), user__isnull=False, attendance=Registration.Attendance.UNKNOWN
    )
    return events.annotate(
        presence_missing=Exists(unknown), has_takeaway=Exists(Takeaway.objects.filter(event=OuterRef("pk")))
    )


def closing_items(event: EventPage) -> list[ClosingItem]:
    """Return what there is to see to after ``event`` (in its own type), done or not.

    Two queries, none where ``with_closing()`` spared them.
    """
    state = getattr(event, "state", None)
    if not hasattr(event, "presence_missing"):
        noted = with_closing(EventPage.objects.filter(pk=event.pk)).get()
        event.presence_missing, event.has_takeaway = noted.presence_missing, noted.has_takeaway
    items = [
        ClosingItem(
            name="presence",
            label="La présence est notée",
            short="la présence",
            is_done=not event.presence_missing,
            url=f"{reverse('registrations:animation', args=[event.pk])}#qui-vient",
            action="Noter la présence",
            required=True,
        ),
        ClosingItem(
            name="note",
            label="Ce qu’on en retient est écrit",
            short="ce qu’on en retient",
            is_done=bool(event.has_takeaway or event.is_noted or (state and state.nothing_to_note)),
            url=reverse("registrations:takeaway_add", args=[event.pk]),
            action="Écrire ce qu’on en retient",
            hint="Rien à en retenir." if state and state.nothing_to_note else "",
            required=True,
        ),
        *event.closing_items(),
    ]
    if event.evaluated:
        items.append(
            ClosingItem(
                name="evaluation",
                label="L’évaluation est proposée",
                short="l’évaluation",
                is_done=bool(state and state.evaluation_sent_at),
                hint="Elle part d’elle-même, après le rendez-vous.",
            )
        )
    return items
