"""What registrations change on anonymous pages: holes. And the moments at which sessions change them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min, Q

from portal.pagecache.boundaries import boundary
from portal.pagecache.holes import Filling, Source, register_filling, register_source
from portal.pagecache.tables import hide, show

from . import kept_seats
from .models import EventPage
from .queue_rules import LATE

show("registrations.Cycle", "registrations.EventPage", "registrations.RelatedPage", "registrations.Takeaway")
hide("registrations.Registration", why="seats are holes")
hide(
    "registrations.EventState",
    columns=(
        "sequence",
        "announced_start",
        "announced_end",
        "announced_place",
        "announced_meeting_url",
        "moved_at",
        "seats_on_offer",
        "queue_closed_at",
        "second_date_proposed_at",
        "evaluation_sent_at",
        "nothing_to_note",
        "closed_out_at",
        "closed_out_by_id",
        "evidence_until",
    ),
    why="kept for messages and closing; what pages show are the cancellation and the second date",
)
hide(
    "registrations.AttendanceRecord",
    "registrations.CalendarFeed",
    "registrations.Evaluation",
    "registrations.ExportRecord",
    "registrations.Facilitator",
    "registrations.ReminderSent",
    "registrations.SeatInvitation",
    "registrations.SheetLine",
    "registrations.Telling",
    "registrations.ThemeWatch",
    "registrations.YearFigures",
    why="for the people concerned and who runs the session",
)

register_source(Source("registrations.seats", kept_seats.prepare, kept_seats.read))
register_filling(Filling("registrations.card", "registrations.seats", kept_seats.card))
register_filling(Filling("registrations.call", "registrations.seats", kept_seats.call))


@boundary
def next_change_of_an_event(now: dt.datetime) -> dt.datetime | None:
    """Return the next start, end, opening or closing of registrations, last hours, way in. One query."""
    # Strangers are let in where nobody registers.
    open_to_all = Q(registration_mode=EventPage.RegistrationMode.NONE)
    befores = {"late": (LATE, Q())}
    for minutes in EventPage.AccessOpens.values:
        let_in = open_to_all & Q(access_opens_before=minutes)
        befores[f"access_{minutes}"] = (dt.timedelta(minutes=minutes), let_in)
    dates = {
        name: Min(name, filter=Q(**{f"{name}__gt": now}))
        for name in ("start", "end", "registration_opens_at", "registration_closes_at")
    }
    near = {
        name: Min("start", filter=which & Q(start__gt=now + before))
        for name, (before, which) in befores.items()
    }
    found = EventPage.objects.live().aggregate(
        **{f"next_{name}": value for name, value in dates.items()}, **near
    )
    moments = [
        moment - befores[name][0] if name in befores else moment for name, moment in found.items() if moment
    ]
    return min(moments, default=None)
