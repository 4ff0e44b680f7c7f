"""Who is to be told what an event needs: those who run it, and those who organise it."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from .models import EventPage
from .permissions import may_follow


def facilitators_of(event: EventPage) -> list:
    """Return the accounts that run ``event``, the first designated first. One query."""
    return list(
        get_user_model()
        .objects.filter(facilitations__event=event, is_active=True)
        .order_by("facilitations__pk")
    )


def organisers_of(event: EventPage) -> list:
    """Return who organises ``event``: whoever made its page and still has it in hand; else its whole centre."""
    owner = event.owner
    if owner and may_follow(owner, event, action="change"):
        return [owner]
    group = event.centre.group if event.centre else None
    return list(group.user_set.filter(is_active=True).order_by("pk")) if group else []
