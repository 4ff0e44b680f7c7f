"""What the clock does for alerts: look for what is new, forget what nobody confirmed and what is over."""

import datetime as dt

from portal.background.jobs import Job, register

from .running import run_due_alerts
from .services import old_alerts, purge_alerts


def run(now: dt.datetime) -> str:
    """Run the alerts that are due: the immediate ones each time, the weekly ones from Monday seven on.

    A clock that was down on Monday runs them when it is back, once.
    """
    done = run_due_alerts(now=now)
    line = f"{done.documents} nouveauté(s) signalée(s) à {done.people} personne(s)"
    return f"{line}, {done.failed} à reprendre" if done.failed else line


def purge(now: dt.datetime) -> str:
    unconfirmed, ended = purge_alerts(now=now)
    return f"{unconfirmed} alerte(s) jamais confirmée(s) et {ended} terminée(s) effacées"


def would_purge(now: dt.datetime) -> str:
    unconfirmed, ended = old_alerts(now=now)
    return f"{unconfirmed.count()} alerte(s) jamais confirmée(s) et {ended.count()} terminée(s) à effacer"


register(
    Job(
        name="alerts.run",
        label="Alertes de recherche\u00a0: signaler ce qui est paru",
        run=run,
        every=dt.timedelta(minutes=5),
    )
)
register(
    Job(
        name="alerts.purge",
        label="Alertes de recherche\u00a0: jamais confirmées, terminées",
        run=purge,
        every=dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_purge,
    )
)
