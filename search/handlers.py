"""Changes of content become rows of the index outbox, in the transaction of the change."""

from __future__ import annotations

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from . import lexicon_source, services
from .registry import registry


def connect() -> None:
    """Connect every handler, once."""
    for signal, handler in (
        (pre_save, about_to_be_saved),
        (post_save, saved),
        (pre_delete, about_to_be_deleted),
        (post_delete, deleted),
        (m2m_changed, relation_changed),
        (page_published, page_changed),
        (page_unpublished, page_changed),
        (post_page_move, page_moved),
    ):
        signal.connect(handler, dispatch_uid=f"search.{handler.__name__}.{id(signal)}")


def about_to_be_saved(sender, instance, raw=False, **kwargs):
    # Wagtail's own signal for a changed slug comes after the commit, and would be lost with the process.
    if isinstance(instance, Page) and instance.pk and not raw:
        former = Page.objects.filter(pk=instance.pk).values_list("url_path", flat=True).first()
        if former is not None and former != instance.url_path:
            services.note_subtree(instance, now=timezone.now())


def saved(sender, instance, raw=False, **kwargs):
    if raw:
        return
    _changed(instance)
    if isinstance(instance, lexicon_source.SOURCES):
        _lexicon_changed()
    if registry.dependencies(sender):
        services.note_dependents(instance, now=timezone.now())


def about_to_be_deleted(sender, instance, **kwargs):
    # Afterwards nothing says any more who depended on it.
    for dependency in registry.dependencies(sender):
        services.note_documents(dependency.kind, dependency.pks(instance), now=timezone.now())


def deleted(sender, instance, **kwargs):
    _changed(instance)
    if isinstance(instance, lexicon_source.SOURCES):
        _lexicon_changed()


def relation_changed(sender, instance, action, reverse=False, **kwargs):
    if action.startswith("post_") and not reverse:
        _changed(instance)


def page_changed(sender, instance, **kwargs):
    _changed(instance)


def page_moved(sender, instance, **kwargs):
    # The addresses of all that it contains changed with its own, by SQL: no other signal says so.
    services.note_subtree(instance, now=timezone.now())


def _changed(instance) -> None:
    # Wagtail saves some pages by their base class.
    model = instance.specific_class if type(instance) is Page else type(instance)
    registration = registry.for_model(model) if model else None
    if registration and registration.model._meta.pk is not None:
        services.note_documents(registration.kind, [instance.pk], now=timezone.now())


def _lexicon_changed() -> None:
    lexicon_source.forget_lexicon()
    services.note_everything(now=timezone.now())
