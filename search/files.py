"""The texts of the files that a page holds, as passages of its document.

A text goes with a page only where everybody who may read the page may fetch the file: what a reader cannot
open, no search may tell.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from portal.attachments.models import FileText, FileUse
from portal.base.audience import Audience, group_ids
from portal.base.models import BasePage
from portal.centres.services import MEMBERS_GROUP

from .documents import Document, Passage

#: What reading the files of a page needs, for ``prefetch_related``.
FILE_RELATIONS = ("file_uses__document__file_text", "file_uses__document__collection")
#: Characters of all the files of one page: beyond, an engine no longer counts the places of words.
MOST_TEXT = 300_000

#: The keys of the documents that a page holds and does not show now.
Hidden = Callable[[models.Model], Iterable[int | None]]


def with_files(
    make: Callable[[models.Model], Document | None], hidden: Hidden
) -> Callable[[models.Model], Document | None]:
    """Return ``make`` with the texts of the page's files added to the document that it makes."""

    def document_with_files(page: models.Model) -> Document | None:
        document = make(page)
        if document is None or not document.audiences:
            return document
        passages = _passages(page, document.audiences, set(hidden(page)))
        return (
            dataclasses.replace(document, passages=(*document.passages, *passages)) if passages else document
        )

    return document_with_files


def _passages(page: BasePage, audiences: tuple[str, ...], hidden: set) -> list[Passage]:
    found, left = [], MOST_TEXT
    uses = [use for use in page.file_uses.all() if use.document_id not in hidden]
    for use in sorted(uses, key=lambda use: use.pk):
        document, text = use.document, getattr(use.document, "file_text", None)
        if text is None or not text.is_searched or not text.is_about(document):
            continue
        if not opens_to(document.collection, audiences):
            continue
        for part in text.parts:
            if left <= 0:
                return found
            # A file that begins with its own title says nothing by repeating it.
            place = "" if part["place"] == document.title else part["place"]
            found.append(
                Passage(
                    text=part["text"][:left],
                    label=text.place_label(place),
                    file=document.title,
                    file_id=str(document.pk),
                    url=document.url + text.place_anchor(part["place"]),
                )
            )
            left -= len(part["text"])
    return found


def opens_to(collection: Collection, audiences: Iterable[str]) -> bool:
    """Tell whether all who hold one of ``audiences`` may fetch the files of ``collection``."""
    return all(_admits(restriction, set(audiences)) for restriction in _restrictions(collection))


def _restrictions(collection: Collection) -> list[CollectionViewRestriction]:
    """Every restriction that weighs on ``collection``, its ancestors' included. Two queries."""
    return list(collection.get_view_restrictions().prefetch_related("groups"))


def _admits(restriction: CollectionViewRestriction, audiences: set[str]) -> bool:
    if Audience.PUBLIC.value in audiences or restriction.restriction_type == restriction.PASSWORD:
        return False
    if restriction.restriction_type == restriction.LOGIN:
        return True
    groups = restriction.groups.all()
    # Whoever reads anything reserved is an approved member, and these are all in one group.
    if any(group.name == MEMBERS_GROUP for group in groups):
        return True
    return audiences <= {f"groupe-{group.pk}" for group in groups}


def readable_files(user, file_ids: Iterable[str]) -> set[str]:
    """Return those of ``file_ids`` that ``user`` may fetch now: the last word, as for pages."""
    documents = get_document_model().objects.filter(pk__in=set(file_ids)).select_related("collection")
    opened: dict[int, bool] = {}
    readable = set()
    for document in documents:
        if document.collection_id not in opened:
            opened[document.collection_id] = all(
                _lets_in(restriction, user) for restriction in _restrictions(document.collection)
            )
        if opened[document.collection_id]:
            readable.add(str(document.pk))
    return readable


def _lets_in(restriction: CollectionViewRestriction, user) -> bool:
    if user is None or not user.is_authenticated or restriction.restriction_type == restriction.PASSWORD:
        return False
    if restriction.restriction_type == restriction.LOGIN or user.is_superuser:
        return True
    return not {group.pk for group in restriction.groups.all()}.isdisjoint(group_ids(user))


# --- What changes a file, or who may fetch it


def dependencies(model: type[models.Model]) -> list[tuple[type[models.Model], Callable]]:
    """What the documents of ``model`` are to be made again for, and which of them, by object."""

    def holding(condition: Q) -> models.QuerySet:
        uses = FileUse.objects.filter(condition)
        return model.objects.filter(pk__in=uses.values("page_id")).values_list("pk", flat=True)

    def inside(collections: Iterable[Collection]) -> Iterable:
        condition = Q(pk__in=[])
        for collection in collections:
            condition |= Q(document__collection__path__startswith=collection.path)
        return holding(condition)

    return [
        (get_document_model(), lambda document: holding(Q(document=document))),
        (FileText, lambda text: holding(Q(document_id=text.document_id))),
        (Collection, lambda collection: inside([collection])),
        (CollectionViewRestriction, lambda restriction: inside([restriction.collection])),
        (Group, lambda group: inside(Collection.objects.filter(view_restrictions__groups=group))),
    ]
