"""The messages of this app. They leave through Django's mail, whose backend is the outbox."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from portal.base import letters

#: What the outbox reads and takes off before a message leaves (see ``portal.notifications.backend``).
KIND_HEADER = "X-Portal-Kind"
SECRET_HEADER = "X-Portal-Secret"  # noqa: S105
EXPIRES_HEADER = "X-Portal-Expires"
PRIORITY_HEADER = "X-Portal-Priority"
#: A personal link is hidden like a code, but nobody waits for it at the screen: codes pass first.
ORDINARY_PRIORITY = "5"


def headers(*, kind: str, secret: bool = False, expires_seconds: int | None = None) -> dict[str, str]:
    """Return what tells the outbox the kind of a message, whether it holds a code, and its life in seconds."""
    found = {KIND_HEADER: kind, SECRET_HEADER: "1" if secret else "0"}
    if expires_seconds:
        found[EXPIRES_HEADER] = str(expires_seconds)
    return found


def send(
    name: str,
    *,
    to: str,
    kind: str,
    context: dict,
    secret: bool = False,
    expires_seconds: int | None = None,
) -> None:
    """Send ``templates/members/emails/<name>/`` to one address, as HTML and as the text derived from it.

    ``secret``: it holds a personal link, which staff never see; it leaves at its turn all the same.
    Call it in the transaction of what it speaks of: the message is a row of the outbox.
    """
    rendered = letters.render(f"members/emails/{name}", {**letters.letterhead(), **context})
    message = EmailMultiAlternatives(
        rendered.subject,
        rendered.text,
        settings.DEFAULT_FROM_EMAIL,
        [to],
        headers={
            "Auto-Submitted": "auto-generated",
            PRIORITY_HEADER: ORDINARY_PRIORITY,
            **headers(kind=kind, secret=secret, expires_seconds=expires_seconds),
        },
    )
    message.attach_alternative(rendered.html, "text/html")
    message.send()
