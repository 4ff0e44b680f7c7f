"""One small class per message. Each app writes its own in ``messages.py``.

A message has one source, ``templates/emails/<name>/body.html``, from which its text is derived, and a
``subject.txt`` beside it. Both get what ``send`` is given, and the portal's name and address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import ClassVar

from django.core.mail import EmailMultiAlternatives

from .categories import SERVICE, Category, wants
from .envelope import EXPIRES, KIND, PRIORITY, SECRET
from .models import OutgoingMessage
from .rendering import render_message
from .services import rows_of, store

_labels: dict[str, str] = {
    "compte": "Compte (code ou lien)",
    "administration": "Administration",
    # Written by members, which this app stands on.
    "demande-d-acces": "Demande d’accès",
    "acces-donne": "Accès ouvert",
    "acces-refuse": "Accès refusé",
    "invitation": "Invitation",
    "autre": "Autre",
}


class Notification:
    """A message that the portal sends to a person. Subclasses set the attributes below."""

    #: Folder under ``templates/emails/``, and kind in the list of mail sent.
    name: ClassVar[str]
    #: What editors read in that list.
    label: ClassVar[str]
    category: ClassVar[Category] = SERVICE
    #: Holds a code or a personal link: hidden from staff, sent first, wiped once sent.
    is_secret: ClassVar[bool] = False
    #: After this long, sending it makes no sense.
    lifetime: ClassVar[dt.timedelta | None] = None
    #: Its place in the queue, 0 first; None lets its secrecy tell.
    priority: ClassVar[int | None] = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        # A shared parent names no message of its own.
        if "name" in vars(cls):
            _labels[cls.name] = cls.label

    @classmethod
    def send(
        cls,
        *,
        user,
        context: Mapping,
        now: dt.datetime,
        attachments: Iterable = (),
        lifetime: dt.timedelta | None = None,
        headers: Mapping | None = None,
    ) -> bool:
        """Write the message to the outbox, in the current transaction.

        Returns False, and writes nothing, where the account is closed or the person refused the category.
        ``attachments`` are MIME parts or ``(name, content, type)``. ``now`` is aware. ``lifetime`` is that of
        this message, where it depends on what it speaks of. ``headers`` are added to those of every message.
        """
        rows = cls.compose(
            user=user, context=context, now=now, attachments=attachments, lifetime=lifetime, headers=headers
        )
        return bool(store(rows))

    @classmethod
    def compose(
        cls,
        *,
        user,
        context: Mapping,
        now: dt.datetime,
        attachments: Iterable = (),
        lifetime: dt.timedelta | None = None,
        headers: Mapping | None = None,
    ) -> list[OutgoingMessage]:
        """Return what ``send`` would write, for ``store`` to write with others; nothing is written here."""
        if not user.is_active or not wants(user, cls.category):
            return []
        return compose_to_address(
            cls.name,
            email=user.email,
            context={"user": user, "can_be_refused": not cls.category.always, **context},
            now=now,
            secret=cls.is_secret,
            lifetime=lifetime or cls.lifetime,
            priority=cls.priority,
            attachments=attachments,
            headers=headers,
            user=user,
        )


def send_to_address(name: str, **options) -> None:
    """Write the message ``name`` to the outbox for one address; ``options`` are those of ``compose_to_address``."""
    store(compose_to_address(name, **options))


def compose_to_address(
    name: str,
    *,
    email: str,
    context: Mapping,
    now: dt.datetime,
    secret: bool = False,
    lifetime: dt.timedelta | None = None,
    priority: int | None = None,
    attachments: Iterable = (),
    headers: Mapping | None = None,
    user=None,
) -> list[OutgoingMessage]:
    """Return the message ``name`` for one address, with or without an account, as rows to ``store``.

    ``priority`` is its place in the queue, 0 first; without it, a secret goes first.
    """
    rendered = render_message(name, context)
    declared = {KIND: name, SECRET: "1" if secret else "0"}
    if lifetime:
        declared[EXPIRES] = str(int(lifetime.total_seconds()))
    if priority is not None:
        declared[PRIORITY] = str(priority)
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        to=[email],
        headers={"Auto-Submitted": "auto-generated", **(headers or {}), **declared},
    )
    message.attach_alternative(rendered.html, "text/html")
    for attachment in attachments:
        message.attach(*attachment) if isinstance(attachment, tuple) else message.attach(attachment)
    return rows_of(message, now=now, user=user)


def declare(kind: str, label: str) -> str:
    """Say what editors read for a kind of message that no class declares; returns the kind."""
    _labels[kind] = label
    return kind


def label_of(kind: str) -> str:
    """Return what editors read for a kind of message; the kind itself where no class declares it."""
    return _labels.get(kind, kind)
