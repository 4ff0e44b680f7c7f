"""The log of hours: what a person attended, year by year, in Paris time.

From her registrations as long as they hold her name, then from the day and duration that were kept of them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from portal.centres.models import annotate_centre

from .models import AttendanceRecord, EventPage, Registration


@dataclass(frozen=True)
class Attended:
    """One attendance; ``event`` (in its own type) is None once the registration is anonymised."""

    date: dt.date
    minutes: int
    event: EventPage | None = None
    registration: Registration | None = None

    @property
    def is_between_peers(self) -> bool:
        return self.event is not None and self.event.confidentiality == EventPage.Confidentiality.PEERS

    @property
    def gives_certificate(self) -> bool:
        return self.event is not None and self.event.certificate_text() is not None


@dataclass(frozen=True)
class Year:
    """``sessions`` and ``minutes`` attended in ``year``."""

    year: int
    sessions: int
    minutes: int


def years_of(user) -> list[Year]:
    """The years in which ``user`` attended something, the last first. Two queries."""
    sessions, minutes = Counter(), Counter()
    for event in EventPage.objects.filter(registrations__in=_present(user)).only("start", "end"):
        year = timezone.localdate(event.start, _paris()).year
        sessions[year] += 1
        minutes[year] += event.minutes
    for record in AttendanceRecord.objects.filter(user=user):
        sessions[record.date.year] += 1
        minutes[record.date.year] += record.minutes
    return [Year(year, sessions[year], minutes[year]) for year in sorted(sessions, reverse=True)]


def attended_in(user, year: int) -> list[Attended]:
    """What ``user`` attended in ``year``, in order. A constant number of queries."""
    start, end = bounds(year)
    mine = _present(user).filter(event__start__gte=start, event__start__lt=end)
    lines = _with_events(mine)
    lines += [
        Attended(date=record.date, minutes=record.minutes)
        for record in AttendanceRecord.objects.filter(user=user, date__year=year)
    ]
    return sorted(lines, key=lambda line: line.date)


def training_of(user, pk: int) -> list[Attended]:
    """The dates of one training that ``user`` attended: that of registration ``pk``, with those of its cycle.

    Empty where it is not hers, or where nothing is attested of it.
    """
    asked = _present(user).filter(pk=pk).select_related("event").first()
    if asked is None:
        return []
    mine = _present(user)
    cycle = asked.event.cycle_id
    mine = mine.filter(event__cycle=cycle) if cycle else mine.filter(pk=pk)
    dates = _with_events(mine)
    if not any(date.registration.pk == pk and date.gives_certificate for date in dates):
        return []
    return sorted((date for date in dates if date.gives_certificate), key=lambda line: line.event.start)


def bounds(year: int) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of ``year`` in Paris, and that of the next."""
    return tuple(dt.datetime(number, 1, 1, tzinfo=_paris()) for number in (year, year + 1))


def _paris() -> dt.tzinfo:
    """Whatever the time zone of who reads: a year is the network's."""
    return timezone.get_default_timezone()


def _present(user):
    """What ``user`` was noted present at; a session that was cancelled afterwards counts for nothing."""
    return Registration.objects.confirmed().filter(
        user=user, attendance=Registration.Attendance.PRESENT, event__state__cancelled_at=None
    )


def _with_events(registrations) -> list[Attended]:
    """``registrations`` with their events in their own type, with the name of their centre."""
    rows = {row.event_id: row for row in registrations}
    events = annotate_centre(EventPage.objects.filter(pk__in=rows)).order_by("start", "pk").specific()
    return [
        Attended(
            date=timezone.localdate(event.start, _paris()),
            minutes=event.minutes,
            event=event,
            registration=rows[event.pk],
        )
        for event in events
    ]
