"""Deliver the outbox: at least once, never twice knowingly.

A row is claimed, and the claim committed, before its message is handed to the server. Between the server's
yes and our own commit nobody can know: a worker that dies there leaves a lease, and whoever takes the row up
again sends the same bytes under the same Message-ID and marks it "peut-être envoyé deux fois".
"""

from __future__ import annotations

import datetime as dt
import email
import logging
import smtplib
from collections.abc import Callable
from email.message import Message

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from .models import OutgoingMessage

logger = logging.getLogger(__name__)

#: Longer than a server may take to answer for one message (EMAIL_TIMEOUT counts for each exchange).
LEASE = dt.timedelta(minutes=10)
BATCH = 20
#: The server closes the connection (RFC 5321, 3.8).
SERVICE_CLOSING = 421


def deliver_due(*, limit: int = BATCH, clock: Callable[[], dt.datetime] = timezone.now) -> int:
    """Deliver up to ``limit`` messages that are due, codes first, and return how many were settled.

    One is claimed at a time, so that a worker that dies leaves one message in doubt, not twenty. Stops at
    once where the server does not answer: the message is tried again later, the others are left alone.
    """
    settled = 0
    postman = Postman(settings.OUTBOX_DELIVERY_BACKEND)
    try:
        while settled < limit:
            claimed = OutgoingMessage.objects.claim(now=clock(), limit=1, lease=LEASE)
            if not claimed or not _deliver(claimed[0], postman, clock):
                break
            settled += 1
    finally:
        postman.close()
    return settled


def _deliver(row: OutgoingMessage, postman: Postman, clock: Callable[[], dt.datetime]) -> bool:
    """Settle one claimed row. Returns False where no other message can leave for now."""
    now = clock()
    if row.content is None:
        row.fail(now=now, error="Le contenu a été effacé.", final=True)
        return True
    if row.expires_at and row.expires_at <= now:
        row.expire(now=now, **_wiped(row, now))
        return True
    if row.attempts > row.MAX_ATTEMPTS:
        row.fail(now=now, error="Trop d’essais interrompus.", final=True, **_wiped(row, now))
        return True
    # A row found leased may have been sent by a worker that died before it could say so.
    in_doubt = row.maybe_sent_twice or row.was_interrupted
    if postman.keeps_everything:
        row.finish(now=now)
        return True
    try:
        postman.open()
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("the mail server does not answer: %s", error)
        _fail(row, error, now=clock(), final=False, maybe_sent_twice=in_doubt)
        return False
    try:
        postman.send(row)
    except Exception as error:  # One message that cannot leave must not stop the others.
        # The line went dead after the message was begun: the server may have taken it.
        unknown = is_unknown(error)
        _fail(row, error, now=clock(), final=is_permanent(error), maybe_sent_twice=in_doubt or unknown)
        hung_up = unknown or getattr(error, "smtp_code", None) == SERVICE_CLOSING
        if hung_up:
            postman.close()
        return not hung_up
    sent_at = clock()
    row.finish(now=sent_at, sent_at=sent_at, maybe_sent_twice=in_doubt, **_wiped(row, sent_at))
    return True


def is_permanent(error: Exception) -> bool:
    """Tell whether the server will never take this message: a 5xx answer about it (RFC 5321, 4.2.1).

    A refused sign-in is ours to mend, not the message's fault.
    """
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600


def is_unknown(error: Exception) -> bool:
    """Tell whether the server may have taken the message all the same: it hung up, or fell silent."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, OSError)


def _fail(row: OutgoingMessage, error: Exception, *, now: dt.datetime, final: bool, **extra) -> None:
    final = final or row.attempts >= row.MAX_ATTEMPTS
    text = f"{type(error).__name__}: {error}"
    logger.warning("message %s (%s): %s", row.pk, row.kind, text)
    row.fail(now=now, error=text, final=final, **extra, **(_wiped(row, now) if final else {}))


def _wiped(row: OutgoingMessage, now: dt.datetime) -> dict:
    """What settling a row erases: a code or a personal link, except where the mail is only kept."""
    if not row.is_secret or settings.OUTBOX_DELIVERY_BACKEND is None:
        return {}
    return {"content": None, "wiped_at": now}


class Postman:
    """The connection to the mail server, opened when the first message leaves."""

    def __init__(self, backend: str | None):
        #: The demonstration has no server: its mail stays in the outbox, readable.
        self.keeps_everything = backend is None
        self._connection = None if backend is None else get_connection(backend)

    def open(self) -> None:
        """Open the connection if it is not. Raises what the backend raises (SMTPException, OSError)."""
        self._connection.open()

    def send(self, row: OutgoingMessage) -> None:
        """Hand the stored bytes of ``row`` to the server. Raises what the backend raises."""
        self._connection.send_messages([StoredMessage(row)])

    def close(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.close()
        except (smtplib.SMTPException, OSError) as error:
            logger.info("closing the connection to the mail server: %s", error)


class StoredMessage(EmailMessage):
    """A row of the outbox as Django's backends take it: its envelope, and its bytes as they were stored."""

    def __init__(self, row: OutgoingMessage):
        super().__init__(subject=row.subject, from_email=row.sender, to=[row.recipient])
        self._bytes = bytes(row.content)

    def message(self) -> Message:
        stored = email.message_from_bytes(self._bytes, _class=_StoredBytes)
        stored.stored = self._bytes
        return stored


class _StoredBytes(Message):
    def as_bytes(self, *args, **kwargs) -> bytes:
        return self.stored
