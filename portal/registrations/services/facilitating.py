"""Who runs an event: named, taken off, handing over at eight in the morning, reminded the day before.

Facilitators alone read what is brought to an event, so naming one is logged, oneself included.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F, Q
from wagtail.log_actions import log

from portal.base.audience import is_approved
from portal.registrations.messages import (
    FacilitatorEventCancelled,
    FacilitatorEventMoved,
    FacilitatorNamed,
    FacilitatorReminder,
    FacilitatorRemoved,
    HandedOver,
    HandoverTold,
)
from portal.registrations.models import EventPage, Facilitator
from portal.registrations.permissions import may_facilitate, may_run

from . import refusals
from .seats import lock_booking

logger = logging.getLogger(__name__)

#: How long before the start who facilitates is told who comes.
REMINDED_BEFORE = dt.timedelta(hours=24)


@transaction.atomic
def add_facilitator(*, event: EventPage, user, by, now: dt.datetime) -> Facilitator:
    """Name ``user`` to facilitate ``event``: she reads from now on what is brought to it, and is told so.

    ``by`` runs the event (None: the portal itself) and may name herself. Raises MayNotChange,
    MayNotFacilitate or FacilitatesAlready.
    """
    if by is not None and not may_run(by, event):
        raise refusals.MayNotChange
    current = lock_booking(event, now=now).asked
    if not is_approved(user):
        raise refusals.MayNotFacilitate
    row, is_new = Facilitator.objects.get_or_create(
        event=current, user=user, defaults={"added_by": by, "added_at": now}
    )
    if not is_new:
        raise refusals.FacilitatesAlready
    _log(current, "facilitator_named", by=by, person=user)
    if user != by and not current.is_cancelled and not current.is_past(now):
        FacilitatorNamed.tell(user=user, event=current, now=now, method="REQUEST", by=by)
    return row


@transaction.atomic
def remove_facilitator(*, event: EventPage, user, by, now: dt.datetime) -> None:
    """Take ``user`` off those who facilitate ``event``; she is told where someone else did it.

    Raises MayNotChange or DoesNotFacilitate.
    """
    if by is not None and not may_run(by, event):
        raise refusals.MayNotChange
    current = lock_booking(event, now=now).asked
    deleted, _ = current.facilitators.filter(user=user).delete()
    if not deleted:
        raise refusals.DoesNotFacilitate
    _log(current, "facilitator_removed", by=by, person=user)
    if user != by and not current.is_cancelled and not current.is_past(now):
        holds_a_seat = current.registrations.confirmed().filter(user=user).exists()
        FacilitatorRemoved.tell(user=user, event=current, now=now, method="" if holds_a_seat else "CANCEL")


@transaction.atomic
def hand_over(*, event: EventPage, to, by, now: dt.datetime) -> Facilitator:
    """Give the facilitation of ``by`` to ``to``, who may be a co-facilitator already.

    One message each: ``to`` gets all she needs, the other facilitators and the organiser (who made the page)
    are told. Raises EventCancelled, EventOver, DoesNotFacilitate, HandsOverToHerself or MayNotFacilitate.
    """
    current = lock_booking(event, now=now).asked
    if current.is_cancelled:
        raise refusals.EventCancelled
    if current.is_past(now):
        raise refusals.EventOver
    if not may_facilitate(by, current):
        raise refusals.DoesNotFacilitate
    if to == by:
        raise refusals.HandsOverToHerself
    if not is_approved(to):
        raise refusals.MayNotFacilitate
    current.facilitators.filter(user=by).delete()
    row, _ = Facilitator.objects.get_or_create(
        event=current, user=to, defaults={"added_by": by, "added_at": now}
    )
    _log(current, "handed_over", by=by, person=to)
    confirmed = current.registrations.confirmed()
    HandedOver.tell(
        user=to,
        event=current,
        now=now,
        method="REQUEST",
        by=by,
        coming=confirmed.count(),
        situations=confirmed.exclude(question="").count(),
    )
    for person in team_of(current):
        if person not in (to, by):
            HandoverTold.tell(user=person, event=current, now=now, by=by, to=to)
    return row


def ensure_facilitator(*, event: EventPage, now: dt.datetime) -> Facilitator | None:
    """Name who made the page where nobody facilitates ``event`` yet; None where there is nobody to name.

    To be called in the transaction of the first announcement. Nobody is told: she has just published it.
    """
    owner = event.owner
    if not is_approved(owner) or event.facilitators.exists():
        return None
    row = Facilitator.objects.create(event=event, user=owner, added_by=None, added_at=now)
    _log(event, "facilitator_named", by=None, person=owner)
    return row


def team_of(event: EventPage) -> list:
    """Those who run ``event``, once each: its facilitators, then who made its page. Two queries."""
    people = [row.user for row in event.facilitators.select_related("user__profile__region")]
    return [person for person in dict.fromkeys([*people, event.owner]) if is_approved(person)]


def tell_team_moved(event: EventPage, *, before: dict, now: dt.datetime) -> None:
    """Tell the facilitators who hold no registration of ``event`` that it moved; the others know already."""
    for person in _team_without_registration(event, facilitators_only=True):
        FacilitatorEventMoved.tell(user=person, event=event, now=now, method="REQUEST", before=before)


def tell_team_cancelled(event: EventPage, *, by, reason: str, now: dt.datetime) -> None:
    """Tell the team of ``event`` that it is cancelled, but who did it, and who was told as a participant."""
    facilitators = set(event.facilitators.values_list("user_id", flat=True))
    for person in _team_without_registration(event):
        if person != by:
            method = "CANCEL" if person.pk in facilitators else ""
            FacilitatorEventCancelled.tell(
                user=person, event=event, now=now, method=method, by=by, reason=reason
            )


def _team_without_registration(event: EventPage, *, facilitators_only: bool = False) -> list:
    team = team_of(event)
    if facilitators_only:
        named = set(event.facilitators.values_list("user_id", flat=True))
        team = [person for person in team if person.pk in named]
    registered = set(event.registrations.active().filter(user__in=team).values_list("user_id", flat=True))
    return [person for person in team if person.pk not in registered]


# -- the day before


def remind_facilitators(*, now: dt.datetime) -> int:
    """Tell who facilitates a session that starts within a day who comes to it; return how many were told.

    Once per start: a session that moves is reminded of again. Whoever was named within the day has just been
    told. Each is committed alone: one that fails is logged, and tried again the next time.
    """
    sent = 0
    for pk in _to_remind(now).order_by("event__start", "pk").values_list("pk", flat=True):
        try:
            sent += _remind(pk, now=now)
        except Exception:  # One reminder that fails must not stop the others.
            logger.exception("reminder for facilitator %s", pk)
    return sent


@transaction.atomic
def _remind(pk: int, *, now: dt.datetime) -> bool:
    row = Facilitator.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or not _to_remind(now).filter(pk=pk).exists():
        return False
    event = EventPage.objects.select_related("state").get(pk=row.event_id)
    row.reminded_for = event.start
    row.save(update_fields=["reminded_for"])
    people = list(
        event.registrations.confirmed()
        .filter(user__isnull=False)
        .select_related("user__profile__region")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    return FacilitatorReminder.tell(
        user=row.user,
        event=event,
        now=now,
        people=people,
        situations=sum(bool(person.question) for person in people),
        waiting=event.number_waiting(),
    )


def _to_remind(now: dt.datetime):
    return Facilitator.objects.filter(
        ~Q(reminded_for=F("event__start")) | Q(reminded_for=None),
        user__is_active=True,
        user__approved_at__isnull=False,
        event__live=True,
        event__start__gt=now,
        event__start__lte=now + REMINDED_BEFORE,
        event__state__cancelled_at=None,
        added_at__lt=F("event__start") - REMINDED_BEFORE,
    )


def _log(event: EventPage, action: str, *, by, person) -> None:
    log(event, f"registrations.{action}", user=by, data={"person": str(person), "herself": person == by})
