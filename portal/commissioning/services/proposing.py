"""What comes to the board, in whose words, and what leaves it without a fiche."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from portal.base.templatetags.portal_tags import typo
from portal.commissioning.models import Need, NeedChange
from portal.commissioning.permissions import may_keep
from portal.themes.models import Phase, Secteur, Theme

from .evidence import count
from .history import locked, record
from .refusals import AlreadyOnBoard, MayNot, NotSetAside, NotToWrite, ReasonMissing

Action = NeedChange.Action


@transaction.atomic
def propose(*, by, **fields) -> Need:
    """Put a fiche to write on the board: see ``put_on_board``. Raises MayNot, AlreadyOnBoard."""
    if not may_keep(by):
        raise MayNot("Proposer une fiche revient à l’Avise.")
    return put_on_board(by=by, **fields)


def put_on_board(
    *,
    question: str,
    by,
    now: dt.datetime,
    details: str = "",
    themes: Iterable[Theme] = (),
    phase: Phase | None = None,
    secteur: Secteur | None = None,
    origin: Need.Origin = Need.Origin.AVISE,
    key: str = "",
) -> Need:
    """Write a fiche to write, with its counts, in the caller's transaction. Raises AlreadyOnBoard (for ``key``)."""
    try:
        with transaction.atomic():
            need = Need.objects.create(
                question=typo(question),
                details=typo(details),
                phase=phase,
                secteur=secteur,
                origin=origin,
                key=key,
                created_at=now,
                changed_at=now,
            )
    except IntegrityError:
        raise AlreadyOnBoard from None
    _file(need, themes)
    record(need, Action.PROPOSED, by=by, now=now, fields=("first_theme",))
    return count(need=need, now=now)


@transaction.atomic
def reword(
    *,
    need: Need,
    by,
    now: dt.datetime,
    question: str,
    details: str = "",
    themes: Iterable[Theme] = (),
    phase: Phase | None = None,
    secteur: Secteur | None = None,
) -> Need:
    """Change what ``need`` asks and how it is filed. Raises MayNot.

    The history does not keep the former words: they may be what had to go.
    """
    if not may_keep(by):
        raise MayNot("Reformuler une fiche à écrire revient à l’Avise.")
    need = locked(need)
    need.question, need.details = typo(question), typo(details)
    need.phase, need.secteur = phase, secteur
    _file(need, themes)
    fields = ("question", "details", "phase", "secteur", "first_theme")
    record(need, Action.REWORDED, by=by, now=now, fields=fields)
    return count(need=need, now=now)


@transaction.atomic
def set_aside(*, need: Need, by, reason: str, now: dt.datetime) -> Need:
    """Decide that ``need`` will not be written; whoever waits for it reads ``reason``, and so does the centre.

    Raises MayNot, NotToWrite, ReasonMissing.
    """
    if not may_keep(by):
        raise MayNot("Écarter une fiche revient à l’Avise.")
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    need = locked(need)
    if not need.is_to_write:
        raise NotToWrite
    former, need.state, need.reason = need.centre, Need.State.SET_ASIDE, reason[:300]
    need.centre = need.claimed_by = need.claimed_at = need.promised_on = need.page = None
    fields = ("state", "reason", "centre", "claimed_by", "claimed_at", "promised_on", "page")
    return record(need, Action.SET_ASIDE, by=by, now=now, words=reason, fields=fields, centre=former)


@transaction.atomic
def reopen(*, need: Need, by, now: dt.datetime) -> Need:
    """Put what was set aside back among what is to be taken. Raises MayNot, NotSetAside."""
    if not may_keep(by):
        raise MayNot("Rouvrir une fiche revient à l’Avise.")
    need = locked(need)
    if need.state != Need.State.SET_ASIDE:
        raise NotSetAside
    need.state, need.reason = Need.State.OPEN, ""
    return record(need, Action.REOPENED, by=by, now=now, fields=("state", "reason"))


def _file(need: Need, themes: Iterable[Theme]) -> None:
    """File ``need`` under ``themes``, and on the board under the first of them, in their own order."""
    ordered = sorted(themes, key=lambda theme: (theme.order, theme.label))
    need.themes.set(ordered)
    need.first_theme = ordered[0] if ordered else None
