"""Three questions after a session, answered once a person, and by nobody in particular.

What keeps an answer from being anyone's: it holds neither name nor time; its key is drawn by lot; and the answers
of an event are written anew together, shuffled, each time one is added. Without that, the order of the rows, or
on PostgreSQL the transaction that an answer shares with « a répondu » on a registration, would tell whose is whose
to whoever reads the database. The results are shown from five answers on, the free texts apart and in no order.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from portal.registrations.messages import AfterSession
from portal.registrations.models import (
    Evaluation,
    EventPage,
    EventState,
    Registration,
    ReminderSent,
    Takeaway,
)
from portal.registrations.rules import may_read_takeaways

from . import refusals

logger = logging.getLogger(__name__)

#: People are asked this long after the end, and no more once the session is this far behind.
ASK_AFTER = dt.timedelta(hours=1)
ASK_UNTIL = dt.timedelta(days=7)
#: Fewer answers than that, and a group would guess whose is whose.
SHOWN_FROM = 5
TEXT_MAX = Evaluation._meta.get_field("will_try").max_length
_lot = secrets.SystemRandom()


@dataclass(frozen=True)
class Count:
    """How many gave an answer; ``share`` is a whole percentage."""

    label: str
    number: int
    share: int


@dataclass(frozen=True)
class Results:
    """What the answers to one event say. ``mean`` is from 1 to 4, ``mean_label`` the nearest answer in words."""

    number: int
    mean: float
    mean_label: str
    counts: list[Count]
    will_try: list[str]
    to_change: list[str]


def check_may_evaluate(event: EventPage, user, *, now: dt.datetime) -> Registration:
    """Return the registration by which ``user`` may evaluate ``event`` at ``now``.

    Raises the RegistrationRefused that says why not: DidNotAttend, EventCancelled, NothingToEvaluate, NotOver or
    AnsweredAlready.
    """
    registration = event.registrations.confirmed().filter(user=user).first()
    if registration is None or registration.attendance == Registration.Attendance.ABSENT:
        raise refusals.DidNotAttend
    if event.is_cancelled:
        raise refusals.EventCancelled
    if not event.evaluated:
        raise refusals.NothingToEvaluate
    if not event.is_past(now):
        raise refusals.NotOver
    if registration.has_evaluated:
        raise refusals.AnsweredAlready
    return registration


@transaction.atomic
def evaluate(
    *, event: EventPage, user, useful: int, will_try: str = "", to_change: str = "", now: dt.datetime
) -> None:
    """Add the answer of ``user`` to those of ``event``, and note on her registration that she gave one.

    Raises a RegistrationRefused (see ``check_may_evaluate``), or ValueError for an unknown ``useful``.
    """
    useful = Evaluation.Useful(useful)
    EventState.objects.get_or_create(event_id=event.pk)
    # Two answers at once take turns: the second writes the first anew with its own.
    EventState.objects.select_for_update(of=("self",)).get(event_id=event.pk)
    event = EventPage.objects.select_related("state").get(pk=event.pk)
    registration = check_may_evaluate(event, user, now=now)
    registration.has_evaluated = True
    registration.save(update_fields=["has_evaluated"])
    given = Evaluation.objects.filter(event=event)
    answers = [
        *given.values("useful", "will_try", "to_change"),
        {"useful": useful, "will_try": _text(will_try), "to_change": _text(to_change)},
    ]
    _lot.shuffle(answers)
    given.delete()
    Evaluation.objects.bulk_create(Evaluation(event=event, **answer) for answer in answers)


def _text(text: str) -> str:
    return text.strip()[:TEXT_MAX]


def results_of(event: EventPage) -> Results | None:
    """Return what the answers to ``event`` say; None under five. One query.

    The two lists of texts are shuffled apart: nothing says that two texts are of the same person.
    """
    answers = list(Evaluation.objects.filter(event=event))
    if len(answers) < SHOWN_FROM:
        return None
    total = len(answers)
    mean = sum(answer.useful for answer in answers) / total
    number = {value: sum(answer.useful == value for answer in answers) for value in Evaluation.Useful}
    return Results(
        number=total,
        mean=mean,
        # Half-way, the better word: it is the one that as many people chose.
        mean_label=Evaluation.Useful(int(mean + 0.5)).label,
        counts=[
            Count(value.label, number[value], round(100 * number[value] / total))
            for value in reversed(Evaluation.Useful)
        ],
        will_try=_shuffled(answer.will_try for answer in answers),
        to_change=_shuffled(answer.to_change for answer in answers),
    )


def _shuffled(texts) -> list[str]:
    written = [text for text in texts if text]
    _lot.shuffle(written)
    return written


# -- asking


def ask_for_evaluations(*, now: dt.datetime) -> int:
    """Thank those who came to what ended an hour ago or more, and ask them; return how many were written to.

    Confirmed people who were not noted absent, once each. Each is committed alone: one that fails is logged and
    tried again the next time, up to a week after the end; the event is done once nobody is left to ask.
    """
    sent = 0
    for pk in _to_ask(now).order_by("event__end", "pk").values_list("pk", flat=True):
        try:
            sent += _ask(pk, now=now)
        except Exception:
            logger.exception("evaluation asked of registration %s", pk)
    _note_as_asked(now=now)
    return sent


@transaction.atomic
def _ask(pk: int, *, now: dt.datetime) -> bool:
    # Read again under its lock: she may have been noted absent since the list was made.
    Registration.objects.select_for_update(of=("self",)).get(pk=pk)
    registration = _to_ask(now).filter(pk=pk).select_related("user").first()
    if registration is None:
        return False
    event = EventPage.objects.select_related("state").get(pk=registration.event_id)
    # Written even where the person refuses such messages: she is not asked about again every ten minutes.
    ReminderSent.objects.create(registration=registration, kind=ReminderSent.Kind.AFTER, start=event.start)
    noted = event.specific.is_noted or Takeaway.objects.filter(event=event).exists()
    kept = noted and may_read_takeaways(event, registration.user)
    return AfterSession.tell(registration=registration, events=[event], now=now, kept=kept)


def _note_as_asked(*, now: dt.datetime) -> None:
    left = _to_ask(now).filter(event=OuterRef("pk"))
    for event in _over(now).exclude(Exists(left)):
        state, _ = EventState.objects.get_or_create(event=event)
        # By update: nothing else that a service may be writing on the row is touched.
        EventState.objects.filter(pk=state.pk, evaluation_sent_at=None).update(evaluation_sent_at=now)


def _over(now: dt.datetime):
    """The events whose people are to be asked at ``now``."""
    return (
        EventPage.objects.live()
        .not_cancelled()
        .filter(
            evaluated=True,
            end__lte=now - ASK_AFTER,
            end__gt=now - ASK_UNTIL,
            state__evaluation_sent_at=None,
        )
    )


def _to_ask(now: dt.datetime):
    asked = ReminderSent.objects.filter(registration=OuterRef("pk"), kind=ReminderSent.Kind.AFTER)
    return (
        Registration.objects.confirmed()
        .filter(event__in=_over(now), user__isnull=False)
        .exclude(attendance=Registration.Attendance.ABSENT)
        .exclude(Exists(asked))
    )
