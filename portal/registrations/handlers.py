"""Publication tells the services: a first date is noted, a changed one is announced, the queue is served."""

from __future__ import annotations

from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from .models import EventPage
from .services import announce_change, serve_what_stands


def connect() -> None:
    """Connect the receivers, once."""
    page_published.connect(on_published, dispatch_uid="registrations.on_published")
    page_unpublished.connect(on_unpublished, dispatch_uid="registrations.on_unpublished")


def on_published(sender, instance, **kwargs):
    """A page_published receiver; other pages are none of its business."""
    if isinstance(instance, EventPage):
        announce_change(event=instance, now=timezone.now())


def on_unpublished(sender, instance, **kwargs):
    """A page_unpublished receiver: a date of a cycle that leaves may have held the others back."""
    if isinstance(instance, EventPage) and instance.cycle_id:
        serve_what_stands(event=instance, now=timezone.now())
