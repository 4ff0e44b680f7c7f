"""What the clock does for the search."""

import datetime as dt

from portal.background.jobs import Job, register

from . import services
from .engines import get_engine


def check_index(now: dt.datetime) -> str:
    """Compare the index with the database every night, and mend it."""
    drift = services.check(get_engine(), repair=True, now=now)
    return (
        f"{drift.checked} documents, {len(drift.missing)} absents, {len(drift.stale)} périmés, "
        f"{len(drift.superfluous)} en trop"
    )


def purge_changes(now: dt.datetime) -> str:
    return f"{services.purge(now=now)} changements anciens supprimés"


def would_purge_changes(now: dt.datetime) -> str:
    return f"{services.old_changes(now=now).count()} changements anciens à supprimer"


register(
    Job(
        "search.check",
        "Vérifier l’index de recherche",
        check_index,
        every=dt.timedelta(days=1),
        not_before_hour=3,
    )
)
register(
    Job(
        "search.purge",
        "Purger la file d’indexation",
        purge_changes,
        every=dt.timedelta(days=1),
        not_before_hour=4,
        preview=would_purge_changes,
    )
)
