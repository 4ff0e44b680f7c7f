"""What is forgotten of those who waited, and when. A dry run reads the same querysets."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from portal.commissioning.models import Need, Watch

#: Told, or the fiche set aside: her space shows it this long.
ANSWERED_KEPT = dt.timedelta(days=30)
#: Nobody waits longer for a fiche; she may ask again.
WATCHES_KEPT = dt.timedelta(days=730)


def watches_to_forget(*, now: dt.datetime):
    """The watches that were answered a month ago, or are two years old."""
    limit = now - ANSWERED_KEPT
    set_aside = Q(need__state=Need.State.SET_ASIDE, need__changed_at__lte=limit)
    return Watch.objects.filter(
        Q(told_at__lte=limit) | set_aside | Q(created_at__lte=now - WATCHES_KEPT)
    ).order_by()


def forget_watches(*, now: dt.datetime) -> int:
    """Delete the watches that have served (see ``watches_to_forget``); return how many."""
    ids = list(watches_to_forget(now=now).values_list("pk", flat=True))
    return Watch.objects.filter(pk__in=ids).delete()[0]
