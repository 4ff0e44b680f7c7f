"""The secret address of a person's own calendar: made, replaced, taken back by her alone."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction

from portal.registrations.models import CalendarFeed

TOKEN_BYTES = 32


@transaction.atomic
def open_feed(*, user, now: dt.datetime) -> CalendarFeed:
    """Return the feed of ``user``, made where she had none: a double click changes no address."""
    feed, _ = CalendarFeed.objects.get_or_create(
        user=user, defaults={"token": secrets.token_urlsafe(TOKEN_BYTES), "created_at": now}
    )
    return feed


@transaction.atomic
def replace_feed(*, user, now: dt.datetime) -> CalendarFeed:
    """Give ``user`` a new address; the former one answers 404 from now on."""
    feed, _ = CalendarFeed.objects.update_or_create(
        user=user, defaults={"token": secrets.token_urlsafe(TOKEN_BYTES), "created_at": now}
    )
    return feed


def close_feed(*, user) -> bool:
    """Take the address of ``user`` back; returns whether there was one."""
    deleted, _ = CalendarFeed.objects.filter(user=user).delete()
    return bool(deleted)
