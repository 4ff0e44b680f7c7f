"""The life of an alert: asked for, confirmed, paused, taken up again, changed, ended, forgotten."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Q

from portal.base.letters import on_one_line
from search.forms import SearchParameters
from search.lexicon_source import current_lexicon
from search.query import parse

from .links import Purpose, link_to
from .messages import CONFIRM_LIFE, AlertToConfirm
from .models import NAME_LENGTH, SavedSearch, ToldDocument, fingerprint_of
from .schedule import next_run

State = SavedSearch.State
#: Alerts of one person that are not over.
MOST = 30
#: A confirmation is not mailed again so soon.
QUIET = dt.timedelta(minutes=15)
#: A request that nobody confirmed is not kept.
UNCONFIRMED_KEPT = CONFIRM_LIFE
#: What is over stays a month, so that a link of an older mail still says why it does nothing.
ENDED_KEPT = dt.timedelta(days=30)


class AlertRefused(Exception):
    """Nothing was changed; ``sentence`` says why."""

    sentence = "L’alerte n’a pas pu être enregistrée."

    def __init__(self):
        super().__init__(self.sentence)


class NothingToWatch(AlertRefused):
    sentence = "Une alerte suit une recherche\u00a0: tapez d’abord au moins un mot, ou choisissez un filtre."


class AlreadySaved(AlertRefused):
    sentence = "Vous suivez déjà cette recherche."


class TooMany(AlertRefused):
    sentence = f"Vous avez déjà {MOST} alertes\u00a0: terminez-en une dans votre espace, puis revenez."


class NoName(AlertRefused):
    sentence = "Donnez un nom à cette alerte."


class NotConfirmed(AlertRefused):
    sentence = (
        "Cette alerte n’est pas confirmée\u00a0: passez d’abord par le courriel que nous vous avons envoyé."
    )


class AlertOver(AlertRefused):
    sentence = "Cette alerte est terminée\u00a0: plus rien n’est envoyé, et rien n’est à faire."


class AskedTooLate(AlertRefused):
    sentence = "Cette alerte n’a pas été confirmée à temps\u00a0: refaites la recherche, puis demandez-la de nouveau."


class AskedTooSoon(AlertRefused):
    sentence = "Le courriel vient de partir\u00a0: patientez un quart d’heure avant d’en demander un autre."


def cleaned(parameters: SearchParameters) -> SearchParameters:
    """Return the search as an alert keeps it: no page, no order, words as they are read. Raises NothingToWatch."""
    query = parse(parameters.text, current_lexicon())
    facets = {facet: tuple(values) for facet, values in parameters.facets.items() if values}
    if query.is_meaningless or not (query.text or facets):
        raise NothingToWatch
    return SearchParameters(text=query.text, facets=facets)


def same_alert(*, user, parameters: SearchParameters) -> SavedSearch | None:
    """Return the alert by which ``user`` follows this search already, None where there is none."""
    return SavedSearch.objects.live().filter(user=user, fingerprint=fingerprint_of(parameters)).first()


@transaction.atomic
def create_alert(
    *, user, parameters: SearchParameters, name: str, frequency: str, now: dt.datetime
) -> SavedSearch:
    """Write the alert down and mail a link to confirm it: until then it does nothing.

    Raises NothingToWatch, NoName, AlreadySaved, TooMany.
    """
    parameters = cleaned(parameters)
    name = _cleaned_name(name)
    # Two requests at once take turns here: the cap and the one alert a search hold.
    get_user_model().objects.select_for_update().get(pk=user.pk)
    if same_alert(user=user, parameters=parameters):
        raise AlreadySaved
    if SavedSearch.objects.live().filter(user=user).count() >= MOST:
        raise TooMany
    try:
        with transaction.atomic():
            alert = SavedSearch.objects.create(
                user=user,
                name=name,
                text=parameters.text,
                facets={facet: list(values) for facet, values in parameters.facets.items()},
                fingerprint=fingerprint_of(parameters),
                frequency=SavedSearch.Frequency(frequency),
                created_at=now,
                asked_at=now,
            )
    except IntegrityError as error:
        raise AlreadySaved from error
    _ask(alert, now=now)
    return alert


def _cleaned_name(name: str) -> str:
    name = on_one_line(name)
    if not name.strip():
        raise NoName
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1].rstrip() + "…"


def _ask(alert: SavedSearch, *, now: dt.datetime) -> None:
    context = {"alert": alert, "confirm_url": link_to(Purpose.CONFIRM, alert)}
    AlertToConfirm.send(user=alert.user, context=context, now=now)


def _locked(alert: SavedSearch) -> SavedSearch:
    """Return ``alert`` as it is now, locked. Raises AlertOver, also where it was deleted meanwhile."""
    found = (
        SavedSearch.objects.select_for_update(of=("self",)).select_related("user").filter(pk=alert.pk).first()
    )
    if found is None or found.state == State.ENDED:
        raise AlertOver
    return found


@transaction.atomic
def ask_again(*, alert: SavedSearch, now: dt.datetime) -> SavedSearch:
    """Mail the link to confirm once more; its seven days start again. A confirmed alert is left alone.

    Raises AskedTooSoon, AlertOver.
    """
    alert = _locked(alert)
    if alert.state != State.TO_CONFIRM:
        return alert
    if now - alert.asked_at < QUIET:
        raise AskedTooSoon
    alert.asked_at = now
    alert.save(update_fields=["asked_at"])
    _ask(alert, now=now)
    return alert


def check_may_confirm(alert: SavedSearch, *, now: dt.datetime) -> None:
    """Raise what ``confirm`` would: AskedTooLate, AlertOver."""
    if alert.state == State.ENDED:
        raise AlertOver
    if alert.state == State.TO_CONFIRM and now - alert.asked_at >= UNCONFIRMED_KEPT:
        raise AskedTooLate


def check_may_pause(alert: SavedSearch, *, now: dt.datetime) -> None:
    """Raise what ``pause`` and ``resume`` would: NotConfirmed, AlertOver."""
    if alert.state == State.ENDED:
        raise AlertOver
    if alert.state == State.TO_CONFIRM:
        raise NotConfirmed


@transaction.atomic
def confirm(*, alert: SavedSearch, now: dt.datetime) -> SavedSearch:
    """Put the alert to work: it tells of what comes out from ``now`` on. Again changes nothing.

    Raises AskedTooLate, AlertOver.
    """
    alert = _locked(alert)
    check_may_confirm(alert, now=now)
    if alert.state == State.TO_CONFIRM:
        alert.state, alert.confirmed_at = State.ACTIVE, now
        alert.next_run_at = next_run(alert.frequency, after=now)
        alert.save(update_fields=["state", "confirmed_at", "next_run_at"])
    return alert


@transaction.atomic
def pause(*, alert: SavedSearch, now: dt.datetime) -> SavedSearch:
    """Write nothing for this alert until it is taken up again; again changes nothing.

    Raises NotConfirmed, AlertOver.
    """
    alert = _locked(alert)
    check_may_pause(alert, now=now)
    if alert.state == State.ACTIVE:
        alert.state, alert.paused_at, alert.next_run_at = State.PAUSED, now, None
        alert.save(update_fields=["state", "paused_at", "next_run_at"])
    return alert


@transaction.atomic
def resume(*, alert: SavedSearch, now: dt.datetime) -> SavedSearch:
    """Take a paused alert up again; what came out meanwhile is told at its next turn. Again changes nothing.

    Raises NotConfirmed, AlertOver.
    """
    alert = _locked(alert)
    check_may_pause(alert, now=now)
    if alert.state == State.PAUSED:
        alert.state, alert.paused_at = State.ACTIVE, None
        alert.next_run_at = next_run(alert.frequency, after=now)
        alert.save(update_fields=["state", "paused_at", "next_run_at"])
    return alert


@transaction.atomic
def end(*, alert: SavedSearch, now: dt.datetime) -> SavedSearch:
    """End the alert for good, confirmed or not, and forget what it told. Again changes nothing."""
    try:
        alert = _locked(alert)
    except AlertOver:
        return alert
    alert.state, alert.ended_at, alert.next_run_at = State.ENDED, now, None
    alert.save(update_fields=["state", "ended_at", "next_run_at"])
    ToldDocument.objects.filter(alert=alert).delete()
    return alert


@transaction.atomic
def change_alert(*, alert: SavedSearch, name: str, frequency: str, now: dt.datetime) -> SavedSearch:
    """Give the alert another name, another frequency. Raises NoName, AlertOver."""
    name = _cleaned_name(name)
    alert = _locked(alert)
    is_other = frequency != alert.frequency
    alert.name, alert.frequency = name, SavedSearch.Frequency(frequency)
    if is_other and alert.state == State.ACTIVE:
        alert.next_run_at = next_run(alert.frequency, after=now)
    alert.save(update_fields=["name", "frequency", "next_run_at"])
    return alert


def old_alerts(*, now: dt.datetime):
    """Return two querysets: the alerts that nobody confirmed in a week, and those over for a month."""
    unconfirmed = SavedSearch.objects.filter(state=State.TO_CONFIRM, asked_at__lte=now - UNCONFIRMED_KEPT)
    ended = SavedSearch.objects.filter(state=State.ENDED, ended_at__lte=now - ENDED_KEPT)
    return unconfirmed, ended


@transaction.atomic
def purge_alerts(*, now: dt.datetime) -> tuple[int, int]:
    """Delete the alerts that ``old_alerts`` lists; return how many of each."""
    counts = tuple(queryset.count() for queryset in old_alerts(now=now))
    unconfirmed, ended = old_alerts(now=now)
    SavedSearch.objects.filter(Q(pk__in=unconfirmed.values("pk")) | Q(pk__in=ended.values("pk"))).delete()
    return counts
