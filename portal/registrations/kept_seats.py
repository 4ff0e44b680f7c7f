"""Seats on the pages that are kept: read in one query for a whole page, when it is served.

What a card or a ticket says of seats follows from how many are confirmed and how many wait, and from the content:
which dates stand together, with what capacity. The content does not change within a generation, nor with time
before the next boundary.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string

from .access import access_to
from .models import EventPage, Registration
from .status import status_of

#: Confirmed, waiting: by event.
Counts = dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Facts:
    """``capacity`` of an event; ``cycle``: the coming dates with a limit, itself included, that it stands with."""

    capacity: int | None
    cycle: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a page shows the seats of, and every event whose registrations that takes."""

    facts: dict[int, Facts]
    events: tuple[int, ...]


def prepare(keys: list[int], now: dt.datetime) -> Plan:
    """Say what is to be read for the events ``keys``. Two queries at most."""
    rows = list(EventPage.objects.filter(pk__in=keys).values_list("pk", "capacity", "cycle_id"))
    cycles: dict[int, list[tuple[int, int]]] = {}
    # All those to come: the state of a ticket asks for them too, whatever their number of seats.
    together: set[int] = set(keys)
    if wanted := {cycle for _, _, cycle in rows if cycle}:
        dates = EventPage.objects.live().not_cancelled().upcoming(now).filter(cycle_id__in=wanted)
        for pk, capacity, cycle in dates.values_list("pk", "capacity", "cycle_id"):
            together.add(pk)
            if capacity is not None:
                cycles.setdefault(cycle, []).append((pk, capacity))
    # An event that went while its page was made is still on it; the generation of that page is over.
    facts = dict.fromkeys(keys, Facts(None))
    facts |= {pk: Facts(capacity, tuple(cycles.get(cycle, ()))) for pk, capacity, cycle in rows}
    return Plan(facts, tuple(sorted(together)))


def read(plan: Plan) -> tuple[tuple[int, int], ...]:
    """Return who is confirmed and who waits for each event of the plan, in its order. One query.

    In SQL: this is all that a page costs when it is served again, and the ORM's own time would be half of it.
    """
    table, names = Registration._meta.db_table, ", ".join(["%s"] * len(plan.events))
    found = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT event_id, state, COUNT(*) FROM {table} "  # noqa: S608 (names of ours)
            f"WHERE event_id IN ({names}) AND state IN (%s, %s) GROUP BY event_id, state",
            [*plan.events, *(str(state) for state in Registration.ACTIVE)],
        )
        for event, state, number in cursor.fetchall():
            found[event, state] = number
    confirmed, waiting = (str(state) for state in Registration.ACTIVE)
    return tuple((found[event, confirmed], found[event, waiting]) for event in plan.events)


def counts_of(plan: Plan, value: tuple) -> Counts:
    """What was read, by event."""
    return dict(zip(plan.events, value, strict=True))


def seats_on_card(facts: Facts, pk: int, counts: Counts) -> int | None:
    """Seats that the card of an event tells, as ``EventCard.seats_on_card`` does."""
    if facts.cycle:
        return max(0, min(capacity - counts[date][0] for date, capacity in facts.cycle))
    return None if facts.capacity is None else max(0, facts.capacity - counts[pk][0])


def card(key: int, arguments: dict, plan: Plan, value: tuple, now: dt.datetime) -> str:
    """The seats on a card; ``now`` weighs nothing, before the boundary at which the page ends."""
    counts = counts_of(plan, value)
    return render_to_string(
        "components/state_seats.html",
        {"left": seats_on_card(plan.facts[key], key, counts), "waiting": counts[key][1], **arguments},
    )


def call(key: int, arguments: dict, plan: Plan, value: tuple, now: dt.datetime) -> str:
    """The lower half of the ticket of an event, as a stranger sees it."""
    return render_ticket("components/event_call.html", key, plan, value, now)


def render_ticket(template: str, key: int, plan: Plan, value: tuple, now: dt.datetime) -> str:
    """Render ``template`` with ``event`` and the ``status`` of a stranger with it, seats as they were read."""
    event = EventPage.objects.filter(pk=key).first()
    if event is None:
        return ""
    event = event.specific
    status = status_of(event, AnonymousUser(), now=now, counts=counts_of(plan, value))
    # Strangers are let in where nobody registers.
    access = access_to(event, None, now=now)
    return render_to_string(template, {"event": event, "status": status, "access": access})
