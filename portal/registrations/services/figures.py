"""The figures of a year: computed, then frozen once before the first name of that year is taken off.

Counts and labels only, no name: what is frozen can be kept for ever. Years, days and hours are those of Paris.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.centres.models import annotate_centre
from portal.members.models import RosterEntry
from portal.registrations.hours import bounds
from portal.registrations.models import (
    AttendanceRecord,
    EventPage,
    EventState,
    Registration,
    SheetLine,
    YearFigures,
)

from .refusals import YearNotOver

#: Raised when the shape of the frozen figures changes: the former ones stay as they were frozen.
VERSION = 1
NO_REGION = "Région non indiquée"
NO_THEME = "Sans thème"
NO_CENTRE = "Sans centre"


@dataclass(frozen=True)
class _Held:
    """A session that took place, and what was noted of it."""

    event: EventPage
    kind: str
    registrations: int
    presences: int
    #: Those whose registration still says who.
    named: int
    attendance_noted: bool


@dataclass(frozen=True)
class _Expected:
    """The people that the network is made of, with or without an account, and the region of each account."""

    basis: str
    region_of: dict[int, str]
    by_region: Counter


def figures_for(*, year: int, now: dt.datetime) -> tuple[dict, dt.datetime | None]:
    """Return the figures of ``year`` and when they were frozen; None: they are live, and provisional."""
    frozen = YearFigures.objects.filter(year=year).first()
    if frozen:
        return frozen.figures, frozen.frozen_at
    return figures_of(year=year, now=now), None


@transaction.atomic
def freeze_year(*, year: int, now: dt.datetime) -> YearFigures:
    """Write the figures of ``year`` once; the first writing stays, whatever happens to the rows afterwards.

    Raises YearNotOver until it is over in Paris.
    """
    if now < bounds(year)[1]:
        raise YearNotOver(year)
    frozen = YearFigures.objects.filter(year=year).first()
    if frozen:
        return frozen
    figures = figures_of(year=year, now=now)
    return YearFigures.objects.get_or_create(year=year, defaults={"figures": figures, "frozen_at": now})[0]


def figures_of(*, year: int, now: dt.datetime) -> dict:
    """Count what took place in ``year``, up to ``now``. A constant number of queries; ready for JSON.

    A session counts once it is over, unless it was cancelled, or left the site without anyone noted present.
    People are counted once each, hours are the sum of durations × presences, in minutes.
    """
    held = _held_in(year, now=now)
    reached = _people_in(year, [session.event.pk for session in held])
    expected = _expected()
    inside = reached & expected.region_of.keys()
    noted = [session for session in held if session.attendance_noted]
    return {
        "version": VERSION,
        "year": year,
        "sessions": len(held),
        "sessions_without_attendance": sum(
            not session.attendance_noted and session.registrations > 0 for session in held
        ),
        "sessions_elsewhere": sum(
            session.event.registration_mode != EventPage.RegistrationMode.HERE for session in held
        ),
        "roster_basis": expected.basis,
        "roster": expected.by_region.total(),
        "people": len(inside),
        "people_outside": len(reached) - len(inside),
        "registrations": sum(session.registrations for session in held),
        "presences": sum(session.presences for session in held),
        "registrations_noted": sum(session.registrations for session in noted),
        "minutes": sum(session.presences * session.event.minutes for session in held),
        "evidence": _evidence(held, now=now),
        "kinds": _by(held, lambda session: [session.kind]),
        "themes": _by(
            held, lambda session: [theme.label for theme in session.event.themes.all()] or [NO_THEME]
        ),
        "centres": _by(held, lambda session: [session.event.centre_title or NO_CENTRE]),
        "regions": _by_region(expected, inside),
    }


def _held_in(year: int, *, now: dt.datetime) -> list[_Held]:
    start, end = bounds(year)
    someone_came = Registration.objects.filter(
        event=OuterRef("pk"), attendance=Registration.Attendance.PRESENT
    )
    over = EventPage.objects.not_cancelled().filter(start__gte=start, start__lt=end, end__lte=now)
    took_place = over.filter(live=True) | over.filter(Exists(someone_came))
    events = list(annotate_centre(took_place).prefetch_related("themes").order_by("start", "pk"))
    kinds = {page.pk: page.kind_label for page in EventPage.objects.filter(pk__in=events).specific()}
    registered, present, named, noted = Counter(), Counter(), Counter(), set()
    rows = Registration.objects.confirmed().filter(event__in=events)
    for event_id, user_id, attendance in rows.values_list("event_id", "user_id", "attendance"):
        came = attendance == Registration.Attendance.PRESENT
        registered[event_id] += 1
        present[event_id] += came
        named[event_id] += came and user_id is not None
        if attendance:
            noted.add(event_id)
    return [
        _Held(
            event=event,
            kind=kinds[event.pk],
            registrations=registered[event.pk],
            presences=present[event.pk],
            named=named[event.pk],
            attendance_noted=event.pk in noted,
        )
        for event in events
    ]


def _people_in(year: int, events: list[int]) -> set[int]:
    """Who was present; where a name was taken off already, the day kept of it says that the person came."""
    present = Registration.objects.confirmed().filter(
        event__in=events, attendance=Registration.Attendance.PRESENT, user__isnull=False
    )
    kept = AttendanceRecord.objects.filter(date__year=year)
    return {*present.values_list("user_id", flat=True), *kept.values_list("user_id", flat=True)}


def _expected() -> _Expected:
    """Of its roster; of its approved members where no roster was imported. Two queries."""
    entries = list(RosterEntry.objects.values_list("user_id", "region__label"))
    basis = "liste" if entries else "comptes"
    if not entries:
        entries = list(get_user_model().objects.approved().values_list("pk", "profile__region__label"))
    regions = [(user, label or NO_REGION) for user, label in entries]
    return _Expected(
        basis=basis,
        region_of={user: label for user, label in regions if user is not None},
        by_region=Counter(label for _, label in regions),
    )


def _by_region(expected: _Expected, reached: set[int]) -> list[dict]:
    people = Counter(expected.region_of[pk] for pk in reached)
    labels = sorted(expected.by_region, key=lambda label: (label == NO_REGION, _without_accents(label)))
    return [
        {"label": label, "people": people[label], "roster": expected.by_region[label]} for label in labels
    ]


def _without_accents(label: str) -> str:
    """``label`` as it is sorted in French: « Île-de-France » is under I."""
    return unicodedata.normalize("NFD", label).encode("ascii", "ignore").decode().lower()


def _by(held: list[_Held], labels_of) -> list[dict]:
    """``held`` counted by what ``labels_of`` says of each; a session may be under several."""
    rows = defaultdict(Counter)
    for session in held:
        for label in labels_of(session):
            rows[label].update(sessions=1, registrations=session.registrations, presences=session.presences)
    ordered = sorted(rows.items(), key=lambda item: (-item[1]["sessions"], _without_accents(item[0])))
    return [
        {"label": label, **{name: count[name] for name in ("sessions", "registrations", "presences")}}
        for label, count in ordered
    ]


def _evidence(held: list[_Held], *, now: dt.datetime) -> dict:
    """The sessions whose sign-in sheet is kept for a funder at ``now``, and how many people are on these sheets.

    A name is on the registration or, once it is taken off there, on the sheet: see ``services.evidence``.
    """
    today = timezone.localdate(now, timezone.get_default_timezone())
    states = EventState.objects.filter(event__in=[session.event.pk for session in held])
    kept = set(states.filter(evidence_until__gte=today).values_list("event_id", flat=True))
    named = sum(session.named for session in held if session.event.pk in kept)
    return {
        "sessions": len(kept),
        "signatures": named + SheetLine.objects.filter(event__in=kept).count(),
    }
