"""What is brought to sessions, by theme and by month: what is left of a difficulty once its text is gone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncMonth

from portal.themes.models import Theme

from .hours import bounds
from .models import EventPage, Registration


@dataclass(frozen=True)
class ThemeDifficulties:
    """``months``: how many were brought in each of the twelve; a session with two themes counts in both."""

    theme: str
    months: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.months)


def difficulties_by_theme(year: int) -> list[ThemeDifficulties]:
    """Count the difficulties brought to the sessions of ``year`` (Paris time), the most frequent theme first.

    Read from what is never erased: that something was brought, and the session's date and themes. Whoever gave
    her seat back brought nothing; the dates of a cycle, registered for at once, are one difficulty. Two queries.
    """
    start, end = bounds(year)
    counted = (
        _brought(start, end)
        .annotate(month=TruncMonth("event__start", tzinfo=start.tzinfo))
        .order_by()
        .values("event__themes", "month")
        .annotate(number=Count("pk"))
        .values_list("event__themes", "month", "number")
    )
    by_theme: dict[int, list[int]] = {}
    for theme, month, number in counted:
        by_theme.setdefault(theme, [0] * 12)[month.month - 1] += number
    labels = dict(Theme.objects.filter(pk__in=by_theme).values_list("pk", "label"))
    found = [ThemeDifficulties(labels[pk], tuple(months)) for pk, months in by_theme.items()]
    return sorted(found, key=lambda one: (-one.total, one.theme))


def sessions_by_theme(*, start: dt.datetime, end: dt.datetime) -> dict[int, frozenset[int]]:
    """Return, by theme, the sessions that began between ``start`` and ``end`` (aware) and were brought something.

    Keys of themes and of events, for whoever counts: a session of two themes is in both. One query.
    """
    pairs = _brought(start, end).order_by().values_list("event__themes", "event").distinct()
    found: dict[int, set[int]] = {}
    for theme, event in pairs:
        found.setdefault(theme, set()).add(event)
    return {theme: frozenset(events) for theme, events in found.items()}


def _brought(start: dt.datetime, end: dt.datetime):
    """The registrations by which something was brought to a session of a theme, from ``start`` to before ``end``."""
    earlier = EventPage.objects.filter(cycle=OuterRef("event__cycle"), start__lt=OuterRef("event__start"))
    return (
        Registration.objects.active()
        .filter(Q(brought_situation=True) | ~Q(question=""))
        .filter(event__start__gte=start, event__start__lt=end, event__themes__isnull=False)
        .exclude(Exists(earlier))
    )
