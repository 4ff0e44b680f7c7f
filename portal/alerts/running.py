"""Look for what is new on each alert that is due, and write to its person: at most one message each.

The engine answers for the person as she is now, the database is asked again before anything is written, and a
document is told once for an alert. What comes out is what was first published after the alert was confirmed.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from portal.base.audience import principals
from portal.notifications.models import Preference
from portal.notifications.rendering import absolute
from search.documents import Document
from search.engines import get_engine
from search.engines.base import MAX_PER_PAGE, SearchRequest, SearchUnavailable
from search.registry import Label, registry

from .links import Purpose, link_to
from .messages import ALERTS, AlertNews
from .models import SavedSearch, ToldDocument
from .schedule import next_run

logger = logging.getLogger(__name__)

#: Alerts of one run, the longest due first: the clock has other work to do.
A_RUN = 500
#: Pages of results that are read for one alert, in order of date: 2,000 documents.
MOST_PAGES = 20
#: Documents that a message lists for one alert; the others are counted.
SHOWN = 10
#: What failed is tried again after this.
RETRY = dt.timedelta(minutes=5)
#: The engine does not answer so many people in a row: the others wait for the next run.
GIVE_UP_AFTER = 3


@dataclass(frozen=True)
class News:
    """One document as the message shows it."""

    document: Document
    type: Label


@dataclass(frozen=True)
class Section:
    """One alert of a message, and what is new on it: ``shown`` of ``total``, the latest first. Full addresses."""

    alert: SavedSearch
    shown: tuple[News, ...]
    total: int
    results_url: str
    pause_url: str
    end_url: str

    @property
    def more(self) -> int:
        return self.total - len(self.shown)


@dataclass(frozen=True)
class Outcome:
    """What a run did: people written to, documents told, people whose alerts must be tried again."""

    people: int = 0
    documents: int = 0
    failed: int = 0


def due_alerts(*, now: dt.datetime):
    """The alerts to run at ``now``. Those of who refuses such mail wait: she may want them again."""
    refused = Preference.objects.filter(kind=ALERTS.name, wanted=False).values("user")
    return SavedSearch.objects.due(now=now).exclude(user__in=refused).order_by("next_run_at", "pk")


def run_due_alerts(*, now: dt.datetime) -> Outcome:
    """Run what is due at ``now`` (aware). One person's trouble does not stop the others.

    Nothing is lost where the engine does not answer: what it was not asked about is told another time.
    """
    by_person: dict[int, list[SavedSearch]] = {}
    for alert in due_alerts(now=now)[:A_RUN]:
        by_person.setdefault(alert.user_id, []).append(alert)
    people = documents = failed = silent = 0
    for user_id, alerts in by_person.items():
        try:
            told = _serve(user_id, alerts, now=now)
        except Exception as error:
            failed += 1
            if isinstance(error, SearchUnavailable):
                silent += 1
                logger.warning("alerts of account %s: %s", user_id, error)
            else:
                logger.exception("alerts of account %s cannot be run", user_id)
            # Behind those who are due longest: one search that always fails must not keep its place in front.
            _still_due(alerts, now=now).update(next_run_at=now + RETRY)
            if silent >= GIVE_UP_AFTER:
                break
        else:
            silent = 0
            people, documents = people + bool(told), documents + told
    return Outcome(people, documents, failed)


def _still_due(alerts: Iterable[SavedSearch], *, now: dt.datetime):
    return SavedSearch.objects.due(now=now).filter(pk__in=[alert.pk for alert in alerts])


def _serve(user_id: int, alerts: Sequence[SavedSearch], *, now: dt.datetime) -> int:
    """Run the alerts of one person; return how many documents she is told. Raises SearchUnavailable.

    The engine is asked outside of the transaction, which is short: it locks the alerts, so that a second clock
    finds them run.
    """
    user = get_user_model().objects.get(pk=user_id)
    found: dict[int, list[Document]] = {}
    for alert in alerts:
        if news := published_since(alert, user=user, now=now):
            found[alert.pk] = news
    with transaction.atomic():
        locked = list(_still_due(alerts, now=now).select_for_update(of=("self",)).order_by("pk"))
        told = _tell(locked, found, user_id=user_id, now=now) if found else 0
        for alert in locked:
            alert.last_run_at, alert.next_run_at = now, next_run(alert.frequency, after=now)
        SavedSearch.objects.bulk_update(locked, ["last_run_at", "next_run_at"])
    return told


def published_since(alert: SavedSearch, *, user, now: dt.datetime) -> list[Document]:
    """Return what ``user`` finds on ``alert`` that was first published since its confirmation and was not told,
    as the database holds it now. Raises SearchUnavailable.

    What the page would show instead, where no text holds all the words, is not what she asked to be told of.
    """
    engine, ids = get_engine(), []
    for page in range(1, MOST_PAGES + 1):
        response = engine.search(
            SearchRequest(
                alert.text,
                principals(user),
                facets=alert.parameters.facets,
                sort="date",
                page=page,
                per_page=MAX_PER_PAGE,
                now=now,
            )
        )
        if response.left_out:
            return []
        # What holds a part of the words only is near, and is no news.
        found = [hit.document for hit in response.hits if not hit.partial]
        ids += [document.id for document in found if _is_new(document, alert)]
        if page * MAX_PER_PAGE >= response.total:
            break
    # Titles as they are, not as they were when the index was last written.
    return [document for document in registry.find(_untold(alert, ids)).documents if _is_new(document, alert)]


def _is_new(document: Document, alert: SavedSearch) -> bool:
    """Tell whether ``document`` came out after the confirmation; an entry of the glossary has no such date."""
    return document.published_at is not None and document.published_at > alert.confirmed_at


def _untold(alert: SavedSearch, ids: Sequence[str]) -> set[str]:
    """Return those of ``ids`` that ``alert`` has not told. One query."""
    return set(ids) - set(
        ToldDocument.objects.filter(alert=alert, document__in=ids).values_list("document", flat=True)
    )


def _tell(
    alerts: Iterable[SavedSearch], found: dict[int, list[Document]], *, user_id: int, now: dt.datetime
) -> int:
    """Write the message about ``found``, and that it was told; return how many documents are in it."""
    # Read again: what she may read is decided by what she is at this moment.
    user = get_user_model().objects.get(pk=user_id)
    visible = registry.visible_ids(user, [document for news in found.values() for document in news])
    types = registry.types()
    sections, told = [], []
    for alert in alerts:
        readable = [document for document in found.get(alert.pk, ()) if document.id in visible]
        # Another clock may have told some of it since the search.
        untold = _untold(alert, [document.id for document in readable])
        if news := [document for document in readable if document.id in untold]:
            sections.append(_section(alert, news, types))
            told += [ToldDocument(alert=alert, document=document.id, told_at=now) for document in news]
    if not sections:
        return 0
    link = link_to(Purpose.PAUSE, *(section.alert for section in sections))
    sent = AlertNews.send(
        user=user,
        context={"sections": sections, "my_alerts_url": absolute(reverse("members:espace")) + "#mes-alertes"},
        now=now,
        # RFC 8058: a mail program stops it all with one POST, the person behind it signed in or not.
        headers={"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    if not sent:
        return 0
    ToldDocument.objects.bulk_create(told)
    return len({row.document for row in told})


def _section(alert: SavedSearch, news: list[Document], types) -> Section:
    latest = sorted(news, key=lambda document: (document.published_at, document.id), reverse=True)
    return Section(
        alert=alert,
        shown=tuple(
            News(document, types.get(document.type, Label(document.type, document.type)))
            for document in latest[:SHOWN]
        ),
        total=len(news),
        results_url=results_url(alert),
        pause_url=link_to(Purpose.PAUSE, alert),
        end_url=link_to(Purpose.END, alert),
    )


def results_url(alert: SavedSearch) -> str:
    """Return the full address of the search of ``alert``, the latest first."""
    return absolute(f"{reverse('search')}?{alert.parameters.query_string(sort='date')}")
