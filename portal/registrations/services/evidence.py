"""The sign-in sheet of an event that a funder may ask for: kept by decision, restricted, until a date."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from portal.members.models import Profile, RosterEntry
from portal.registrations.models import EventPage, EventState, Registration, SheetLine
from portal.registrations.permissions import may_mark_evidence

from . import refusals
from .seats import lock_booking

#: Supporting documents of European funds are kept five years from the end of the year of the last payment
#: (règlement (UE) 2021/1060, art. 82): ten years after the session is more than anyone may ask for.
LONGEST = dt.timedelta(days=10 * 365 + 3)


@transaction.atomic
def mark_as_evidence(
    *, event: EventPage, until: dt.date | None, reason: str = "", by, now: dt.datetime
) -> EventState:
    """Keep the sign-in sheet of ``event`` until ``until`` (a day in Paris, included), on the word of ``by``.

    ``until`` None takes the mark off: the lines kept are deleted the next night. ``reason`` says for which
    funder, in one sentence; it goes to the page's history with who asked. Raises MayNotMark, or EvidenceRefused
    with the sentence: no reason, a day that is past or too far, names that are gone already.
    """
    if not may_mark_evidence(by):
        raise refusals.MayNotMark
    booking = lock_booking(event, now=now)
    current, state, reason = booking.asked, booking.state, " ".join(reason.split())[:300]
    if until is not None:
        _check(current, until, reason, now=now)
    state.evidence_until = until
    state.save(update_fields=["evidence_until"])
    action = "registrations.evidence" if until else "registrations.no_evidence"
    log(current, action, user=by, data={"until": str(until or ""), "reason": reason}, timestamp=now)
    return state


def _check(event: EventPage, until: dt.date, reason: str, *, now: dt.datetime) -> None:
    if not reason:
        raise refusals.EvidenceRefused(
            "Dites en une phrase pour qui cette feuille est gardée, et pourquoi : c’est ce qui l’autorise."
        )
    day = _today(now)
    held_on = timezone.localdate(event.end, timezone.get_default_timezone())
    if until < max(day, held_on):
        raise refusals.EvidenceRefused("Choisissez un jour à venir, après le rendez-vous.")
    if until > held_on + LONGEST:
        raise refusals.EvidenceRefused("Une feuille d’émargement se garde dix ans au plus.")
    present = event.registrations.filter(attendance=Registration.Attendance.PRESENT)
    if present.filter(user=None).exists() and not event.sheet_lines.exists():
        raise refusals.EvidenceRefused(
            "Les noms de ce rendez-vous sont déjà effacés : il n’y a plus de feuille à garder."
        )


def keep_sheet_lines(*, registrations, now: dt.datetime) -> int:
    """Write the lines of the sheets that the ``registrations`` (a queryset) are about to lose their names of.

    For events kept as evidence on the day of ``now``, and people noted present. Called in the transaction that
    takes the names off, and nowhere else: a name is on the registration or on the sheet. Returns how many.
    """
    came = registrations.filter(
        user__isnull=False,
        state=Registration.State.CONFIRMED,
        attendance=Registration.Attendance.PRESENT,
        event__state__evidence_until__gte=_today(now),
        event__state__cancelled_at=None,
    )
    rows = list(came.select_related("user", "event"))
    structures = structures_of({row.user_id for row in rows})
    SheetLine.objects.bulk_create(
        SheetLine(
            event_id=row.event_id,
            name=str(row.user)[:200],
            structure=structures.get(row.user_id, "")[:160],
            minutes=row.event.minutes,
        )
        for row in rows
    )
    return len(rows)


def structures_of(user_ids) -> dict[int, str]:
    """The structure of each of ``user_ids``: what the person says, or the roster. Two queries."""
    said = dict(RosterEntry.objects.filter(user__in=user_ids).values_list("user_id", "bearer"))
    own = Profile.objects.filter(user__in=user_ids).exclude(structure="")
    return {**said, **dict(own.values_list("user_id", "structure"))}


def sheets_to_delete(*, now: dt.datetime):
    """The lines of sheets whose day is over, or whose event is no longer kept as evidence."""
    kept = EventState.objects.filter(evidence_until__gte=_today(now))
    return SheetLine.objects.exclude(event__in=kept.values("event"))


def delete_sheets(*, now: dt.datetime) -> int:
    """Delete the lines of the sheets that are no longer to be kept; return how many."""
    return sheets_to_delete(now=now).delete()[0]


def _today(now: dt.datetime) -> dt.date:
    return timezone.localdate(now, timezone.get_default_timezone())
