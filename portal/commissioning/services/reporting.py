"""Gaps that readers report, and rare searches: read by one role, reworded for the board, or let go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from portal.base.days import start_of_day
from portal.commissioning.models import GapReport, Need, Watch
from portal.commissioning.permissions import may_see_rare
from portal.themes.models import Theme
from search import journal

from .proposing import put_on_board
from .refusals import AlreadyAnswered, MayNot, NoSuchSearch, TooManyReports

#: Reports a day, in Paris: of everybody without an account taken together, and of one account.
ANONYMOUS_A_DAY, MINE_A_DAY = 40, 10
#: As rare searches: what nobody released is let go.
REPORTS_KEPT = dt.timedelta(days=30)
CHUNK = 200


@transaction.atomic
def report_gap(
    *,
    text: str,
    user,
    now: dt.datetime,
    searched: str = "",
    theme: Theme | None = None,
    wants_to_be_told: bool = False,
) -> GapReport:
    """Write down what a reader did not find; ``user`` is None for whoever has no account.

    Raises TooManyReports: a hand that writes too much is stopped, and with it, for the day, the crowd that no
    account tells it from.
    """
    today = GapReport.objects.filter(created_at__gte=start_of_day(now))
    mine = today.filter(is_anonymous=True) if user is None else today.filter(user=user)
    if mine.count() >= (ANONYMOUS_A_DAY if user is None else MINE_A_DAY):
        if user is None:
            raise TooManyReports(
                "Beaucoup de manques ont été signalés aujourd’hui sans compte\u00a0: "
                "connectez-vous pour signaler le vôtre, ou revenez demain."
            )
        raise TooManyReports
    return GapReport.objects.create(
        text=text,
        searched=searched,
        theme=theme,
        user=user,
        is_anonymous=user is None,
        wants_to_be_told=bool(user) and wants_to_be_told,
        created_at=now,
    )


@transaction.atomic
def publish_report(
    *, report: GapReport, question: str, by, now: dt.datetime, details: str = "", themes: Iterable[Theme] = ()
) -> Need:
    """Make ``report`` a fiche to write in Avise's own words; its text goes, and who asked to be told will be.

    Raises MayNot, AlreadyAnswered.
    """
    report = _waiting(report, by)
    need = put_on_board(
        question=question, details=details, themes=themes, origin=Need.Origin.REPORTED, by=by, now=now
    )
    return _join(report, need, now=now)


@transaction.atomic
def join_report(*, report: GapReport, need: Need, by, now: dt.datetime) -> Need:
    """Count ``report`` for ``need``, which the board has already. Raises MayNot, AlreadyAnswered."""
    return _join(_waiting(report, by), Need.objects.select_for_update().get(pk=need.pk), now=now)


@transaction.atomic
def let_report_go(*, report: GapReport, by, now: dt.datetime) -> None:
    """Forget the words of ``report`` and who wrote it. Raises MayNot, AlreadyAnswered."""
    _answer(_waiting(report, by), GapReport.State.LET_GO, now=now)


@transaction.atomic
def publish_rare(
    *,
    key: str,
    question: str,
    by,
    now: dt.datetime,
    keep_words: bool,
    details: str = "",
    themes: Iterable[Theme] = (),
) -> Need:
    """Make the rare search ``key`` a fiche to write, in Avise's own words.

    ``keep_words``: nobody is named by the words searched, which the journal may keep and go on counting. Without
    it they are let go at once, and the need keeps the counts of this moment. Raises MayNot, NoSuchSearch,
    AlreadyOnBoard.
    """
    _check_reader(by)
    # The counts of a need are read from its words: it is on the board before they go.
    need = put_on_board(
        question=question, details=details, themes=themes, origin=Need.Origin.RARE, key=key, by=by, now=now
    )
    if not keep_words:
        need.key = ""
        need.save(update_fields=["key"])
    _settle(journal.release if keep_words else journal.let_go, key, now=now)
    return need


@transaction.atomic
def let_rare_go(*, key: str, by, now: dt.datetime) -> None:
    """Forget the words of the rare search ``key``. Raises MayNot, NoSuchSearch."""
    _check_reader(by)
    _settle(journal.let_go, key, now=now)


def rare(*, key: str, now: dt.datetime):
    """Return the rare search ``key`` as the journal tells it. Raises NoSuchSearch."""
    found = next((one for one in journal.rare_searches(now=now) if one.key == key), None)
    if found is None or not key:
        raise NoSuchSearch
    return found


# -- what is forgotten


def reports_to_forget(*, now: dt.datetime):
    """The reports that nobody answered in thirty days."""
    return GapReport.objects.filter(state=GapReport.State.WAITING, created_at__lte=now - REPORTS_KEPT)


def forget_reports(*, now: dt.datetime) -> int:
    """Empty the reports that nobody answered in thirty days; return how many. Chunks of ``CHUNK``."""
    total = 0
    while ids := list(reports_to_forget(now=now).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            total += GapReport.objects.filter(pk__in=ids, state=GapReport.State.WAITING).update(
                text="",
                searched="",
                user=None,
                wants_to_be_told=False,
                state=GapReport.State.LET_GO,
                answered_at=now,
            )
    return total


def _settle(change, key: str, *, now: dt.datetime) -> None:
    try:
        change(key=key, now=now)
    except journal.NotRare as error:
        raise NoSuchSearch from error


def _check_reader(by) -> None:
    if not may_see_rare(by):
        raise MayNot("Les recherches rares et les manques signalés sont lus par un seul rôle de l’Avise.")


def _waiting(report: GapReport, by) -> GapReport:
    _check_reader(by)
    report = GapReport.objects.select_for_update().get(pk=report.pk)
    if report.state != GapReport.State.WAITING:
        raise AlreadyAnswered
    return report


def _join(report: GapReport, need: Need, *, now: dt.datetime) -> Need:
    need.reports += 1
    need.save(update_fields=["reports"])
    if report.user and report.wants_to_be_told:
        Watch.objects.get_or_create(user=report.user, need=need, defaults={"created_at": now})
    report.need = need
    _answer(report, GapReport.State.RELEASED, now=now)
    return need


def _answer(report: GapReport, state: GapReport.State, *, now: dt.datetime) -> None:
    report.state, report.answered_at = state, now
    report.text = report.searched = ""
    report.user, report.wants_to_be_told = None, False
    report.save()
