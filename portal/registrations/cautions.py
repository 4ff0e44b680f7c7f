"""What an organiser is warned of and decides: a night somewhere, no way in, a title that tells another day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.base.templatetags.portal_tags import NBSP, ZONE_PLACES
from portal.themes.models import Region

from .models import EventPage
from .titles import dated_title, undated_title

#: Local hours between which a session is held without a word: outside of them, it is night for someone.
DAY_BEGINS, DAY_ENDS = dt.time(7), dt.time(20)


@dataclass(frozen=True)
class Caution:
    """``is_mild``: worth knowing, and nothing to do about it."""

    sentence: str
    is_mild: bool = False


def zones_invited(event: EventPage) -> list[str]:
    """The time zones of the regions that ``event`` invites, all of them where it names none; one query.

    None for a session that is held in one place alone: who comes is there.
    """
    if event.place and not event.meeting_url:
        return []
    zones = [region.time_zone for region in event.regions.all()]
    zones = zones or Region.objects.values_list("time_zone", flat=True)
    return list(dict.fromkeys(zones))


def nights(start: dt.datetime, end: dt.datetime, zones: Iterable[str]) -> list[str]:
    """Say, for each of ``zones`` (IANA) where it begins or ends outside of 7 h–20 h, the hour there.

    « 5 h 30 à Cayenne ». ``start`` and ``end`` are aware; an unknown zone is passed over.
    """
    found = []
    for name in zones:
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        local = start.astimezone(zone)
        clocks = (local.time(), end.astimezone(zone).time())
        if any(clock < DAY_BEGINS or clock > DAY_ENDS for clock in clocks):
            found.append(f"{_hour(local)} {ZONE_PLACES.get(name, f'à {_city(name)}')}")
    return found


def night_caution(event: EventPage) -> Caution | None:
    """Return what to say of ``event`` where it falls in the night for someone invited; mild for the whole network."""
    found = nights(event.start, event.end, zones_invited(event))
    if not found:
        return None
    hours = f"au début, il sera {enumeration(found)}"
    if list(event.regions.all()):
        return Caution(f"Hors de 7{NBSP}h – 20{NBSP}h pour une région invitée{NBSP}: {hours}.")
    return Caution(f"Toutes les régions sont invitées{NBSP}: {hours}.", is_mild=True)


def cautions_about(event: EventPage, *, now: dt.datetime) -> list[Caution]:
    """What to tell whoever organises ``event``, as just saved; nothing where it is past or cancelled."""
    if event.is_past(now) or event.is_cancelled:
        return []
    found = []
    here = event.registration_mode == EventPage.RegistrationMode.HERE
    if here and not (event.place or event.meeting_url or event.meeting_phone):
        found.append(
            Caution("Ni lieu, ni lien de visio\u00a0: les personnes inscrites ne sauraient pas où aller.")
        )
    if event.title != undated_title(event.title):
        expected = dated_title(event.title, event.start, event.time_zone)
        if event.title != expected:
            found.append(
                Caution(f"Le titre dit un autre jour que la date\u00a0: «{NBSP}{expected}{NBSP}»\u00a0?")
            )
    if night := night_caution(event):
        found.append(night)
    return found


def enumeration(words: list[str]) -> str:
    """« a », « a et b », « a, b et c »."""
    *first, last = words
    return f"{', '.join(first)} et {last}" if first else last


def _hour(local: dt.datetime) -> str:
    """« 9 h 30 », on the clock that ``local`` tells."""
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}" if local.minute else f"{local.hour}{NBSP}h"


def _city(zone_name: str) -> str:
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")
