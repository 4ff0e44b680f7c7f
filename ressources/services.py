"""« J’ai utilisé cette fiche »: said once by a person, and taken back as simply."""

from __future__ import annotations

import datetime as dt

from portal.base.audience import is_approved
from portal.base.models import BasePage

from .models import Usage


class NotAllowed(Exception):
    """Only an approved member who may read the page can say that she used it."""


def record_use(*, page: BasePage, user, now: dt.datetime) -> Usage:
    """Record that ``user`` used ``page``; saying it again changes nothing. Raises NotAllowed."""
    _check(page, user)
    profile = getattr(user, "profile", None)
    usage, _ = Usage.objects.get_or_create(
        page=page, user=user, defaults={"region": profile.region if profile else None, "created_at": now}
    )
    return usage


def withdraw_use(*, page: BasePage, user) -> None:
    """Take it back; nothing happens where nothing was said. Raises NotAllowed."""
    _check(page, user)
    Usage.objects.filter(page=page, user=user).delete()


def _check(page: BasePage, user) -> None:
    if not is_approved(user) or not page.live or not page.is_visible_to(user):
        raise NotAllowed
