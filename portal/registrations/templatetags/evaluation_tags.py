"""What people thought of a session, for the pages of who runs it."""

from __future__ import annotations

from django import template
from django.utils import timezone

from portal.registrations.models import EventPage
from portal.registrations.services import SHOWN_FROM, results_of

register = template.Library()


@register.simple_tag
def evaluation_of(event: EventPage) -> dict:
    """``{% evaluation_of event as evaluation %}``: ``results``, None under ``shown_from`` answers. One query.

    For pages that only facilitators and organisers open: nothing is checked here.
    """
    is_over = event.evaluated and not event.is_cancelled and event.is_past(timezone.now())
    return {
        "is_over": is_over,
        "results": results_of(event) if is_over else None,
        "shown_from": SHOWN_FROM,
    }
