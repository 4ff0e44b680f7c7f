"""Which documents an object holds: in its fields, its rich texts, its blocks and its children."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail.documents import get_document_model


def documents_in(instance: models.Model) -> set[int]:
    """Return the keys of the documents that ``instance`` holds, as it stands in memory.

    A key may be that of a document that is gone: rich text keeps what was written.
    """
    return {int(key) for key in _keys(instance) if str(key).isdigit()}


def _keys(instance: models.Model) -> Iterator[int | str]:
    Document = get_document_model()
    for field in instance._meta.concrete_fields:
        if field.is_relation:
            # ``attname``: the document itself is not read.
            if issubclass(field.related_model, Document) and getattr(instance, field.attname):
                yield getattr(instance, field.attname)
        elif hasattr(field, "extract_references") and (value := field.value_from_object(instance)):
            for model, key, *_ in field.extract_references(value):
                if issubclass(model, Document):
                    yield key
    for relation in get_all_child_relations(type(instance)):
        for child in getattr(instance, relation.get_accessor_name()).all():
            yield from _keys(child)
