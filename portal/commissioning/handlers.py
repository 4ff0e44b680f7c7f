"""Publication tells the services: what answers a need is there, or is no more."""

from __future__ import annotations

from django.db.models.signals import pre_delete
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from .services import page_came_back, page_left


def connect() -> None:
    """Connect the receivers, once."""
    page_published.connect(on_published, dispatch_uid="commissioning.on_published")
    page_unpublished.connect(on_left, dispatch_uid="commissioning.on_unpublished")
    # Before the link is emptied with the row.
    pre_delete.connect(on_delete, dispatch_uid="commissioning.on_delete")


def on_published(sender, instance, **kwargs):
    """A page_published receiver."""
    page_came_back(page=instance, now=timezone.now())


def on_left(sender, instance, **kwargs):
    """A page_unpublished receiver."""
    page_left(page=instance, now=timezone.now())


def on_delete(sender, instance, **kwargs):
    """A pre_delete receiver; other rows are none of its business."""
    if isinstance(instance, Page):
        page_left(page=instance, now=timezone.now())
