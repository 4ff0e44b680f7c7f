"""What a list shows of an event. Four queries, whatever the number of events; one more where there is a cycle."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Count, F
from django.utils import timezone

from portal.base.addresses import address_of
from portal.base.audience import Audience
from portal.base.cards import Listing
from portal.base.prepared import prepared
from portal.centres.models import titles_of_centres

from .registrations import Registration

COLUMNS = (
    "pk", "path", "url_path", "title", "summary", "audience", "start", "end", "time_zone", "place",
    "registration_mode", "open_to_pending", "confidentiality", "capacity", "cycle_id", "state__cancelled_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventCard:
    """One row of a list of sessions; its names are those of ``EventPage``, as templates read them.

    ``seats_on_card`` is what the fullest coming date of the cycle has left, None without a limit; ``theme`` is
    the first it is filed under. ``capacity_on_card`` is what the bar of seats is drawn of: None without a limit, and
    in a cycle, whose dates have several.
    """

    pk: int
    title: str
    url: str
    summary: str
    kind: str
    kind_label: str
    theme: str
    centre_name: str
    is_reserved: bool
    start: dt.datetime
    end: dt.datetime
    time_zone: str
    place: str
    is_past: bool
    is_cancelled: bool
    registration_mode: str
    open_to_pending: bool
    seats_on_card: int | None
    capacity_on_card: int | None
    number_waiting: int
    replay_minutes: int | None
    has_transcript: bool

    @property
    def is_online(self) -> bool:
        return not self.place


class EventListing(Listing):
    def columns(self) -> tuple[tuple[str, ...], dict]:
        expressions = {}
        for link, kind in _kinds(self.model).items():
            expressions |= kind.card_columns(f"{link}__" if link else "")
            if link:
                expressions[f"is_{link}"] = F(link)
        return COLUMNS, expressions

    def cards(self, rows: list[dict]) -> list[EventCard]:
        now, kinds = timezone.now(), _kinds(self.model)
        left, waiting, in_cycles = _seats(rows, now)
        keys = [row["pk"] for row in rows]
        # The first of each event comes last, and stays.
        themes = {row["eventpage_id"]: row["theme__label"] for row in _themes_backwards(keys=keys)}
        centres = titles_of_centres([row["path"] for row in rows])
        cards = []
        for row in rows:
            key = row["pk"]
            row["is_past"], row["is_cancelled"] = row["end"] <= now, bool(row["state__cancelled_at"])
            kind = next((kind for link, kind in kinds.items() if not link or row[f"is_{link}"]), self.model)
            cards.append(
                EventCard(
                    pk=key,
                    title=row["title"],
                    url=address_of(row["url_path"]),
                    summary=row["summary"],
                    theme=themes.get(key, ""),
                    centre_name=centres.get(row["path"], ""),
                    is_reserved=row["audience"] != Audience.PUBLIC,
                    start=row["start"],
                    end=row["end"],
                    time_zone=row["time_zone"],
                    place=row["place"],
                    is_past=row["is_past"],
                    is_cancelled=row["is_cancelled"],
                    registration_mode=row["registration_mode"],
                    open_to_pending=row["open_to_pending"],
                    seats_on_card=left.get(key),
                    capacity_on_card=None if key in in_cycles else row["capacity"],
                    number_waiting=waiting[key],
                    **kind.card_traits(row),
                )
            )
        return cards


def event_cards(model):
    """Decorate a function that returns events of ``model``: it gives their ``EventCard``s."""
    return functools.partial(EventListing, model)


def _kinds(model) -> dict[str, type]:
    """The page types that rows of ``model`` may be, by the link that leads down to them ("" for itself)."""
    below = {
        relation.name: relation.related_model
        for relation in model._meta.related_objects
        if relation.one_to_one and relation.parent_link
    }
    return below or {"": model}


def _seats(rows: list[dict], now: dt.datetime) -> tuple[dict[int, int], Counter, set[int]]:
    """Return, by event, the seats that nobody holds (absent without a limit) and how many wait; and which events
    stand in a cycle with limited dates to come.

    In a cycle, registered for as a whole, they are those of its fullest coming date.
    """
    limited = {row["pk"]: row["capacity"] for row in rows if row["capacity"] is not None}
    dates: dict[int, list[int]] = {}
    if cycles := sorted({row["cycle_id"] for row in rows if row["cycle_id"]}):
        for date in _coming_dates(cycles=cycles, now=now):
            dates.setdefault(date["cycle_id"], []).append(date["pk"])
            limited[date["pk"]] = date["capacity"]
    confirmed, waiting = Counter(), Counter()
    for group in _registered(events=sorted({row["pk"] for row in rows} | set(limited))):
        counter = confirmed if group["state"] == Registration.State.CONFIRMED else waiting
        counter[group["event_id"]] = group["number"]
    free = {key: max(0, capacity - confirmed[key]) for key, capacity in limited.items()}
    in_cycles = set()
    for row in rows:
        if others := dates.get(row["cycle_id"]):
            free[row["pk"]] = min(free[key] for key in others)
            in_cycles.add(row["pk"])
    return free, waiting, in_cycles


@prepared
def _coming_dates(cycles, now):
    """The dates of ``cycles`` (ids) that stand, are to come and have a number of seats."""
    dates = apps.get_model("registrations", "EventPage").objects.live().not_cancelled()
    coming = dates.filter(cycle__in=cycles, end__gt=now, capacity__isnull=False)
    return coming.order_by().values("cycle_id", "pk", "capacity")


@prepared
def _registered(events):
    """How many people are confirmed and how many wait, by event."""
    active = Registration.objects.active().filter(event__in=events).order_by()
    return active.values("event_id", "state").annotate(number=Count("pk"))


@prepared
def _themes_backwards(keys):
    """The themes of the events ``keys``, the last of the list first."""
    links = apps.get_model("registrations", "EventPage").themes.through.objects
    ordered = links.filter(eventpage__in=keys).order_by("-theme__order", "-theme__label")
    return ordered.values("eventpage_id", "theme__label")
