"""What the past sessions of the demonstration left: answers, hours, a sheet kept, and the year before."""

from __future__ import annotations

import datetime as dt
import random

from django.contrib.auth import get_user_model
from django.utils import timezone

from portal.registrations.models import (
    AttendanceRecord,
    Evaluation,
    EventPage,
    EventState,
    Registration,
    YearFigures,
)
from portal.registrations.services import figures_of
from portal.registrations.services.evidence import mark_as_evidence

from .people import ACCOUNTS
from .reading import yaml_list

#: What the adviser followed too, beside the café that she still has to evaluate.
ATTENDED = (
    "lire-des-comptes-associatifs-quand-ca-va-mal",
    "demander-un-delai-urssaf-ccsf",
    "les-dix-jours-avant-la-paie",
)
KEPT_AS_EVIDENCE = "lire-des-comptes-associatifs-quand-ca-va-mal"
#: The year before is this year, smaller.
BEFORE = 0.7


def load_afterwards(*, now: dt.datetime) -> None:
    """Write what people answered and attended, as it would have been left; no message leaves."""
    User = get_user_model()
    adviser, editor = (User.objects.get(email=ACCOUNTS[kind]) for kind in ("conseillere", "redaction"))
    for event in EventPage.objects.filter(slug__in=ATTENDED):
        _attended(event, adviser)
    _answers(adviser, now=now)
    training = EventPage.objects.get(slug=KEPT_AS_EVIDENCE)
    mark_as_evidence(
        event=training,
        until=timezone.localdate(training.end) + dt.timedelta(days=5 * 365),
        reason="Formation cofinancée : la feuille est gardée pour le financeur (démonstration).",
        by=editor,
        now=now,
    )
    _year_before(adviser, now=now)


def _attended(event: EventPage, user) -> None:
    made = event.start - dt.timedelta(days=9)
    Registration.objects.create(
        event=event,
        user=user,
        state=Registration.State.CONFIRMED,
        attendance=Registration.Attendance.PRESENT,
        rule=event.confidentiality,
        rule_version="1",
        created_at=made,
        confirmed_at=made,
    )


def _answers(adviser, *, now: dt.datetime) -> None:
    """Four people in five answered each session; the adviser has yet to, for the latest."""
    chance, texts = random.Random(2026), yaml_list("avis.yaml")
    present = Registration.objects.confirmed().filter(
        event__end__lte=now, event__evaluated=True, attendance=Registration.Attendance.PRESENT
    )
    latest = present.filter(user=adviser).order_by("-event__end").first()
    answered = [row for row in present.order_by("pk") if row != latest and row.pk % 5]
    for row in answered:
        row.has_evaluated = True
    Registration.objects.bulk_update(answered, ["has_evaluated"])
    Evaluation.objects.bulk_create(
        Evaluation(
            event_id=row.event_id,
            useful=chance.choices(Evaluation.Useful.values, weights=[1, 3, 10, 12])[0],
            will_try=chance.choice(texts["essayer"]) if chance.random() < 0.6 else "",
            to_change=chance.choice(texts["changer"]) if chance.random() < 0.3 else "",
        )
        for row in answered
    )
    for event in EventPage.objects.filter(end__lte=now, evaluated=True):
        EventState.objects.filter(event=event).update(evaluation_sent_at=event.end + dt.timedelta(hours=1))


def _year_before(adviser, *, now: dt.datetime) -> None:
    """The year before the first session of the demonstration: frozen figures, and hours without a title."""
    first = EventPage.objects.order_by("start").values_list("start", flat=True).first()
    year = timezone.localdate(first).year - 1
    YearFigures.objects.create(
        year=year,
        figures=_smaller(figures_of(year=year + 1, now=now), year),
        frozen_at=dt.datetime(year + 1, 1, 12, 4, tzinfo=timezone.get_default_timezone()),
    )
    AttendanceRecord.objects.bulk_create(
        AttendanceRecord(user=adviser, date=dt.date(year, month, day), minutes=minutes)
        for month, day, minutes in ((3, 13, 90), (6, 5, 75), (11, 20, 180))
    )


def _smaller(figures: dict, year: int) -> dict:
    """``figures`` scaled down, with totals that still add up."""
    for table in ("kinds", "themes", "centres", "regions"):
        for row in figures[table]:
            for name, value in row.items():
                if name not in ("label", "roster"):
                    row[name] = round(value * BEFORE)
    for name in ("sessions", "registrations", "presences"):
        figures[name] = sum(row[name] for row in figures["kinds"])
    figures["people"] = sum(row["people"] for row in figures["regions"])
    figures["minutes"] = round(figures["minutes"] * BEFORE)
    figures["registrations_noted"] = figures["registrations"]
    return {
        **figures,
        "year": year,
        "sessions_without_attendance": 0,
        "sessions_elsewhere": 0,
        "evidence": {"sessions": 0, "signatures": 0},
    }
