"""What an alert writes: one message to confirm it, then what came out.

Both hold links that act without signing in, and what a person searches is her own affair: neither is shown to
staff, and no subject says it.
"""

from __future__ import annotations

import datetime as dt

from portal.notifications import categories
from portal.notifications.envelope import ORDINARY_PRIORITY
from portal.notifications.messages import Notification

ALERTS = categories.register(
    categories.Category(
        name="alertes",
        label="Alertes de recherche",
        help="Ce qui vient de paraître sur les recherches que vous suivez.",
        order=45,
    )
)
#: A request to confirm lives as long as its link; see ``services.UNCONFIRMED_KEPT``.
CONFIRM_LIFE = dt.timedelta(days=7)


class AlertToConfirm(Notification):
    """``alert`` and ``confirm_url``. It follows from her own act: it always goes."""

    name = "alert_confirm"
    label = "Alerte\u00a0: à confirmer"
    is_secret = True
    priority = ORDINARY_PRIORITY
    lifetime = CONFIRM_LIFE


class AlertNews(Notification):
    """``sections``: one for each alert that has news; see ``running.Section``."""

    name = "alert_news"
    label = "Alerte\u00a0: du nouveau"
    category = ALERTS
    is_secret = True
    priority = ORDINARY_PRIORITY
    # What could not leave for a week is no longer news.
    lifetime = dt.timedelta(days=7)
