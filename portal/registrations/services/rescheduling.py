"""Move one date: the page is written, and whoever is registered is told once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from wagtail.log_actions import log

from portal.base.templatetags.portal_tags import NBSP
from portal.registrations.models import EventPage
from portal.registrations.permissions import may_follow
from portal.registrations.titles import dated_title, undated_title

from . import refusals
from .page_writing import write_on_page
from .seats import lock_booking


class MoveRefused(refusals.RegistrationRefused):
    sentence = "Ce rendez-vous n’a pas pu être déplacé."


@transaction.atomic
def reschedule(
    *, event: EventPage, start: dt.datetime, end: dt.datetime, place: str, by, now: dt.datetime
) -> EventPage:
    """Move ``event`` to ``start``, ``end`` (aware) and ``place``; everyone registered is told, once.

    Waits for no moderation (decision 006): whoever follows the registrations moves the session. A draft that
    waits on the page receives the date too and waits on. The closing of registration moves by as much as the
    start; a title that tells the former day tells the new one. A page that is off line is only written.
    Raises MayNotChange, EventCancelled, EventOver, EventStarted, MoveRefused or PageIsHeld; then nothing changed.
    """
    if by is not None and not may_follow(by, event, action="change"):
        raise refusals.MayNotChange("Vous n’avez pas la main sur ce rendez-vous.")
    booking = lock_booking(event, now=now)
    current = booking.asked.specific
    if not current.live:
        current = current.get_latest_revision_as_object()
    if booking.state.cancelled_at:
        raise refusals.EventCancelled
    if current.live and current.is_past(now):
        raise refusals.EventOver
    if current.live and current.has_started(now):
        raise refusals.EventStarted
    if end <= start:
        raise MoveRefused("La fin vient après le début.")
    if start <= now:
        raise MoveRefused("Choisissez une date à venir.")
    if (start, end, place) == (current.start, current.end, current.place):
        raise MoveRefused(f"Rien ne change{NBSP}: ce sont déjà la date et le lieu de ce rendez-vous.")
    # Publication announces the move (see portal.registrations.handlers), once.
    moved = write_on_page(event=current, fields=_fields(current, start, end, place), by=by)
    log(moved, "registrations.move", user=by, data={"start": start.isoformat(), "end": end.isoformat()})
    return moved


def _fields(event: EventPage, start: dt.datetime, end: dt.datetime, place: str) -> dict:
    fields = {"start": start, "end": end, "place": place}
    if event.registration_closes_at:
        fields["registration_closes_at"] = event.registration_closes_at + (start - event.start)
    closes_at = fields.get("registration_closes_at", start)
    if event.registration_opens_at and event.registration_opens_at >= closes_at:
        raise MoveRefused(
            f"Les inscriptions ouvriraient après leur clôture{NBSP}: changez d’abord leur ouverture sur la page."
        )
    if event.title != undated_title(event.title):
        fields["title"] = dated_title(event.title, start, event.time_zone)
    return fields
