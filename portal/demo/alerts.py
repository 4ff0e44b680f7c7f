"""The adviser's alerts: one that tells of something at its first run, one on pause."""

from __future__ import annotations

import datetime as dt

from portal.alerts.models import SavedSearch
from portal.alerts.services import AlreadySaved, confirm, create_alert, pause
from search.forms import SearchParameters

WEEKLY = SavedSearch.Frequency.WEEKLY
#: Name, words, filters, days since it was asked for, whether it is on pause.
ALERTS = (
    ("Trésorerie, avant que ça presse", "trésorerie", {"phase": ("anticiper",)}, 60, False),
    ("Gouvernance, tout ce qui paraît", "", {"theme": ("gouvernance",)}, 30, True),
)


def load_alerts(user, *, now: dt.datetime) -> None:
    """Give ``user`` the alerts that she has not: through their services, dated back."""
    for name, text, facets, days, is_paused in ALERTS:
        asked = now - dt.timedelta(days=days)
        parameters = SearchParameters(text=text, facets=facets)
        try:
            alert = create_alert(user=user, parameters=parameters, name=name, frequency=WEEKLY, now=asked)
        except AlreadySaved:
            continue
        confirm(alert=alert, now=asked + dt.timedelta(minutes=5))
        if is_paused:
            pause(alert=alert, now=now - dt.timedelta(days=3))
