"""Read a stored message again: its subject, its text, its attachments."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass

from .models import OutgoingMessage


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a reader of ``row`` sees; ``attachments`` in the order of the message."""

    row: OutgoingMessage
    subject: str
    text: str
    html: str
    attachments: list[Attachment]


def read(row: OutgoingMessage) -> Letter:
    """Parse the stored bytes of ``row``; a message whose text is gone reads as an empty one."""
    if row.content is None:
        return Letter(row=row, subject=row.subject, text="", html="", attachments=[])
    message = email.message_from_bytes(bytes(row.content), policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    html = message.get_body(preferencelist=("html",))
    return Letter(
        row=row,
        subject=str(message["Subject"] or "").strip(),
        text=body.get_content() if body else "",
        html=html.get_content() if html else "",
        attachments=[
            _attachment(part, number) for number, part in enumerate(message.iter_attachments(), start=1)
        ],
    )


def _attachment(part, number: int) -> Attachment:
    content = part.get_content()
    if not isinstance(content, (bytes, str)):
        content = bytes(part)
    return Attachment(
        name=part.get_filename() or f"piece-jointe-{number}",
        content_type=part.get_content_type(),
        content=content.encode() if isinstance(content, str) else content,
    )
