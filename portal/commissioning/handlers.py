"""Publication tells the services: what answers a need is there, or is no more."""

from __future__ import annotations

from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from .services import page_came_back, page_left


def connect() -> None:
    """Connect the receivers, once."""
    page_published.connect(on_published, dispatch_uid="commissioning.on_published")
    page_unpublished.connect(on_left, dispatch_uid="commissioning.on_unpublished")


def on_published(sender, instance, **kwargs):
    """A page_published receiver."""
    page_came_back(page=instance, now=timezone.now())


def on_left(sender, instance, **kwargs):
    """A page_unpublished receiver; Wagtail sends it before it deletes a page, too."""
    page_left(page=instance, now=timezone.now())
