"""What the clock does for the search."""

import datetime as dt

from portal.background.jobs import Job, register

from . import frequent, journal, services
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


def forget_searches(now: dt.datetime) -> str:
    deleted, emptied = journal.forget(now=now)
    return f"{deleted} recherche(s) de plus de 13 mois supprimée(s), mots oubliés pour {emptied} rare(s)"


def would_forget_searches(now: dt.datetime) -> str:
    deleted, emptied = journal.old_entries(now=now).count(), journal.overdue_words(now=now).count()
    return f"{deleted} recherche(s) de plus de 13 mois à supprimer, mots à oublier pour {emptied} rare(s)"


def refresh_frequent(now: dt.datetime) -> str:
    """Say anew what is often searched; what finds nothing any more, or nothing public, goes at the same time."""
    return f"{frequent.refresh(engine=get_engine(), now=now)} recherche(s) fréquente(s)"


register(
    Job(
        "search.forget",
        "Recherches : oublier les mots rares et ce qui est ancien",
        forget_searches,
        every=dt.timedelta(days=1),
        not_before_hour=4,
        preview=would_forget_searches,
    )
)
register(
    Job(
        "search.frequent",
        "Recherches fréquentes : les mettre à jour",
        refresh_frequent,
        every=dt.timedelta(hours=6),
    )
)
