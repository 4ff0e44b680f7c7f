"""What is forgotten, and when: what was confided, then who, then what has served. By purpose, one delay each.

Each thing that goes has a queryset of its own, read by what forgets it and by the dry run that announces it:
the one cannot promise what the other does not do. All of it may run twice: the second time finds nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.registrations.hours import bounds
from portal.registrations.models import (
    AttendanceRecord,
    ExportRecord,
    Registration,
    SeatInvitation,
    Telling,
    ThemeWatch,
    YearFigures,
)

from .evidence import keep_sheet_lines
from .figures import freeze_year

#: A situation, and what someone said she needs, are forgotten this long after the session, or after the seat
#: was given back: nobody will read them any more.
QUESTIONS_AFTER = dt.timedelta(days=30)
#: After this long, a registration says that someone came, and no more who.
NAMES_AFTER = dt.timedelta(days=365)
#: An announcement that reached everyone is kept as long as the mails it wrote keep their bodies.
TELLINGS_KEPT = dt.timedelta(days=30)
#: « Prévenez-moi de la prochaine » : nobody waits longer than a year for a theme.
WATCHES_KEPT = dt.timedelta(days=365)
#: Who took which list away (CNIL, recommandation sur la journalisation, 2021: six months to a year, more
#: where misuse is looked for year by year).
EXPORTS_KEPT = dt.timedelta(days=396)
#: Rows a transaction: SQLite has one writer, which must not be held for long.
CHUNK = 200


class YearNotFrozen(Exception):
    """The figures of a year are counted from its names: they are not taken off before."""


@dataclass(frozen=True)
class Spent:
    """What served its purpose and was deleted, by kind."""

    tellings: int
    invitations: int
    watches: int
    exports: int

    @property
    def total(self) -> int:
        return self.tellings + self.invitations + self.watches + self.exports


# -- what was confided


def questions_to_forget(*, now: dt.datetime):
    """The registrations whose situation or access needs have been kept long enough."""
    limit = now - QUESTIONS_AFTER
    over = Q(event__end__lte=limit) | Q(event__state__cancelled_at__lte=limit)
    left = Q(state=Registration.State.CANCELLED, cancelled_at__lte=limit)
    return Registration.objects.filter(over | left).exclude(question="", access_needs="")


def forget_questions(*, now: dt.datetime) -> int:
    """Empty the situations and access needs of sessions that ended long enough ago; return how many rows.

    That one was brought is kept: with the theme and the month, it is what recurrent difficulties are read from.
    """
    total = 0
    while ids := list(questions_to_forget(now=now).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            rows = Registration.objects.filter(pk__in=ids)
            rows.exclude(question="").update(brought_situation=True)
            total += rows.update(question="", access_needs="")
    return total


# -- who


def names_to_take_off(*, now: dt.datetime):
    """The registrations, with a name, of sessions that ended a year ago."""
    return Registration.objects.filter(event__end__lte=now - NAMES_AFTER, user__isnull=False)


def years_to_freeze(*, now: dt.datetime) -> list[int]:
    """The years, in Paris, that names are to be taken off of, the oldest first."""
    return [moment.year for moment in names_to_take_off(now=now).datetimes("event__start", "year")]


def anonymise_old_registrations(*, now: dt.datetime) -> int:
    """Take the names off registrations of sessions that ended a year ago; return how many.

    The figures of a year are frozen before the first of its names goes: a year whose figures cannot be frozen
    keeps its names, the others go on, and the error is raised at the end. Who attended keeps a record of the
    day and its hours; a session kept as evidence keeps its sheet.
    """
    total, failed = 0, None
    for year in years_to_freeze(now=now):
        try:
            freeze_year(year=year, now=now)
        except Exception as error:  # One year that fails must not keep the names of all the others.
            failed = failed or error
            continue
        total += _anonymise_year(year, now=now)
    if failed:
        raise failed
    return total


def _anonymise_year(year: int, *, now: dt.datetime) -> int:
    start, end = bounds(year)
    old = names_to_take_off(now=now).filter(event__start__gte=start, event__start__lt=end)
    total = 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        total += _anonymise(ids, year=year, now=now)
    return total


@transaction.atomic
def _anonymise(ids: list[int], *, year: int, now: dt.datetime) -> int:
    if not YearFigures.objects.filter(year=year).exists():
        raise YearNotFrozen(year)
    # Locked, and asked again for a name: two clocks at once must not write a presence twice.
    locked = Registration.objects.select_for_update(of=("self",)).filter(pk__in=ids, user__isnull=False)
    rows = list(locked.select_related("event__state"))
    AttendanceRecord.objects.bulk_create(
        AttendanceRecord(
            user_id=row.user_id,
            date=timezone.localdate(row.event.start, timezone.get_default_timezone()),
            minutes=row.event.minutes,
        )
        for row in rows
        if was_there(row)
    )
    hers = Registration.objects.filter(pk__in=[row.pk for row in rows])
    keep_sheet_lines(registrations=hers, now=now)
    return take_names_off(hers)


def was_there(row: Registration) -> bool:
    """Tell whether ``row`` counts in its person's hours, as ``portal.registrations.hours`` does."""
    came = row.attendance == Registration.Attendance.PRESENT
    return came and row.state == Registration.State.CONFIRMED and not row.event.is_cancelled


def forget_person(*, user, now: dt.datetime) -> int:
    """Take the name of ``user`` off all her registrations, in the caller's transaction; return how many.

    The sheet of a session kept as evidence for a funder keeps her line until its date: it is what the funder
    may ask for (RGPD, art. 17, 3, b and e).
    """
    hers = Registration.objects.filter(user=user)
    keep_sheet_lines(registrations=hers, now=now)
    return take_names_off(hers)


def take_names_off(registrations) -> int:
    """Make ``registrations`` (a queryset) anonymous; return how many. See ``forget_person`` for a person's."""
    return registrations.update(
        user=None,
        question="",
        access_needs="",
        visible_to_participants=False,
        over_capacity_by=None,
        joined_at=None,
    )


# -- what has served


def spent(*, now: dt.datetime) -> dict:
    """What has served and names someone, as querysets: the fields of ``Spent``."""
    return {
        "tellings": Telling.objects.filter(finished_at__lte=now - TELLINGS_KEPT),
        "invitations": SeatInvitation.objects.filter(event__end__lte=now),
        "watches": ThemeWatch.objects.filter(created_at__lte=now - WATCHES_KEPT),
        "exports": ExportRecord.objects.filter(at__lte=now - EXPORTS_KEPT),
    }


def forget_spent(*, now: dt.datetime) -> Spent:
    """Delete what has served (see ``spent``); return how many of each."""
    return Spent(**{name: rows.delete()[0] for name, rows in spent(now=now).items()})
