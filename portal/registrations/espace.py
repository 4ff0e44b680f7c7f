"""« Mes rendez-vous », in a person's own space."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from portal.members.espace import register_panel

from . import espace_animation, espace_hours, espace_takeaways  # noqa: F401  (panels that register themselves)
from .access import Access, access_to
from .feeds import feed_address, webcal
from .models import CalendarFeed, EventPage, Registration, ThemeWatch
from .queue_rules import is_late

PAST_SHOWN = 20
#: Later, an answer is still taken, but no longer asked for here.
EVALUATE_UNTIL = dt.timedelta(days=30)


@dataclass(frozen=True)
class Line:
    """One registration as its person sees it; ``rank`` is None unless she waits."""

    registration: Registration
    event: EventPage
    rank: int | None
    access: Access
    #: Seats that she may take at once (the last 24 hours of a queue).
    on_offer: int = 0
    #: Whether the three questions are still proposed for it.
    to_evaluate: bool = False


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
        on_offer=_on_offer(event, now=now) if waits else 0,
        to_evaluate=_to_evaluate(registration, event, now=now),
    )


def _to_evaluate(registration: Registration, event: EventPage, *, now: dt.datetime) -> bool:
    """Tell whether ``registration``, confirmed, may still say what ``event`` was worth: no query."""
    came = registration.attendance != Registration.Attendance.ABSENT and not registration.has_evaluated
    return came and event.evaluated and now - EVALUATE_UNTIL < event.end <= now


def _on_offer(event: EventPage, *, now: dt.datetime) -> int:
    """What was announced of ``event`` and is not taken yet, as its state says: no query."""
    open_ = event.live and not event.is_cancelled and not event.has_started(now)
    return event.state.seats_on_offer if open_ and is_late([event], now=now) else 0


def awaited_themes(request) -> dict | None:
    """The themes of which she is to be told the next session; None where there is none. One query."""
    watches = ThemeWatch.objects.filter(user=request.user).select_related("theme")
    themes = [watch.theme for watch in watches.order_by("theme__order", "theme__label")]
    return {"themes": themes} if themes else None


def my_calendar(request) -> dict:
    """The address at which her own calendar follows her seats, where she made one. One query."""
    feed = CalendarFeed.objects.filter(user=request.user).first()
    address = feed_address(feed) if feed else ""
    return {"feed": feed, "address": address, "webcal": webcal(address) if feed else ""}


register_panel(name="rendez-vous", order=10, template="registrations/espace_panel.html", context=my_events)
register_panel(
    name="themes-attendus", order=12, template="registrations/espace_themes.html", context=awaited_themes
)
register_panel(
    name="mon-agenda", order=60, template="registrations/espace_calendar.html", context=my_calendar
)
