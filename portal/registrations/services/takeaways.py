"""« Ce qu’on en retient »: written by who runs the session, agreed to by who brought the situation.

Without agreement only the leads stay. An agreement is for a text: rewriting the situation asks again, and an
answer to a former wording changes nothing.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q

from portal.registrations.messages import AgreementAsked, AgreementReminder, FollowUp
from portal.registrations.models import EventPage, EventState, Registration, Takeaway
from portal.registrations.models.afterwards import AGREEMENT_LASTS
from portal.registrations.permissions import may_rewrite, may_run
from portal.registrations.signals import takeaway_changed

from . import refusals

logger = logging.getLogger(__name__)

#: After this long without an answer, who brought the situation is reminded, once.
REMIND_AFTER = dt.timedelta(days=7)
#: How long after the session she is asked what she tried; once, and no more once that is long past.
FOLLOW_UP_AFTER = dt.timedelta(days=30)
FOLLOW_UP_UNTIL = dt.timedelta(days=90)
Agreement = Takeaway.Agreement


def may_have_brought(event: EventPage, *, kept: Registration | None = None):
    """The registrations of ``event`` that a situation can be said to come from, those that came with one first.

    Situations are brought aloud too: anyone who had a seat and was not absent may be named, or « nobody » would
    be the way round her agreement. ``kept`` is who was named already: she stays, whatever became of her seat.
    """
    there = Q(state=Registration.State.CONFIRMED) & ~Q(attendance=Registration.Attendance.ABSENT)
    if kept:
        there |= Q(pk=kept.pk)
    people = event.registrations.filter(there, user__isnull=False).select_related("user")
    return people.order_by("-brought_situation", "user__last_name", "user__first_name", "pk")


@transaction.atomic
def write_takeaway(
    *,
    event: EventPage,
    situation: str,
    leads: str,
    brought_by: Registration | None,
    by,
    now: dt.datetime,
) -> Takeaway:
    """Write what is kept of ``event``; ask ``brought_by`` for her agreement where there is a situation.

    Writing the same twice (a double click) writes it once. ``now`` is aware. Raises MayNotChange,
    EventCancelled, NotStarted, NothingKept or BroughtNothing.
    """
    # The state of the event is what makes two clicks take turns.
    EventState.objects.get_or_create(event_id=event.pk)
    state = EventState.objects.select_for_update(of=("self",)).get(event_id=event.pk)
    event = EventPage.objects.get(pk=event.pk)
    if not may_run(by, event):
        raise refusals.MayNotChange
    if state.cancelled_at:
        raise refusals.EventCancelled
    if not event.has_started(now):
        raise refusals.NotStarted
    situation, leads = _checked(event, situation, leads, brought_by)
    written = {"event": event, "situation": situation, "leads": leads, "registration": brought_by}
    if same := Takeaway.objects.filter(**written).first():
        return same
    takeaway = Takeaway(**written, written_by=by, created_at=now, updated_at=now)
    if state.nothing_to_note:
        state.nothing_to_note = False
        state.save(update_fields=["nothing_to_note"])
    return _saved_and_asked(takeaway, now=now)


@transaction.atomic
def rewrite_takeaway(
    *,
    takeaway: Takeaway,
    situation: str,
    leads: str,
    brought_by: Registration | None,
    by,
    now: dt.datetime,
) -> Takeaway:
    """Take a takeaway up again. Another situation, or another person, asks for an agreement anew.

    Once someone was asked, a situation is not put in the place of hers without anyone to ask. Raises
    MayNotChange, NothingKept, BroughtNothing, SituationSettled or NobodyToAsk.
    """
    takeaway = _locked(takeaway)
    if not may_rewrite(by, takeaway):
        raise refusals.MayNotChange
    situation, leads = _checked(takeaway.event, situation, leads, brought_by, kept=takeaway.registration)
    former, same_person = _readable(takeaway), brought_by == takeaway.registration
    if situation == takeaway.situation and same_person:
        if leads != takeaway.leads:
            takeaway.leads, takeaway.written_by, takeaway.updated_at = leads, by, now
            takeaway.save(update_fields=["leads", "written_by", "updated_at"])
        return takeaway
    if takeaway.is_published:
        raise refusals.SituationSettled
    if situation and brought_by is None and takeaway.agreement_asked_at:
        raise refusals.NobodyToAsk
    takeaway.situation, takeaway.leads, takeaway.registration = situation, leads, brought_by
    takeaway.written_by, takeaway.updated_at = by, now
    if not same_person:
        # What was asked of one person, and what she told, is not another's.
        takeaway.followup_asked_at = takeaway.followup_at = None
        takeaway.followup = ""
    takeaway = _saved_and_asked(takeaway, now=now)
    takeaway_changed.send(Takeaway, takeaway=takeaway, former_situation=former, now=now)
    return takeaway


@transaction.atomic
def answer_agreement(*, takeaway: Takeaway, user, agrees: bool, seen: str, now: dt.datetime) -> Takeaway:
    """Note whether ``user`` agrees to the situation as she read it; refusing erases the text.

    ``seen`` is the fingerprint of what she read. Her answer may change until a fiche is published. Raises
    NotAsked, FichePublished, TextErased, TextChanged or AnsweredAlready.
    """
    takeaway = _locked(takeaway)
    if not _is_hers(takeaway, user) or takeaway.agreement == Agreement.NOT_NEEDED:
        raise refusals.NotAsked
    if takeaway.is_published:
        raise refusals.FichePublished
    if takeaway.agreement == (Agreement.GIVEN if agrees else Agreement.REFUSED):
        raise refusals.AnsweredAlready
    if not takeaway.situation:
        raise refusals.TextErased
    if seen != takeaway.fingerprint:
        raise refusals.TextChanged
    former = _readable(takeaway)
    takeaway.agreement = Agreement.GIVEN if agrees else Agreement.REFUSED
    takeaway.agreement_answered_at = now
    if not agrees:
        takeaway.situation = ""
    takeaway.save(update_fields=["agreement", "agreement_answered_at", "situation"])
    takeaway_changed.send(Takeaway, takeaway=takeaway, former_situation=former, now=now)
    return takeaway


@transaction.atomic
def answer_followup(*, takeaway: Takeaway, user, text: str, now: dt.datetime) -> Takeaway:
    """Note what ``user`` tried since. Raises NotAsked, AnsweredAlready, or ValueError for an empty text."""
    takeaway = _locked(takeaway)
    if not may_tell_what_followed(takeaway, user):
        raise refusals.NotAsked
    if takeaway.followup_at:
        raise refusals.AnsweredAlready
    text = _plain(text)
    if not text:
        raise ValueError("an empty follow-up")
    takeaway.followup, takeaway.followup_at = text, now
    takeaway.save(update_fields=["followup", "followup_at"])
    takeaway_changed.send(Takeaway, takeaway=takeaway, former_situation=_readable(takeaway), now=now)
    return takeaway


def may_tell_what_followed(takeaway: Takeaway, user) -> bool:
    """Tell whether ``user`` was asked what she tried, and did not refuse her agreement since."""
    asked = takeaway.followup_asked_at is not None and takeaway.agreement != Agreement.REFUSED
    return asked and _is_hers(takeaway, user)


@transaction.atomic
def forget_who_brought(*, user, now: dt.datetime) -> int:
    """Untie takeaways from ``user``, who is being forgotten; return how many.

    What she agreed to stays as she agreed to it; what she was only asked about is erased, nobody being left
    to say yes.
    """
    hers = Takeaway.objects.filter(registration__user=user)
    for takeaway in hers.filter(agreement=Agreement.ASKED):
        _lapse(takeaway)
    return hers.update(registration=None)


# -- what the clock does


def remind_agreements(*, now: dt.datetime) -> int:
    """Remind, once, who did not answer within a week; return how many were written to."""
    due = _awaited().filter(agreement_asked_at__lte=now - REMIND_AFTER, agreement_reminded_at=None)
    return _each(due, _remind, now=now)


def lapse_agreements(*, now: dt.datetime) -> int:
    """Take a month of silence for a no: the situation is erased. Return how many."""
    return _each(_awaited().filter(agreement_asked_at__lte=now - AGREEMENT_LASTS), _lapse_one, now=now)


def ask_followups(*, now: dt.datetime) -> int:
    """Ask who brought a situation, a month after the session and once, what she tried; return how many.

    Not those who refused their agreement, nor once the session is long past (a clock that was stopped).
    """
    due = Takeaway.objects.filter(
        registration__user__is_active=True,
        event__end__lte=now - FOLLOW_UP_AFTER,
        event__end__gt=now - FOLLOW_UP_UNTIL,
        event__state__cancelled_at=None,
        followup_asked_at=None,
    ).exclude(agreement=Agreement.REFUSED)
    return _each(due, _ask_followup, now=now)


def _awaited():
    return Takeaway.objects.filter(agreement=Agreement.ASKED)


def _each(due, act, *, now: dt.datetime) -> int:
    """Call ``act`` on each takeaway of ``due``, each committed alone: one that fails stops no other."""
    done = 0
    for takeaway in due.order_by("pk"):
        try:
            with transaction.atomic():
                current = _locked(takeaway)
                # Someone may have answered since the list was read.
                done += bool(due.filter(pk=current.pk).exists() and act(current, now=now))
        except Exception:
            logger.exception("takeaway %s", takeaway.pk)
    return done


def _remind(takeaway: Takeaway, *, now: dt.datetime) -> bool:
    takeaway.agreement_reminded_at = now
    takeaway.save(update_fields=["agreement_reminded_at"])
    return AgreementReminder.tell(takeaway=takeaway, now=now)


def _lapse_one(takeaway: Takeaway, *, now: dt.datetime) -> bool:
    _lapse(takeaway)
    return True


def _lapse(takeaway: Takeaway) -> None:
    # No date of answer: that is how a silence is told from a refusal.
    takeaway.agreement, takeaway.situation = Agreement.REFUSED, ""
    takeaway.save(update_fields=["agreement", "situation"])


def _ask_followup(takeaway: Takeaway, *, now: dt.datetime) -> bool:
    takeaway.followup_asked_at = now
    takeaway.save(update_fields=["followup_asked_at"])
    return FollowUp.tell(takeaway=takeaway, now=now)


# -- the parts


def _locked(takeaway: Takeaway) -> Takeaway:
    """The takeaway as it is now, its row locked."""
    rows = Takeaway.objects.select_for_update(of=("self",))
    return rows.select_related("event", "registration__user", "fiche").get(pk=takeaway.pk)


def _checked(
    event: EventPage,
    situation: str,
    leads: str,
    brought_by: Registration | None,
    kept: Registration | None = None,
) -> tuple[str, str]:
    """The two texts as they are stored; ``kept`` is who was named already."""
    situation, leads = _plain(situation), _plain(leads)
    if not leads:
        raise refusals.NothingKept
    if brought_by and not may_have_brought(event, kept=kept).filter(pk=brought_by.pk).exists():
        raise refusals.BroughtNothing
    return situation, leads


def _saved_and_asked(takeaway: Takeaway, *, now: dt.datetime) -> Takeaway:
    """Save a takeaway whose situation is new, and ask for the agreement that it needs."""
    if takeaway.situation and takeaway.registration:
        takeaway.agreement, takeaway.agreement_asked_at = Agreement.ASKED, now
    else:
        takeaway.agreement = Agreement.NOT_NEEDED
    takeaway.agreement_answered_at = takeaway.agreement_reminded_at = None
    takeaway.save()
    if takeaway.agreement == Agreement.ASKED:
        Registration.objects.filter(pk=takeaway.registration_id).update(brought_situation=True)
        AgreementAsked.tell(takeaway=takeaway, now=now)
    return takeaway


def _readable(takeaway: Takeaway) -> str:
    return takeaway.situation if takeaway.shows_situation else ""


def _is_hers(takeaway: Takeaway, user) -> bool:
    registration = takeaway.registration
    return registration is not None and registration.user_id is not None and registration.user_id == user.pk


def _plain(text: str) -> str:
    # Browsers send CRLF: one text must have one fingerprint.
    return text.replace("\r\n", "\n").strip()
