"""Who waits for a fiche, and the one message that says it is there.

Each is told once, and only of a page that she may read: until then she goes on waiting, and the clock asks again
(her account is approved, the page is opened to her). Who refused this family of message is not written to: « Ce
que j’attends » in her space says it.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from portal.commissioning.messages import FicheThere
from portal.commissioning.models import Need, Watch

from .refusals import NothingToAwait

#: People told in one transaction; the clock tells the others.
CHUNK = 25


@transaction.atomic
def watch(*, user, need: Need, now: dt.datetime) -> Watch:
    """Note that ``user`` waits for ``need``; again changes nothing. Raises NothingToAwait."""
    # Shares the lock of what publishes: nobody begins to wait for what has just been answered.
    state = Need.objects.select_for_update().values_list("state", flat=True).get(pk=need.pk)
    if state not in Need.TO_WRITE:
        raise NothingToAwait
    return Watch.objects.get_or_create(user=user, need=need, defaults={"created_at": now})[0]


@transaction.atomic
def unwatch(*, user, need: Need) -> bool:
    """Forget that ``user`` waits for ``need``; returns False where she did not."""
    return bool(Watch.objects.filter(user=user, need=need).delete()[0])


@transaction.atomic
def unwatch_all(*, user) -> int:
    """Forget everything that ``user`` waits for; return how many."""
    return Watch.objects.filter(user=user).delete()[0]


def awaited_by(user) -> int:
    """How many fiches ``user`` waits for and was not told of."""
    return Watch.objects.filter(user=user, told_at=None).count()


@transaction.atomic
def tell_of(*, need: Need, now: dt.datetime) -> int:
    """Tell up to ``CHUNK`` of those who wait for ``need``, published, and may read its page; return how many."""
    page = need.page
    if need.state != Need.State.PUBLISHED or page is None or not page.live:
        return 0
    told = 0
    waiting = Watch.objects.select_for_update(of=("self",)).filter(
        need=need, told_at=None, user__is_active=True
    )
    for one in waiting.select_related("user").order_by("pk"):
        if told == CHUNK:
            break
        if not page.is_visible_to(one.user):
            continue
        one.told_at = now
        one.save(update_fields=["told_at"])
        FicheThere.tell(user=one.user, need=need, page=page, now=now)
        told += 1
    return told


def tell_pending(*, now: dt.datetime) -> int:
    """Tell who is still to be told, need by need; return how many. Twice at once tells nobody twice."""
    total = 0
    waited = Watch.objects.filter(told_at=None, need__state=Need.State.PUBLISHED, need__page__live=True)
    for pk in waited.order_by("need").values_list("need", flat=True).distinct():
        with transaction.atomic():
            total += tell_of(need=Need.objects.select_for_update().get(pk=pk), now=now)
    return total
