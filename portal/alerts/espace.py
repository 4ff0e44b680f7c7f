"""« Mes alertes », in a person's own space."""

from __future__ import annotations

from dataclasses import dataclass

from portal.members.espace import register_panel
from portal.notifications.categories import wants
from search.labels import facet_labels, in_words

from .messages import ALERTS
from .models import SavedSearch


@dataclass(frozen=True)
class Line:
    """One alert as its person sees it.

    ``words`` is "" where the name says the same; ``results`` is the address of its search after the ``?``.
    """

    alert: SavedSearch
    words: str
    results: str


def my_alerts(request) -> dict | None:
    """The alerts that are not over; None where there is none."""
    alerts = list(SavedSearch.objects.live().filter(user=request.user).order_by("pk"))
    if not alerts:
        return None
    labels = facet_labels(request.user)
    return {
        "lines": [_line(alert, labels) for alert in alerts],
        "refuses_mail": not wants(request.user, ALERTS),
        "email": request.user.email,
    }


def _line(alert: SavedSearch, labels) -> Line:
    words = in_words(alert.parameters, labels)
    return Line(
        alert=alert,
        words="" if words == alert.name else words,
        results=alert.parameters.query_string(sort="date"),
    )


register_panel(name="alertes", order=14, template="alerts/espace_panel.html", context=my_alerts)
