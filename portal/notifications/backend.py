"""The EMAIL_BACKEND: whatever the portal, allauth or Wagtail sends becomes rows of the outbox."""

from __future__ import annotations

from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from .services import enqueue


class OutboxBackend(BaseEmailBackend):
    """Write each message to the outbox, in the transaction of the caller. Nothing is sent from here."""

    def send_messages(self, email_messages) -> int:
        """Return how many messages were written (a message without a recipient is not)."""
        now = timezone.now()
        return sum(bool(enqueue(message=message, now=now)) for message in email_messages)
