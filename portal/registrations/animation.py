"""What the page of who runs a session shows: who comes, in which hour, to do what; and what to be wary of."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist

from portal.base.templatetags.portal_tags import local_hours
from portal.members.models import Profile

from .models import EventPage, Registration

#: What a phone can dial at the start of « 01 23 45 67 89, code 1234 ».
DIALLED = re.compile(r"\+?\d[\d\s.\u00a0()-]{5,}\d")


@dataclass(frozen=True)
class Person:
    """Someone with a seat. ``question`` is "" for whoever may not read it; ``clock``: her own hour, overseas."""

    registration: Registration
    name: str
    function: str
    structure: str
    region: str
    clock: str
    question: str

    @property
    def attendance(self) -> str:
        return self.registration.attendance


@dataclass(frozen=True)
class Count:
    """Who is there, out of who has a seat."""

    total: int
    present: int
    absent: int

    @property
    def unknown(self) -> int:
        return self.total - self.present - self.absent

    @property
    def sentence(self) -> str:
        """« 7 présences sur 12, 5 à noter »."""
        there = f"{self.present}\u00a0présence{'s' if self.present > 1 else ''} sur {self.total}"
        return f"{there}, {self.unknown}\u00a0à noter" if self.unknown else there


def people_of(event: EventPage, *, reads_situations: bool) -> list[Person]:
    """Return who has a seat at ``event``, in order of name. One query, however many they are."""
    rows = (
        event.registrations.confirmed()
        .filter(user__isnull=False)
        .select_related("user__profile__region")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    return [_person(row, event, reads_situations=reads_situations) for row in rows]


def _person(row: Registration, event: EventPage, *, reads_situations: bool) -> Person:
    try:
        profile = row.user.profile
    except ObjectDoesNotExist:
        profile = Profile(user=row.user)
    region = profile.region
    return Person(
        registration=row,
        name=str(row.user),
        function=profile.get_fonction_display(),
        structure=profile.structure,
        region=str(region) if region else "",
        clock=local_hours(event.start, region.time_zone) if region else "",
        question=row.question if reads_situations else "",
    )


def count_of(people: list[Person]) -> Count:
    """Count ``people`` by what is noted of them."""
    noted = [person.attendance for person in people]
    return Count(
        len(noted),
        noted.count(Registration.Attendance.PRESENT),
        noted.count(Registration.Attendance.ABSENT),
    )


def warnings_about(event: EventPage, people: list[Person]) -> list[str]:
    """Return what does not go well yet with the group of ``event`` (in its own type), in French sentences."""
    found = []
    if event.smallest_group and len(people) < event.smallest_group:
        found.append(
            f"Le groupe compte {len(people)}\u00a0personne{'s' if len(people) > 1 else ''}\u00a0: "
            f"il en faut {event.smallest_group} au moins pour que la méthode tienne."
        )
    if event.asks_role and people and not any(_is_client(person) for person in people):
        found.append("Personne n’apporte de situation pour l’instant\u00a0: prévoyez d’en faire émerger une.")
    return found


def _is_client(person: Person) -> bool:
    return person.registration.role == Registration.Role.CLIENT


def dialled(phone: str) -> str:
    """Return the number of ``phone`` as a tel: address takes it, "" where none is recognised."""
    found = DIALLED.search(phone)
    return re.sub(r"[^\d+]", "", found.group()) if found else ""


@dataclass(frozen=True)
class TimedStep:
    """A step of the run sheet and the hours it runs between."""

    label: str
    minutes: int
    note: str
    start: dt.datetime
    end: dt.datetime


def timed_steps(event: EventPage) -> list[TimedStep]:
    """Return the steps of ``event`` (in its own type), one after the other from its start."""
    steps, at = [], event.start
    for step in event.run_sheet():
        end = at + dt.timedelta(minutes=step.minutes)
        steps.append(TimedStep(step.label, step.minutes, step.note, at, end))
        at = end
    return steps
