"""What the clock does for the board: tell who waits, count, forget."""

import datetime as dt

from portal.background.jobs import Job, register

from . import services


def tell(now: dt.datetime) -> str:
    """Tell who waits for a published fiche and may read it now; ``now`` is aware."""
    return f"{services.tell_pending(now=now)} personne(s) prévenue(s)"


def count(now: dt.datetime) -> str:
    """Count anew what stands behind each fiche to write; ``now`` is aware."""
    return f"{services.count_all(now=now)} fiche(s) à écrire comptée(s)"


def forget(now: dt.datetime) -> str:
    """Empty the gaps nobody answered in 30 days, delete what was answered a month ago; ``now`` is aware."""
    reports = services.forget_reports(now=now)
    watches = services.forget_watches(now=now)
    return f"{reports} manque(s) signalé(s) oublié(s), {watches} attente(s) effacée(s)"


def would_forget(now: dt.datetime) -> str:
    """What ``forget`` would do at ``now``, counted on the same rows."""
    reports = services.reports_to_forget(now=now).count()
    watches = services.watches_to_forget(now=now).count()
    return f"{reports} manque(s) signalé(s) à oublier, {watches} attente(s) à effacer"


register(
    Job(
        name="commissioning.tell",
        label="Fiches attendues\u00a0: prévenir",
        run=tell,
        every=dt.timedelta(minutes=10),
    )
)
register(
    Job(
        name="commissioning.count",
        label="Fiches à écrire\u00a0: compter",
        run=count,
        every=dt.timedelta(days=1),
        not_before_hour=4,
    )
)
register(
    Job(
        name="commissioning.forget",
        label="Manques signalés et attentes\u00a0: oublier",
        run=forget,
        every=dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_forget,
    )
)
