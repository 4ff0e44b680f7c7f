"""What alerts know of a person, and how they forget her."""

from __future__ import annotations

import datetime as dt

from portal.members import privacy

from .models import SavedSearch


def export_alerts(user) -> list[dict]:
    """The person's alerts, those that are over included; times in ISO 8601, UTC."""
    return [
        {
            "nom": alert.name,
            "mots": alert.text,
            "filtres": alert.facets,
            "frequence": alert.get_frequency_display(),
            "etat": alert.get_state_display(),
            "creee_le": alert.created_at.isoformat(),
            "confirmee_le": _iso(alert.confirmed_at),
            "en_pause_depuis": _iso(alert.paused_at),
            "terminee_le": _iso(alert.ended_at),
            "derniere_recherche_le": _iso(alert.last_run_at),
            "deja_signale": [
                {"document": told.document, "le": told.told_at.isoformat()} for told in alert.told.all()
            ],
        }
        for alert in SavedSearch.objects.filter(user=user).prefetch_related("told")
    ]


def erase_alerts(*, user, now: dt.datetime) -> None:
    """Delete the person's alerts, and with them what they told."""
    SavedSearch.objects.filter(user=user).delete()


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


privacy.register("alertes", export=export_alerts, erase=erase_alerts)
