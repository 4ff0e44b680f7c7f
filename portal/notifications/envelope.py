"""From an ``EmailMessage`` to what the outbox stores: one recipient, fixed bytes, and what it may be shown.

A sender says what a message is by headers that are read here and never leave the portal:

- ``X-Portal-Kind``: the kind of message, as listed in the admin ("inscription-confirmee");
- ``X-Portal-Secret``: "1" where it holds a code or a personal link, "0" where it does not;
- ``X-Portal-Expires``: after how many seconds sending it makes no sense any more;
- ``X-Portal-Priority``: its place in the queue, 0 first, where secrecy does not tell: a personal link that
  nobody waits for at the screen must not pass before sign-in codes.

A message that says nothing is taken for a secret, and so is one about an account ("compte…", allauth's) that
does not say otherwise: forgetting a header can only hide. Wagtail's notices to editors are known by their
``Auto-Submitted`` header and hold no secret.
"""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from email.utils import make_msgid, parseaddr

import css_inline
from django.core.mail import EmailAlternative, EmailMessage, EmailMultiAlternatives

#: What a program keeps of ``<style>`` (dark scheme, narrow screens) is left in place.
_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)

KIND, SECRET, EXPIRES = "X-Portal-Kind", "X-Portal-Secret", "X-Portal-Expires"
PRIORITY = "X-Portal-Priority"
#: Read above, or rebuilt for the one recipient: none of these is copied from the message.
NOT_COPIED = {name.lower() for name in (KIND, SECRET, EXPIRES, PRIORITY, "To", "Cc", "Bcc", "Message-ID")}

#: Kinds of message about an account begin so.
ACCOUNT_KIND = "compte"
SECRET_PRIORITY, ORDINARY_PRIORITY, LAST_PRIORITY = 0, 5, 9
#: A secret that says nothing of its life is not sent after a day.
SECRET_LIFE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Nature:
    """What a message is: its kind, whether it is secret, until when it makes sense, how urgent it is."""

    kind: str
    is_secret: bool
    lifetime: dt.timedelta | None
    #: 0 goes first.
    priority: int


@dataclass(frozen=True)
class Envelope:
    """One message to one recipient: RFC 5322 bytes with CRLF line ends, and what SMTP asks beside them."""

    recipient: str
    sender: str
    message_id: str
    content: bytes


def nature_of(message: EmailMessage) -> Nature:
    """Read what ``message`` says of itself; see the top of this module for what silence means."""
    headers = {name.lower(): str(value).strip() for name, value in message.extra_headers.items()}
    from_wagtail = KIND.lower() not in headers and headers.get("auto-submitted") == "auto-generated"
    kind = headers.get(KIND.lower()) or ("administration" if from_wagtail else ACCOUNT_KIND)
    said = headers.get(SECRET.lower())
    is_secret = kind.startswith(ACCOUNT_KIND) if said is None else said.lower() not in ("0", "false")
    seconds = headers.get(EXPIRES.lower(), "")
    lifetime = (
        dt.timedelta(seconds=int(seconds)) if seconds.isdigit() else (SECRET_LIFE if is_secret else None)
    )
    asked = headers.get(PRIORITY.lower(), "")
    if asked.isdecimal():
        priority = min(int(asked), LAST_PRIORITY)
    else:
        priority = SECRET_PRIORITY if is_secret else ORDINARY_PRIORITY
    return Nature(kind=kind[:60], is_secret=is_secret, lifetime=lifetime, priority=priority)


def envelopes(message: EmailMessage) -> list[Envelope]:
    """Return one envelope per distinct recipient, Cc and Bcc included: each sees her own address only.

    Styles are inlined: mail programs drop ``<style>``.
    """
    message = copy.copy(message)
    if isinstance(message, EmailMultiAlternatives):
        message.alternatives = [_inlined(alternative) for alternative in message.alternatives]
    by_address: dict[str, str] = {}
    for recipient in message.recipients():
        address = parseaddr(recipient)[1] or recipient.strip()
        by_address.setdefault(address.lower(), recipient)
    return [_envelope(message, recipient) for recipient in by_address.values()]


def _inlined(alternative: EmailAlternative) -> EmailAlternative:
    if alternative.mimetype != "text/html" or "<style" not in str(alternative.content):
        return alternative
    return EmailAlternative(_inliner.inline(str(alternative.content)), alternative.mimetype)


def _envelope(message: EmailMessage, recipient: str) -> Envelope:
    sender = parseaddr(message.from_email)[1] or message.from_email
    message_id = make_msgid(domain=sender.rpartition("@")[2] or None)
    single = copy.copy(message)
    single.to, single.cc, single.bcc = [recipient], [], []
    kept = {name: value for name, value in message.extra_headers.items() if name.lower() not in NOT_COPIED}
    single.extra_headers = {**kept, "Message-ID": message_id}
    return Envelope(
        recipient=parseaddr(recipient)[1] or recipient.strip(),
        sender=sender,
        message_id=message_id,
        content=single.message().as_bytes(linesep="\r\n"),
    )
