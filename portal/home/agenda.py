"""The two faces of the agenda: a list that people read, by month and week, and a month that people scan."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils import formats, timezone

PARIS = ZoneInfo("Europe/Paris")
#: How far back the months are turned.
YEARS_BACK = 2


@dataclass
class Day:
    date: dt.date
    in_month: bool
    is_today: bool
    events: list = field(default_factory=list)


@dataclass(frozen=True)
class Bounds:
    """The first and the last month (their first days) that lead somewhere."""

    first: dt.date
    last: dt.date


@dataclass
class Month:
    first: dt.date
    weeks: list[list[Day]]
    bounds: Bounds

    @property
    def previous(self) -> str:
        """The month before, or the last one that leads somewhere; "" where there is nothing before."""
        if self.first <= self.bounds.first:
            return ""
        return min(_month_of(self.first - dt.timedelta(days=1)), self.bounds.last).strftime("%Y-%m")

    @property
    def following(self) -> str:
        """The month after, or the first one that leads somewhere; "" where there is nothing after."""
        if self.first >= self.bounds.last:
            return ""
        return max(_month_of(self.first + dt.timedelta(days=31)), self.bounds.first).strftime("%Y-%m")

    @property
    def is_empty(self) -> bool:
        return not any(day.events for week in self.weeks for day in week if day.in_month)


@dataclass
class Week:
    """Events of one week, in the order they came; ``label`` says which week it is for a reader."""

    monday: dt.date
    label: str
    events: list = field(default_factory=list)


@dataclass
class ListedMonth:
    """Events of one month in the list, by week."""

    first: dt.date
    weeks: list[Week] = field(default_factory=list)


def by_month(events, *, today: dt.date) -> list[ListedMonth]:
    """Group ``events``, already in order (either way), by the month and week they start in, Paris time."""
    months: list[ListedMonth] = []
    for event in events:
        date = timezone.localtime(event.start).date()
        first, monday = date.replace(day=1), date - dt.timedelta(days=date.weekday())
        if not months or months[-1].first != first:
            months.append(ListedMonth(first))
        weeks = months[-1].weeks
        if not weeks or weeks[-1].monday != monday:
            weeks.append(Week(monday, _week_label(monday, today)))
        weeks[-1].events.append(event)
    return months


def _week_label(monday: dt.date, today: dt.date) -> str:
    """« Cette semaine », « La semaine prochaine », « Semaine du 7 décembre »."""
    this_monday = today - dt.timedelta(days=today.weekday())
    near = {-7: "La semaine dernière", 0: "Cette semaine", 7: "La semaine prochaine"}
    if label := near.get((monday - this_monday).days):
        return label
    number = "1er" if monday.day == 1 else monday.day
    return f"Semaine du {number} {formats.date_format(monday, 'F')}"


def parse_month(text: str | None) -> dt.date | None:
    """Return the first day of the month "2026-11", or None for anything else."""
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text or "")
    return dt.date(int(match[1]), int(match[2]), 1) if match else None


def bounds_of(first: dt.datetime | None, last: dt.datetime | None, *, today: dt.date) -> Bounds:
    """Return the months between which the agenda is turned: those of the events, this one among them.

    ``first`` starts the first event, ``last`` ends the last one (None: there is no event). Not further back than
    two years, so that a robot, or a thumb, comes to an end.
    """
    this_month = _month_of(today)
    furthest = this_month.replace(year=this_month.year - YEARS_BACK)
    began = _month_of(timezone.localtime(first).date()) if first else this_month
    ends = _month_of(timezone.localtime(last).date()) if last else this_month
    return Bounds(min(max(began, furthest), this_month), max(ends, this_month))


def _month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def month_grid(first: dt.date, events: list, *, today: dt.date, bounds: Bounds) -> Month:
    """Lay ``events`` out on the weeks (from Monday) of the month of ``first``, by Paris date."""
    weeks = [
        [Day(date, date.month == first.month, date == today) for date in week]
        for week in calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    ]
    by_date = {day.date: day for week in weeks for day in week}
    for event in events:
        # An event that ends at midnight does not touch the next day.
        end = max(event.start, event.end - dt.timedelta(seconds=1))
        day, last = timezone.localtime(event.start).date(), timezone.localtime(end).date()
        while day <= last:
            if day in by_date:
                by_date[day].events.append(event)
            day += dt.timedelta(days=1)
    return Month(first, weeks, bounds)
