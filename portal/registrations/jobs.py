"""What the clock runs for registrations."""

import datetime as dt

from portal.background.jobs import Job, register

from . import services


def remind(now: dt.datetime) -> str:
    """Remind who has a seat tomorrow; ``now`` is aware."""
    return f"{services.send_reminders(now=now)} rappel(s)"


def forget(now: dt.datetime) -> str:
    """Forget situations after 30 days and names after a year; ``now`` is aware."""
    questions = services.forget_questions(now=now)
    names = services.anonymise_old_registrations(now=now)
    return f"{questions} situation(s) ou besoin(s) oublié(s), {names} inscription(s) anonymisée(s)"


register(
    Job(
        name="registrations.remind",
        label="Rappeler les rendez-vous",
        run=remind,
        every=dt.timedelta(minutes=10),
    )
)
register(
    Job(
        name="registrations.forget",
        label="Oublier les situations et les noms",
        run=forget,
        every=dt.timedelta(days=1),
        not_before_hour=3,
    )
)
