"""What the clock does for the letter: write what is being sent, forget what is no longer needed."""

import datetime as dt

from portal.background.jobs import Job, register

from .services import old_subscriptions, purge_subscriptions, write_deliveries


def send(now: dt.datetime) -> str:
    """Write the messages of the letters being sent; ``now`` is aware."""
    return f"{write_deliveries(now=now)} lettre(s) mise(s) à l’envoi"


def purge(now: dt.datetime) -> str:
    """Delete requests never confirmed after 7 days, subscriptions ended for 3 years; ``now`` is aware."""
    unconfirmed, ended = purge_subscriptions(now=now)
    return f"{unconfirmed} demande(s) jamais confirmée(s) et {ended} abonnement(s) terminé(s) effacés"


def would_purge(now: dt.datetime) -> str:
    unconfirmed, ended = old_subscriptions(now=now)
    return f"{unconfirmed.count()} demande(s) jamais confirmée(s) et {ended.count()} abonnement(s) à effacer"


register(
    Job(
        name="newsletter.send",
        label="Envoyer la lettre du réseau",
        run=send,
        every=dt.timedelta(minutes=1),
    )
)
register(
    Job(
        name="newsletter.purge",
        label="Lettre : demandes jamais confirmées, abonnements terminés",
        run=purge,
        every=dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_purge,
    )
)
