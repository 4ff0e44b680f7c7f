"""What the screens of an organiser say of a queue."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils import timezone

from portal.registrations import services
from portal.registrations.models import EventPage
from portal.registrations.queue_rules import is_late

register = template.Library()


@dataclass(frozen=True)
class QueueNotes:
    """``is_long``: it calls for a second date; ``second``: the one that is open; ``on_offer``: seats to take."""

    waiting: int
    is_long: bool
    second: EventPage | None
    on_offer: int


@register.simple_tag
def queue_notes(event: EventPage) -> QueueNotes:
    """``{% queue_notes event as notes %}``. At most three queries."""
    now, waiting, state = timezone.now(), event.number_waiting(), getattr(event, "state", None)
    threshold = services.queue_threshold() if waiting and not event.is_cancelled else 0
    second = state.second_date if state and services.has_second_date(state) else None
    offers = state and event.live and not event.is_cancelled and not event.has_started(now)
    return QueueNotes(
        waiting=waiting,
        is_long=bool(threshold and waiting >= threshold),
        second=second,
        on_offer=state.seats_on_offer if offers and is_late([event], now=now) else 0,
    )
