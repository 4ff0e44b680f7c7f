"""A saved document is to be read; a saved page says which files it holds."""

from __future__ import annotations

from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from . import services, tasks


def connect() -> None:
    """Connect every handler, once."""
    post_save.connect(document_saved, sender=get_document_model(), dispatch_uid="attachments.document_saved")
    post_save.connect(page_saved, dispatch_uid="attachments.page_saved")


def document_saved(sender, instance, raw=False, **kwargs):
    if not raw and services.note_document(document=instance, now=timezone.now()):
        # A row of the queue, in the transaction of the change.
        tasks.read_file.enqueue(instance.pk)


def page_saved(sender, instance, raw=False, update_fields=None, **kwargs):
    # With ``update_fields`` the page in memory may be a draft: its own fields are not written.
    if isinstance(instance, Page) and not raw and update_fields is None:
        if type(instance) is Page and instance.specific_class not in (None, Page):
            # Wagtail saves some pages by their base class, which knows nothing of their content.
            return
        services.note_uses(page=instance)
