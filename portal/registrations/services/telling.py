"""Tell everyone registered for an event of a change, once each, a few at a time.

A change writes one row, a ``Telling``, in its own transaction: two hundred and fifty messages would hold the
database's one writer (SQLite) for seconds. Once that is committed the messages are written in chunks, each a
short transaction: ``last_pk`` is committed with them, so that a process that dies is taken up by the clock where
it stopped, and two at work at once write each message once (they take turns at the lock of the row).

What is told is what was decided, not what is true since: the dates and SEQUENCE of that step are in the row. An
event that moves twice is told of twice, in order. One that is cancelled while a move is being told drops what
is left of it: a new date is no use to anyone then, and the CANCEL that follows has the higher SEQUENCE, which is
all a calendar needs. A new meeting link takes the place of an older one in the same way.
"""

from __future__ import annotations

import copy
import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime

from portal.notifications.models import OutgoingMessage
from portal.notifications.rendering import surroundings
from portal.notifications.services import store
from portal.registrations.messages import (
    EventCancelledMessage,
    EventMoved,
    MeetingLinkChanged,
    RegistrationMessage,
)
from portal.registrations.models import EventPage, Registration, Telling

from .seats import lock_booking

logger = logging.getLogger(__name__)

#: Registrations a transaction: a tenth of a second of the database's writer.
CHUNK = 25
#: What the process that made the change writes itself; the clock does the rest.
CHUNKS_AT_ONCE = 12


@dataclass(frozen=True)
class Kind:
    """What is told, and to whom. ``seats_only``: to who had a seat at that step and still has."""

    message: type[RegistrationMessage]
    seats_only: bool = False
    #: Told even once the event is over; otherwise what is past is not spoken of.
    after_the_end: bool = False
    #: The latest says all: it takes the place of an older one that is still being told.
    latest_only: bool = False


KINDS: dict[str, Kind] = {
    kind.message.name: kind
    for kind in (
        Kind(EventMoved),
        Kind(EventCancelledMessage, after_the_end=True),
        Kind(MeetingLinkChanged, seats_only=True, latest_only=True),
    )
}


class TellingFailed(Exception):
    """Some messages could not be written; they are tried again at the next run."""


def announce(
    message: type[RegistrationMessage], *, event: EventPage, now: dt.datetime, before=None, **words: str
) -> Telling | None:
    """Write down that everyone registered for ``event`` is to be told ``message``; None where nobody is.

    Call it in the transaction of the change, the state of ``event`` locked and as the change leaves it: it is
    what the messages will say. ``before`` (start, end, place) and ``words`` join their context.
    """
    kind = KINDS[message.name]
    people = event.registrations.active().filter(user__isnull=False).order_by("pk")
    states = dict(people.values_list("pk", "state"))
    if not states:
        return None
    waiting = [pk for pk, state in states.items() if state == Registration.State.WAITING]
    if kind.latest_only:
        _pending(event).filter(kind=message.name).update(finished_at=now)
    telling = Telling.objects.create(
        event_id=event.pk,
        kind=message.name,
        payload={
            "step": {**_written(event), "sequence": event.state.sequence},
            "before": _written(before) if before else None,
            "waiting": waiting,
            "words": words,
            "set_aside": [],
        },
        up_to_pk=max(states),
        created_at=now,
    )
    told = partial(drain, event_id=event.pk, now=now, chunks=CHUNKS_AT_ONCE)
    # What fails here is the clock's to mend: the change is made, and whoever made it is not told "error".
    transaction.on_commit(told, robust=True)
    return telling


def drop_pending(event: EventPage, *, now: dt.datetime) -> int:
    """End every telling of ``event`` that is under way, its state locked; return how many there were."""
    return _pending(event).update(finished_at=now)


def drain(*, event_id: int, now: dt.datetime, chunks: int | None = None) -> int:
    """Write what is still to be told about one event, the oldest first; return how many messages.

    At most ``chunks`` transactions (None: all). Not to be called in a transaction.
    """
    written = 0
    while chunks is None or chunks > 0:
        under_way = Telling.objects.filter(event=event_id, finished_at=None, last_pk__lt=F("up_to_pk"))
        pk = under_way.order_by("pk").values_list("pk", flat=True).first()
        if pk is None:
            break
        written += _tell_chunk(pk, now=now)
        chunks = chunks - 1 if chunks is not None else None
    return written


def tell_pending(*, now: dt.datetime) -> int:
    """Take up every telling that a process left; return how many messages were written.

    Raises TellingFailed, once all the rest is done, where some could not be: they are tried again.
    """
    written, failed = 0, []
    unfinished = Telling.objects.filter(finished_at=None).order_by("pk")
    for event_id in dict.fromkeys(unfinished.values_list("event_id", flat=True)):
        try:
            written += drain(event_id=event_id, now=now)
            for pk in unfinished.filter(event=event_id).values_list("pk", flat=True):
                written += _retry(pk, now=now)
                failed += Telling.objects.get(pk=pk).payload["set_aside"]
        except Exception:  # One event that fails must not stop the others.
            logger.exception("tellings of event %s", event_id)
            failed.append(f"rendez-vous {event_id}")
    if failed:
        raise TellingFailed(f"{written} message(s) ; en échec : {', '.join(map(str, failed))}")
    return written


@transaction.atomic
def _tell_chunk(pk: int, *, now: dt.datetime) -> int:
    telling, event = _locked(pk, now=now)
    if telling.finished_at or telling.last_pk >= telling.up_to_pk:
        return 0  # Another process was here first.
    kind = KINDS[telling.kind]
    if event.is_past(now) and not kind.after_the_end:
        return _finish(telling, now=now)
    rows = list(_people(event).filter(pk__gt=telling.last_pk, pk__lte=telling.up_to_pk)[:CHUNK])
    mails, set_aside = _compose(telling, event, rows, now=now)
    telling.payload["set_aside"] += set_aside
    telling.last_pk = rows[-1].pk if len(rows) == CHUNK else telling.up_to_pk
    if telling.last_pk >= telling.up_to_pk and not telling.payload["set_aside"]:
        telling.finished_at = now
    telling.save(update_fields=["payload", "last_pk", "finished_at"])
    return len(store(mails))


@transaction.atomic
def _retry(pk: int, *, now: dt.datetime) -> int:
    """Try again those whose message could not be written; not once something newer was told of the event."""
    telling, event = _locked(pk, now=now)
    if telling.finished_at:
        return 0
    over = event.is_past(now) and not KINDS[telling.kind].after_the_end
    if over or Telling.objects.filter(event=event, pk__gt=pk).exists():
        telling.payload["set_aside"] = []
        return _finish(telling, now=now)
    rows = list(_people(event).filter(pk__in=telling.payload["set_aside"])[:CHUNK])
    mails, failed = _compose(telling, event, rows, now=now)
    tried = {row.pk for row in rows}
    rest = [one for one in telling.payload["set_aside"] if one not in tried] if len(rows) == CHUNK else []
    telling.payload["set_aside"] = [*rest, *failed]
    if not telling.payload["set_aside"]:
        telling.finished_at = now
    telling.save(update_fields=["payload", "finished_at"])
    return len(store(mails))


def _locked(pk: int, *, now: dt.datetime) -> tuple[Telling, EventPage]:
    """Lock the state of the event, then its telling, in that order as whoever announces does.

    Nobody gives her seat back, and nobody cancels the event, between what is read here and what is written.
    """
    event = EventPage.objects.get(tellings=pk)
    booking = lock_booking(event, now=now)
    return Telling.objects.select_for_update(of=("self",)).get(pk=pk), booking.asked


def _people(event: EventPage):
    active = event.registrations.active().filter(user__isnull=False)
    return active.select_related("user__profile__region").order_by("pk")


def _compose(
    telling: Telling, event: EventPage, rows: list[Registration], *, now: dt.datetime
) -> tuple[list[OutgoingMessage], list[int]]:
    """Return the messages to ``rows``, not written yet, and the registrations whose message failed."""
    kind, payload = KINDS[telling.kind], telling.payload
    date = _as_decided(event, payload["step"])
    context = {**surroundings(), **payload["words"]}
    if payload["before"]:
        context["before"] = _read(payload["before"])
    waited = set(payload["waiting"])
    mails, failed = [], []
    for row in rows:
        confirmed = row.state == Registration.State.CONFIRMED
        # Who got her seat since then has the file already, of this step or a later one: SEQUENCE never falls.
        had_seat = confirmed and row.pk not in waited
        if kind.seats_only and not had_seat:
            continue
        row.event = date
        try:
            mails += kind.message.compose_for(row, events=[date], now=now, in_calendar=had_seat, **context)
        except DatabaseError:
            raise
        except Exception:  # One message that cannot be written must not stop the others.
            logger.exception("telling %s, registration %s", telling.pk, row.pk)
            failed.append(row.pk)
    return mails, failed


def _finish(telling: Telling, *, now: dt.datetime) -> int:
    telling.finished_at = now
    telling.save(update_fields=["payload", "finished_at"])
    return 0


def _pending(event: EventPage):
    return Telling.objects.filter(event=event.pk, finished_at=None)


def _as_decided(event: EventPage, step: Mapping) -> EventPage:
    """A copy of ``event`` with the dates, the place and the SEQUENCE of ``step``."""
    date, state = copy.copy(event), copy.copy(event.state)
    state.sequence = step["sequence"]
    date._state.fields_cache["state"] = state
    for name, value in _read(step).items():
        setattr(date, name, value)
    return date


def _written(when) -> dict[str, str]:
    """Start, end and place, of an event or a mapping, as JSON holds them."""
    get = when.get if isinstance(when, Mapping) else partial(getattr, when)
    return {"start": get("start").isoformat(), "end": get("end").isoformat(), "place": get("place")}


def _read(step: Mapping) -> dict:
    return {
        "start": parse_datetime(step["start"]),
        "end": parse_datetime(step["end"]),
        "place": step["place"],
    }
