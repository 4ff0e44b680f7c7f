"""The fiche that answers: linked once published, back to be written when it is taken off the site."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from portal.base.models import BasePage
from portal.centres.models import CentrePage
from portal.commissioning.models import Need, NeedChange
from portal.commissioning.permissions import may_follow, may_keep

from .history import locked, record
from .refusals import MayNot, NotAnAnswer, NotToWrite, PageElsewhere, PageNotLive
from .telling import tell_of

Action = NeedChange.Action
ANSWER = ("state", "page", "published_at")


def pages_of(centre: CentrePage):
    """The live pages that ``centre`` may answer with: what stands below its own."""
    return BasePage.objects.live().descendant_of(centre)


@transaction.atomic
def link_page(*, need: Need, page: BasePage, by, now: dt.datetime) -> Need:
    """Say that ``page`` answers ``need``; who waits for it is told. Avise may link any page, taken or not.

    Raises MayNot, NotToWrite, PageNotLive, PageElsewhere, NotAnAnswer.
    """
    need = locked(need)
    if not may_follow(by, need):
        raise MayNot
    if not need.is_to_write:
        raise NotToWrite
    page = BasePage.objects.get(pk=page.pk)
    if not page.live:
        raise PageNotLive
    if CentrePage.objects.filter(pk=page.pk).exists():
        raise NotAnAnswer
    if not may_keep(by) and not pages_of(need.centre).filter(pk=page.pk).exists():
        raise PageElsewhere
    need.page = page
    return _publish(need, by=by, now=now)


def page_came_back(*, page: BasePage, now: dt.datetime) -> int:
    """Follow a page that is published: it answers again what it answered, and who may read it now is told.

    Returns how many needs were published again. In the caller's transaction, if there is one.
    """
    back = 0
    with transaction.atomic():
        for need in Need.objects.filter(page_id=page.pk).order_by("pk"):
            need = locked(need)
            if need.is_to_write:
                _publish(need, by=None, now=now)
                back += 1
            elif need.state == Need.State.PUBLISHED:
                # It may be open to more people than before.
                tell_of(need=need, now=now)
    return back


def page_left(*, page: BasePage, now: dt.datetime) -> int:
    """Follow a page that is unpublished or deleted: what it answered is to be written again; return how many."""
    left = 0
    with transaction.atomic():
        for need in Need.objects.filter(page_id=page.pk, state=Need.State.PUBLISHED).order_by("pk"):
            need = locked(need)
            need.state = Need.State.TAKEN if need.centre else Need.State.OPEN
            need.published_at = None
            record(need, Action.UNPUBLISHED, by=None, now=now, words=page.title, fields=ANSWER)
            left += 1
    return left


def _publish(need: Need, *, by, now: dt.datetime) -> Need:
    need.state, need.published_at = Need.State.PUBLISHED, now
    record(need, Action.PUBLISHED, by=by, now=now, words=need.page.title, fields=ANSWER)
    tell_of(need=need, now=now)
    return need
