"""A centre takes a fiche to write, gives it back, says for when; Avise hands one over.

Each is one transaction under the lock of the need's row: of two centres at once, one writes and the other reads
a sentence.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from portal.centres.models import CentrePage
from portal.commissioning.models import Need, NeedChange
from portal.commissioning.permissions import centres_of, may_follow, may_keep

from .history import locked, record
from .refusals import AlreadyTaken, DateGone, MayNot, NotTaken, NotToTake

Action = NeedChange.Action
CLAIM = ("state", "centre", "claimed_by", "claimed_at", "promised_on", "page")


@transaction.atomic
def claim(
    *, need: Need, centre: CentrePage, by, now: dt.datetime, promised_on: dt.date | None = None
) -> Need:
    """Let ``centre`` write ``need``; ``promised_on`` is a day in Paris, to come.

    Raises MayNot (not of that centre), AlreadyTaken, NotToTake, DateGone.
    """
    if all(mine.pk != centre.pk for mine in centres_of(by)):
        raise MayNot("On prend une fiche pour son propre centre.")
    check_date(promised_on, now=now)
    need = locked(need)
    check_free(need)
    _give(need, centre, claimed_by=by, promised_on=promised_on, now=now)
    return record(need, Action.CLAIMED, by=by, now=now, fields=CLAIM)


@transaction.atomic
def assign(
    *, need: Need, centre: CentrePage, by, now: dt.datetime, promised_on: dt.date | None = None
) -> Need:
    """Hand ``need`` over to ``centre``, from another or from none. Raises MayNot, NotToTake, DateGone."""
    if not may_keep(by):
        raise MayNot("Confier une fiche à un centre revient à l’Avise.")
    check_date(promised_on, now=now)
    need = locked(need)
    if not need.is_to_write:
        raise NotToTake
    former = need.centre
    words = f"auparavant : {former.title}" if former and former.pk != centre.pk else ""
    _give(need, centre, claimed_by=None, promised_on=promised_on, now=now)
    return record(need, Action.ASSIGNED, by=by, now=now, words=words, fields=CLAIM)


@transaction.atomic
def promise(*, need: Need, by, now: dt.datetime, promised_on: dt.date | None) -> Need:
    """Change the day for which ``need`` is promised; None: no day any more. Raises MayNot, NotTaken, DateGone."""
    check_date(promised_on, now=now)
    need = _taken(need, by)
    need.promised_on = promised_on
    return record(need, Action.PROMISED, by=by, now=now, fields=("promised_on",))


@transaction.atomic
def give_back(*, need: Need, by, now: dt.datetime, words: str = "") -> Need:
    """Put ``need`` back among what is to be taken; ``words`` say why, for the next. Raises MayNot, NotTaken."""
    need = _taken(need, by)
    former, need.state = need.centre, Need.State.OPEN
    need.centre = need.claimed_by = need.claimed_at = need.promised_on = need.page = None
    return record(need, Action.GIVEN_BACK, by=by, now=now, words=words, fields=CLAIM, centre=former)


def check_free(need: Need) -> None:
    """Raise AlreadyTaken or NotToTake unless ``need`` is to be taken."""
    if need.state == Need.State.TAKEN:
        raise AlreadyTaken(f"{need.centre} vient de la prendre." if need.centre else "")
    if need.state != Need.State.OPEN:
        raise NotToTake


def check_date(promised_on: dt.date | None, *, now: dt.datetime) -> None:
    """Raise DateGone where ``promised_on`` is past in Paris."""
    today = timezone.localdate(now, timezone.get_default_timezone())
    if promised_on is not None and promised_on < today:
        raise DateGone


def _give(need: Need, centre: CentrePage, *, claimed_by, promised_on, now: dt.datetime) -> None:
    if need.centre_id != centre.pk:
        # The unpublished page of another centre answers for that one.
        need.page = None
    need.state = Need.State.TAKEN
    need.centre, need.claimed_by, need.claimed_at, need.promised_on = centre, claimed_by, now, promised_on


def _taken(need: Need, by) -> Need:
    need = locked(need)
    if need.state != Need.State.TAKEN:
        raise NotTaken
    if not may_follow(by, need):
        raise MayNot
    return need
