"""What is written about mail: a message into the outbox, a second sending, a person's choices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Lower

from portal.background.outbox import OutboxState
from portal.base.letters import on_one_line

from .envelope import envelopes, nature_of
from .models import OutgoingMessage, Preference

HIDDEN_SUBJECT = "Code ou lien personnel"


class CannotResend(Exception):
    """This message is not sent again: it holds a code, its text is gone, or it has not left yet."""


def enqueue(*, message: EmailMessage, now: dt.datetime, user=None) -> list[OutgoingMessage]:
    """Write ``message`` to the outbox, one row per recipient, in the current transaction.

    ``now`` is aware; ``user`` is whose address it is, looked up where it is not given.
    """
    return store(rows_of(message, now=now, user=user))


def store(rows: Iterable[OutgoingMessage]) -> list[OutgoingMessage]:
    """Write rows that ``rows_of`` returned, at once, in the current transaction."""
    return OutgoingMessage.objects.bulk_create(rows)


def rows_of(message: EmailMessage, *, now: dt.datetime, user=None) -> list[OutgoingMessage]:
    """Return the rows of ``message``, one per recipient, not written yet.

    The subject of a secret is not stored in clear: it may hold the code.
    """
    nature = nature_of(message)
    sealed = envelopes(message)
    if user is not None:
        users = {user.email.lower(): user.pk}
    else:
        users = _users_by_address([envelope.recipient.lower() for envelope in sealed])
    return [
        OutgoingMessage(
            recipient=envelope.recipient,
            sender=envelope.sender,
            subject=HIDDEN_SUBJECT if nature.is_secret else on_one_line(str(message.subject))[:255],
            kind=nature.kind,
            message_id=envelope.message_id,
            content=envelope.content,
            user_id=users.get(envelope.recipient.lower()),
            is_secret=nature.is_secret,
            priority=nature.priority,
            created_at=now,
            next_try_at=now,
            expires_at=now + nature.lifetime if nature.lifetime else None,
        )
        for envelope in sealed
    ]


def _users_by_address(addresses: list[str]) -> dict[str, int]:
    users = get_user_model().objects.annotate(address=Lower("email")).filter(address__in=addresses)
    return dict(users.values_list("address", "pk"))


@transaction.atomic
def resend(*, message: OutgoingMessage, now: dt.datetime) -> OutgoingMessage:
    """Put ``message`` back into the queue, under the same Message-ID. Raises CannotResend."""
    row = OutgoingMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if not row.can_be_resent:
        raise CannotResend
    row.maybe_sent_twice = row.maybe_sent_twice or row.sent_at is not None
    row.state, row.attempts, row.next_try_at = OutboxState.PENDING, 0, now
    row.expires_at = row.finished_at = row.lease_until = None
    row.last_error = ""
    row.save()
    return row


@transaction.atomic
def save_preferences(*, user, wanted: dict[str, bool]) -> None:
    """Record which categories of message ``user`` wants; a category that is not named is left as it is."""
    for kind, is_wanted in wanted.items():
        Preference.objects.update_or_create(user=user, kind=kind, defaults={"wanted": is_wanted})


def old_messages(*, now: dt.datetime, bodies_after: dt.timedelta, rows_after: dt.timedelta):
    """Return two querysets: the messages to empty (older than ``bodies_after``), and those to delete.

    What still waits to be sent is in neither.
    """
    settled = OutgoingMessage.objects.exclude(state__in=[OutboxState.PENDING, OutboxState.LEASED])
    too_old = settled.filter(created_at__lt=now - rows_after)
    kept = settled.filter(created_at__gte=now - rows_after)
    return kept.filter(created_at__lt=now - bodies_after, content__isnull=False), too_old


def purge_old_messages(
    *, now: dt.datetime, bodies_after: dt.timedelta, rows_after: dt.timedelta
) -> tuple[int, int]:
    """Empty the messages older than ``bodies_after`` and delete those older than ``rows_after``.

    Returns how many of each (see ``old_messages``).
    """
    to_empty, to_delete = old_messages(now=now, bodies_after=bodies_after, rows_after=rows_after)
    deleted, _ = to_delete.delete()
    return to_empty.update(content=None, wiped_at=now), deleted
