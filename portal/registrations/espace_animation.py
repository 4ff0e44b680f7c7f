"""« J’anime », in a person's own space: what she runs next, and what waits to be closed out."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils import timezone

from portal.members.espace import register_panel

from .closing import to_close_out
from .models import Registration
from .permissions import events_run_by

SHOWN = 6


def my_facilitations(request) -> dict | None:
    """The events that the reader facilitates; None where there is none. Three queries, however many they are."""
    now = timezone.now()
    mine = events_run_by(request.user)
    brought = Q(registrations__state=Registration.State.CONFIRMED) & ~Q(registrations__question="")
    coming = (
        mine.filter(state__cancelled_at=None)
        .upcoming(now)
        .select_related("state")
        .with_seats()
        .annotate(brought_count=Count("registrations", filter=brought, distinct=True))
    )
    context = {"coming": list(coming[:SHOWN]), "to_close": list(to_close_out(mine, now=now)[:SHOWN])}
    return context if any(context.values()) else None


register_panel(
    name="animation", order=5, template="registrations/espace_animation.html", context=my_facilitations
)
