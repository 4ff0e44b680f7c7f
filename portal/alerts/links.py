"""The links of an alert's mail: signed, without signing in, worth one act on the alerts they name.

Nothing is stored: what a link may do depends on what its alerts are when it is followed. A link to pause opens
no other door: it neither ends an alert nor shows another.
"""

from __future__ import annotations

from enum import StrEnum

from django.core.signing import BadSignature, dumps, loads
from django.urls import reverse

from portal.notifications.rendering import absolute

from .models import SavedSearch

#: A salt of its own: no other signature of the portal acts on an alert.
SALT = "alerts.link"


class Purpose(StrEnum):
    CONFIRM = "confirmer"
    PAUSE = "pause"
    END = "terminer"


class BadLink(Exception):
    """This address was not made by the portal, was cut on its way, or its alerts are gone."""


def token_for(purpose: Purpose, *alerts: SavedSearch) -> str:
    """Sign ``purpose`` for ``alerts``, all of one person."""
    return dumps({"p": purpose.value, "a": [alert.pk for alert in alerts]}, salt=SALT)


def link_to(purpose: Purpose, *alerts: SavedSearch) -> str:
    """Return the full address that a mail leads to."""
    return absolute(reverse("alerts:by_link", args=[token_for(purpose, *alerts)]))


def read_token(token: str) -> tuple[Purpose, list[SavedSearch]]:
    """Return what ``token`` is for, and those of its alerts that remain, at least one. Raises BadLink."""
    try:
        signed = loads(token, salt=SALT)
        purpose = Purpose(signed["p"])
    except (BadSignature, ValueError) as error:
        raise BadLink from error
    alerts = list(SavedSearch.objects.filter(pk__in=signed["a"], user__is_active=True).select_related("user"))
    if not alerts:
        raise BadLink
    return purpose, alerts
