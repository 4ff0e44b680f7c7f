"""What the clock does for members."""

import datetime as dt

from portal.background.jobs import Job, register

from .accounts import abandoned_accounts, expired_sessions, purge_sessions, purge_unproved_accounts
from .approval import escalate_late_requests


def pass_late_requests(now: dt.datetime) -> str:
    return f"{escalate_late_requests(now=now)} demande(s) transmise(s) à l’Avise"


register(
    Job(
        name="members-escalate",
        label="Demandes d’accès : passage à l’Avise",
        run=pass_late_requests,
        every=dt.timedelta(minutes=10),
    )
)


def purge(now: dt.datetime) -> str:
    accounts, sessions = purge_unproved_accounts(now=now), purge_sessions(now=now)
    return f"{accounts} compte(s) jamais confirmé(s) et {sessions} session(s) échue(s) supprimés"


def would_purge(now: dt.datetime) -> str:
    accounts, sessions = abandoned_accounts(now=now).count(), expired_sessions(now=now).count()
    return f"{accounts} compte(s) jamais confirmé(s) et {sessions} session(s) échue(s) à supprimer"


register(
    Job(
        name="members-purge",
        label="Comptes jamais confirmés, sessions échues",
        run=purge,
        every=dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_purge,
    )
)
