"""What the clock does for accessibility: forget who reported an obstacle, and in which words."""

import datetime as dt

from portal.background.jobs import Job, register

from . import services


def forget(now: dt.datetime) -> str:
    """Empty the reports that are a year old; ``now`` is aware."""
    return f"{services.empty_reports(now=now)} obstacle(s) signalé(s) vidé(s) de leurs textes"


def would_forget(now: dt.datetime) -> str:
    """What ``forget`` would do at ``now``, counted on the same rows."""
    return f"{services.to_empty(now=now).count()} obstacle(s) signalé(s) à vider de leurs textes"


register(
    Job(
        name="accessibility.forget",
        label="Obstacles signalés\u00a0: oublier les textes et les adresses",
        run=forget,
        every=dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_forget,
    )
)
