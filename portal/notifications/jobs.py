"""What the clock does with mail that has left: bodies go after 30 days, the trace after a year."""

import datetime as dt

from portal.background.jobs import Job, register

from .services import old_messages, purge_old_messages

BODIES_AFTER = dt.timedelta(days=30)
ROWS_AFTER = dt.timedelta(days=365)


def purge_mail(now: dt.datetime) -> str:
    """Empty and delete what is too old; ``now`` is aware."""
    emptied, deleted = purge_old_messages(now=now, bodies_after=BODIES_AFTER, rows_after=ROWS_AFTER)
    return f"{emptied} courriel(s) vidé(s), {deleted} effacé(s)"


def would_purge_mail(now: dt.datetime) -> str:
    emptied, deleted = old_messages(now=now, bodies_after=BODIES_AFTER, rows_after=ROWS_AFTER)
    return f"{emptied.count()} courriel(s) à vider, {deleted.count()} à effacer"


register(
    Job(
        name="notifications.purge",
        label="Vider les courriels de plus de 30 jours",
        run=purge_mail,
        every=dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_purge_mail,
    )
)
