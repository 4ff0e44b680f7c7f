"""Publication tells the services: a first date is noted, a changed one is announced, the queue is served."""

from __future__ import annotations

from django.utils import timezone
from wagtail.signals import page_published

from .models import EventPage
from .services import announce_change


def connect() -> None:
    """Connect the receivers, once."""
    page_published.connect(on_published, dispatch_uid="registrations.on_published")


def on_published(sender, instance, **kwargs):
    """A page_published receiver; other pages are none of its business."""
    if isinstance(instance, EventPage):
        announce_change(event=instance, now=timezone.now())
