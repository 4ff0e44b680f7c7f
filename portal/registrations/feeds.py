"""Where a person's own calendar is read: an address that is a secret of hers."""

from __future__ import annotations

from django.urls import reverse

from portal.notifications.rendering import absolute

from .models import CalendarFeed


def feed_address(feed: CalendarFeed) -> str:
    """Return the full address of ``feed``."""
    return absolute(reverse("registrations:personal_ics", args=[feed.token]))


def webcal(address: str) -> str:
    """Return ``address`` in the scheme that calendar programs open as a subscription."""
    return f"webcal://{address.split('://', 1)[1]}"
