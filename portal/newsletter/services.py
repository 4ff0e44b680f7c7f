"""Subscribe, confirm, leave, send. A request is worth nothing until its owner confirms it (RGPD art. 7)."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.db import transaction
from django.urls import reverse

from portal.notifications.envelope import ORDINARY_PRIORITY
from portal.notifications.messages import declare, send_to_address
from portal.notifications.rendering import absolute

from .models import Delivery, Issue, Subscription

WORDING = "Je souhaite recevoir la lettre du réseau DLA ; je peux me désabonner à tout moment."
SALT = "newsletter"
#: The letter's two messages, as the list of mail sent names them.
CONFIRM = declare("newsletter_confirm", "Lettre\u00a0: confirmer l’abonnement")
ISSUE = declare("newsletter_issue", "Lettre du réseau")
#: A confirmation link lives three days; a link to leave lives as long as the letter.
CONFIRM_SECONDS = 3 * 24 * 3600
#: An address is not mailed again so soon: a form open to all must not fill somebody's inbox.
QUIET = dt.timedelta(minutes=15)
#: A letter that could not leave for a week is no longer news.
ISSUE_LIFE = dt.timedelta(days=7)
CHUNK, CHUNKS_A_RUN = 50, 20
#: A request that nobody confirmed proves nothing and is not kept.
UNCONFIRMED_KEPT = dt.timedelta(days=7)
#: Three years, leap day included: how long the CNIL lets a prospect's data be kept after the last contact
#: (référentiel « gestion des activités commerciales », 2022).
ENDED_KEPT = dt.timedelta(days=3 * 365 + 1)


class AlreadySent(Exception):
    """This letter has gone out: it is not sent twice."""


class BadLink(Exception):
    """The link was altered, or is too old to confirm with."""


def token_for(email: str, purpose: str) -> str:
    """Sign ``email`` for one purpose: "confirmer" or "quitter"."""
    return signing.dumps({"e": email.lower(), "p": purpose}, salt=SALT)


def email_of(token: str, purpose: str) -> str:
    """Return the address that ``token`` was signed for. Raises BadLink."""
    try:
        data = signing.loads(token, salt=SALT, max_age=CONFIRM_SECONDS if purpose == "confirmer" else None)
    except signing.BadSignature as error:
        raise BadLink from error
    if data.get("p") != purpose:
        raise BadLink
    return data["e"]


@transaction.atomic
def request_subscription(*, email: str, user, now: dt.datetime) -> None:
    """Write the request down and mail a link to confirm it. The same whether the address is known or not.

    An address that was mailed less than ``QUIET`` ago is not mailed again: anyone may type it, again and again.
    """
    email = email.strip().lower()
    # An address that is not the account's stays out of that account's data: it may be somebody else's.
    owner = user if user is not None and user.email.lower() == email else None
    Subscription.objects.get_or_create(
        email__iexact=email, defaults={"email": email, "requested_at": now, "wording": WORDING}
    )
    # Two requests at once: the second waits here, and finds that the first one mailed.
    subscription = Subscription.objects.select_for_update().get(email__iexact=email)
    subscription.user = owner or subscription.user
    was_ended = subscription.ended_at is not None
    if was_ended:
        subscription.confirmed_at, subscription.ended_at = None, None
    # Only the address's owner can have ended it: she does not wait.
    is_mailed = was_ended or subscription.mailed_at is None or now - subscription.mailed_at >= QUIET
    if is_mailed:
        subscription.mailed_at = now
    if subscription.confirmed_at is None:
        subscription.requested_at, subscription.wording = now, WORDING
    subscription.save()
    if is_mailed:
        send_to_address(
            CONFIRM,
            email=email,
            context={"token": token_for(email, "confirmer"), "known": bool(subscription.confirmed_at)},
            now=now,
            secret=True,
            lifetime=dt.timedelta(seconds=CONFIRM_SECONDS),
            priority=ORDINARY_PRIORITY,
        )


@transaction.atomic
def confirm(*, token: str, now: dt.datetime) -> Subscription:
    """Confirm the request that ``token`` was mailed for; again changes nothing. Raises BadLink."""
    subscription = (
        Subscription.objects.select_for_update().filter(email__iexact=email_of(token, "confirmer")).first()
    )
    if subscription is None or subscription.ended_at:
        raise BadLink
    if subscription.confirmed_at is None:
        subscription.confirmed_at = now
        subscription.save(update_fields=["confirmed_at"])
    return subscription


@transaction.atomic
def leave(*, token: str, now: dt.datetime) -> None:
    """End the subscription that ``token`` belongs to; again changes nothing. Raises BadLink."""
    Subscription.objects.filter(email__iexact=email_of(token, "quitter"), ended_at=None).update(ended_at=now)


@transaction.atomic
def send_issue(*, issue: Issue, now: dt.datetime) -> int:
    """Mark the letter sent and write down who is to receive it; return how many. Raises AlreadySent.

    The messages themselves are written by ``write_deliveries``, which the clock runs every minute.
    """
    issue = Issue.objects.select_for_update().get(pk=issue.pk)
    if issue.sent_at:
        raise AlreadySent
    subscribers = Subscription.objects.confirmed().values_list("pk", flat=True)
    deliveries = Delivery.objects.bulk_create(
        [Delivery(issue=issue, subscription_id=pk) for pk in subscribers], batch_size=500
    )
    issue.sent_at, issue.recipients = now, len(deliveries)
    issue.save(update_fields=["sent_at", "recipients"])
    return len(deliveries)


def write_deliveries(*, now: dt.datetime) -> int:
    """Write the messages of the letters being sent, ``CHUNK`` a transaction; return how many.

    A run that is killed loses the chunk it was in, messages and rows alike: the next run takes it up again, and
    nobody is written to twice. At most ``CHUNKS_A_RUN``: the clock has other work to do.
    """
    written = 0
    for _ in range(CHUNKS_A_RUN):
        found, sent = _write_chunk(now=now)
        written += sent
        if found < CHUNK:
            break
    return written


@transaction.atomic
def _write_chunk(*, now: dt.datetime) -> tuple[int, int]:
    """Turn up to ``CHUNK`` deliveries into messages; return how many were found, and how many written."""
    rows = list(
        Delivery.objects.select_for_update(of=("self",))
        .select_related("issue", "subscription")
        .order_by("pk")[:CHUNK]
    )
    # Who left since the letter was sent is not written to.
    wanted = [row for row in rows if row.subscription.is_confirmed]
    for row in wanted:
        email = row.subscription.email
        token = token_for(email, "quitter")
        send_to_address(
            ISSUE,
            email=email,
            context={"issue": row.issue, "token": token},
            now=now,
            # The link to leave is hers: staff do not see it.
            secret=True,
            lifetime=ISSUE_LIFE,
            priority=ORDINARY_PRIORITY,
            headers={"List-Unsubscribe": f"<{absolute(reverse('newsletter:leave', args=[token]))}>"},
        )
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows), len(wanted)


def old_subscriptions(*, now: dt.datetime):
    """Return two querysets: the requests never confirmed, and the other subscriptions long ended."""
    unconfirmed = Subscription.objects.filter(confirmed_at=None, requested_at__lt=now - UNCONFIRMED_KEPT)
    ended = Subscription.objects.filter(ended_at__lt=now - ENDED_KEPT)
    return unconfirmed, ended.exclude(pk__in=unconfirmed.values("pk"))


@transaction.atomic
def purge_subscriptions(*, now: dt.datetime) -> tuple[int, int]:
    """Delete the requests never confirmed and the subscriptions long ended; return how many of each."""
    unconfirmed, ended = old_subscriptions(now=now)
    counts = unconfirmed.count(), ended.count()
    ended.delete()
    unconfirmed.delete()
    return counts
