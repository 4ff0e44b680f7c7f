"""The dates of a series, laid out before anything is written: rhythm, days off, hours that alternate, nights."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from portal.base.daysoff import (
    NATIONAL,
    TERRITORIES,
    public_holidays,
    school_holiday,
    school_holidays_known_until,
)
from portal.base.templatetags.portal_tags import NBSP, short_date
from portal.registrations.cautions import nights

from . import refusals

#: Pages made in one transaction: SQLite has one writer, which must not be held for long.
MOST_DATES = 30
#: Weeks between two dates, at the most.
MOST_WEEKS = 52
#: How far ahead a series goes: beyond, nobody's diary is open.
HORIZON = dt.timedelta(days=3 * 366)


class SeriesRefused(refusals.RegistrationRefused):
    sentence = "Cette série n’a pas pu être créée."


@dataclass(frozen=True)
class Rhythm:
    """What an organiser asks for.

    ``every`` is in weeks, ``weekday`` counts from 0 (Monday), ``hours`` are local and alternate, the one of the
    model event first. The series stops after ``count`` dates kept or at ``until``, whichever comes first.
    ``first_day``: the earliest day; without it, ``every`` weeks after the model event. ``territories`` are keys
    of ``portal.base.daysoff.TERRITORIES``, ``school_zones`` letters.
    """

    every: int
    weekday: int
    hours: tuple[dt.time, ...]
    count: int | None = None
    until: dt.date | None = None
    first_day: dt.date | None = None
    skips_public_holidays: bool = True
    territories: tuple[str, ...] = ()
    school_zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedDate:
    """A date of the series; ``reasons`` say why it is skipped, ``nights`` where it is night."""

    start: dt.datetime
    end: dt.datetime
    reasons: tuple[str, ...] = ()
    nights: tuple[str, ...] = ()

    @property
    def is_kept(self) -> bool:
        return not self.reasons

    @property
    def key(self) -> str:
        """What a form sends back: the local day and hour."""
        return self.start.strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class Plan:
    """Every date laid out, skipped ones included, and ``notes`` on what the plan could not know or reach."""

    dates: tuple[PlannedDate, ...]
    notes: tuple[str, ...] = ()

    @property
    def kept(self) -> list[PlannedDate]:
        return [date for date in self.dates if date.is_kept]


def plan_series(
    *, start: dt.datetime, end: dt.datetime, time_zone: str, rhythm: Rhythm, zones=(), now: dt.datetime
) -> Plan:
    """Lay out the dates that follow a model event (``start`` and ``end``, aware); reads and writes no database.

    Hours are those of ``time_zone`` and stay the same when clocks change; each date lasts as long as the model
    on the clock. Dates to come only. ``zones`` (IANA) are those invited, for the nights. A date kept takes the
    next hour of the alternation; a skipped one shows that hour and leaves it to the next.
    Raises SeriesRefused where what is asked makes no sense.
    """
    zone = ZoneInfo(time_zone)
    local_start = start.astimezone(zone)
    # On the clock, not elapsed: a session from 9 h 30 to 11 h stays one on the day the clocks change.
    lasts = end.astimezone(zone).replace(tzinfo=None) - local_start.replace(tzinfo=None)
    today = now.astimezone(zone).date()
    last_day = today + HORIZON
    _check(rhythm, lasts, local_start.date(), today=today, last_day=last_day)
    if rhythm.until:
        last_day = min(last_day, rhythm.until)
    most = min(rhythm.count or MOST_DATES, MOST_DATES)
    dates: list[PlannedDate] = []
    kept = 0
    for day in _days(local_start.date(), rhythm, today=today, last_day=last_day):
        # The model is the first of the alternation where the series follows it.
        turn = kept if rhythm.first_day else kept + 1
        begins = dt.datetime.combine(day, rhythm.hours[turn % len(rhythm.hours)])
        date = _planned(begins, begins + lasts, zone, rhythm, zones)
        if date.start <= now:
            continue
        dates.append(date)
        kept += date.is_kept
        if kept == most:
            break
    return Plan(tuple(dates), tuple(_notes(rhythm, dates, kept, today + HORIZON)))


def _check(
    rhythm: Rhythm, lasts: dt.timedelta, model_day: dt.date, *, today: dt.date, last_day: dt.date
) -> None:
    if not 1 <= rhythm.every <= MOST_WEEKS:
        raise SeriesRefused(f"Choisissez un rythme de 1 à {MOST_WEEKS} semaines.")
    if rhythm.weekday not in range(7) or not rhythm.hours:
        raise SeriesRefused("Choisissez un jour de la semaine et une heure.")
    if rhythm.count is None and rhythm.until is None:
        raise SeriesRefused("Dites combien de dates, ou jusqu’à quand.")
    if rhythm.count is not None and not 1 <= rhythm.count <= MOST_DATES:
        raise SeriesRefused(f"Une série compte de 1 à {MOST_DATES} dates.")
    if lasts <= dt.timedelta(0):
        raise SeriesRefused(f"La fin du rendez-vous modèle vient avant son début{NBSP}: corrigez-la d’abord.")
    begins = rhythm.first_day or model_day
    if begins > last_day:
        raise SeriesRefused("Cette série commencerait dans plus de trois ans.")
    if rhythm.until and rhythm.until < max(begins, today):
        raise SeriesRefused("La série finirait avant de commencer.")


def _days(model_day: dt.date, rhythm: Rhythm, *, today: dt.date, last_day: dt.date) -> Iterator[dt.date]:
    """The days of the series to come, in step with the model's week (or from ``first_day`` on)."""
    step = dt.timedelta(weeks=rhythm.every)
    if rhythm.first_day:
        begins = max(rhythm.first_day, today)
        day = begins + dt.timedelta(days=(rhythm.weekday - begins.weekday()) % 7)
    else:
        monday = model_day - dt.timedelta(days=model_day.weekday())
        day = monday + dt.timedelta(days=rhythm.weekday) + step
        if day < today:
            day += step * math.ceil((today - day) / step)
    while day <= last_day:
        yield day
        day += step


def _planned(
    begins: dt.datetime, ends: dt.datetime, zone: ZoneInfo, rhythm: Rhythm, zones: Iterable[str]
) -> PlannedDate:
    """``begins`` and ``ends`` are naive, on the clocks of ``zone``."""
    start, end = begins.replace(tzinfo=zone), ends.replace(tzinfo=zone)
    reasons: list[str] = []
    day = begins.date()
    while day <= ends.date():
        reasons += [reason for reason in _reasons(day, rhythm) if reason not in reasons]
        day += dt.timedelta(days=1)
    return PlannedDate(start, end, tuple(reasons), tuple(nights(start, end, zones)))


def _reasons(day: dt.date, rhythm: Rhythm) -> Iterator[str]:
    """Why nothing is held on ``day``."""
    national = public_holidays(day.year, NATIONAL)
    if rhythm.skips_public_holidays and day in national:
        yield f"férié ({national[day]})"
    for key in rhythm.territories:
        local = public_holidays(day.year, key)
        if day in local and day not in national:
            yield f"férié pour {TERRITORIES[key].label} ({local[day]})"
    by_name: dict[str, list[str]] = {}
    for zone in rhythm.school_zones:
        if name := school_holiday(day, zone):
            by_name.setdefault(name, []).append(zone)
    for name, letters in by_name.items():
        yield f"{name[0].lower()}{name[1:]} (zone{'s' if len(letters) > 1 else ''} {', '.join(letters)})"


def _notes(rhythm: Rhythm, dates: list[PlannedDate], kept: int, horizon: dt.date) -> Iterator[str]:
    if rhythm.school_zones:
        known_until = school_holidays_known_until()
        if dates and dates[-1].end.date() > known_until:
            yield (
                f"Les vacances scolaires sont connues jusqu’au {short_date(known_until)}{NBSP}: "
                "après, aucune date n’est sautée pour elles."
            )
        yield (
            "La Corse et l’outre-mer ont leurs propres vacances scolaires, que le portail ne connaît pas"
            f"{NBSP}: vérifiez-les si vous y invitez."
        )
    if rhythm.count and kept < rhythm.count and not rhythm.until:
        yield f"Une série s’arrête à trois ans, le {short_date(horizon)}{NBSP}: il y a moins de dates que demandé."
    if kept == MOST_DATES and not rhythm.count:
        yield f"Une série compte {MOST_DATES} dates au plus{NBSP}: créez la suite depuis la dernière."
