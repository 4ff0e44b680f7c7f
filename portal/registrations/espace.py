"""« Mes rendez-vous », in a person's own space."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from portal.members.espace import register_panel

from .access import Access, access_to
from .models import EventPage, Registration

PAST_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One registration as its person sees it; ``rank`` is None unless she waits."""

    registration: Registration
    event: EventPage
    rank: int | None
    access: Access


def my_events(request) -> dict:
    """Next sessions, those one waits for, and the past ones, in a constant number of queries."""
    return lines_of(request.user, now=timezone.now())


def lines_of(user, *, now: dt.datetime) -> dict:
    """The lines of ``user`` at ``now``: "coming", "waiting" and "past"."""
    mine = Registration.objects.active().filter(user=user).select_related("event__state").with_rank()
    coming = [_line(row, now=now) for row in mine.filter(event__end__gt=now).order_by("event__start", "pk")]
    past = mine.confirmed().filter(event__end__lte=now, event__state__cancelled_at=None)
    return {
        "coming": [line for line in coming if line.rank is None],
        "waiting": [line for line in coming if line.rank is not None],
        "past": [_line(row, now=now) for row in past.order_by("-event__start", "-pk")[:PAST_SHOWN]],
    }


def _line(registration: Registration, *, now: dt.datetime) -> Line:
    event = registration.event
    waits = registration.state == Registration.State.WAITING
    return Line(
        registration=registration,
        event=event,
        rank=registration.queue_rank if waits else None,
        access=access_to(event, registration, now=now),
    )


register_panel(name="rendez-vous", order=10, template="registrations/espace_panel.html", context=my_events)
