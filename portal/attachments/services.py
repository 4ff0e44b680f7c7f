"""Keeping the texts of files: noting what is to be read, reading it, and noting which pages hold it."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import models, transaction
from wagtail.documents import get_document_model
from wagtail.models import Page

from .models import FileText, FileUse, State
from .reading import Reading, read
from .references import documents_in

logger = logging.getLogger(__name__)

#: A task that did not come to its end in this time is asked for again.
FORGOTTEN_AFTER = dt.timedelta(minutes=10)
MAX_ATTEMPTS = 5
CHUNK = 100
OUT_OF_REACH = "Il n’est pas là où il devrait être rangé : remplacez-le."


@transaction.atomic
def note_document(*, document, now: dt.datetime) -> bool:
    """Note that the file of ``document`` is to be read, unless it was already; tell whether it is."""
    known = FileText.objects.filter(document=document).first()
    if not document.file or (known is not None and known.is_about(document)):
        return False
    # The text of a replaced file goes at once: its places are no longer those of the file.
    FileText.objects.update_or_create(
        document=document,
        defaults={
            "state": State.WAITING,
            "file_name": document.file.name,
            "file_hash": document.file_hash,
            "file_size": None,
            "parts": [],
            "error": "",
            "attempts": 0,
            "noted_at": now,
            "extracted_at": None,
        },
    )
    return True


def read_file(*, document_id: int, now: dt.datetime) -> State | None:
    """Read the file of a document that waits for it, and keep its text. None where nothing waits.

    Idempotent: what was read, replaced or deleted meanwhile is left alone. A storage that does not answer is
    tried again by the clock.
    """
    waiting = FileText.objects.filter(document_id=document_id, state=State.WAITING)
    # By SQL: an attempt is no change of the text.
    if not waiting.update(attempts=models.F("attempts") + 1):
        return None
    # Outside of any transaction: reading takes as long as it takes.
    row = FileText.objects.select_related("document").filter(document_id=document_id).first()
    if row is None:
        return None
    try:
        with row.document.open_file() as stream:
            reading = read(stream, extension=row.extension)
    except OSError as error:
        logger.warning("the file of document %s cannot be opened: %s", document_id, error)
        if row.attempts < MAX_ATTEMPTS:
            return State.WAITING
        reading = Reading(State.UNREADABLE, error=OUT_OF_REACH)
    return _keep(row, reading, now=now)


@transaction.atomic
def _keep(row: FileText, reading: Reading, *, now: dt.datetime) -> State | None:
    same = FileText.objects.select_for_update().filter(
        pk=row.pk, state=State.WAITING, file_name=row.file_name, file_hash=row.file_hash
    )
    kept = same.first()
    if kept is None:
        return None
    kept.state, kept.parts, kept.error = reading.state, reading.parts, reading.error
    kept.file_hash = reading.file_hash or kept.file_hash
    kept.file_size, kept.extracted_at = reading.file_size, now
    kept.save()
    return State(kept.state)


def forgotten_documents(*, now: dt.datetime) -> list[int]:
    """The keys of the documents whose reading did not come to its end, and of those that were never noted."""
    late = FileText.objects.filter(state=State.WAITING, noted_at__lt=now - FORGOTTEN_AFTER)
    forgotten = set(late.values_list("document_id", flat=True))
    # A list: on SQLite, a query that is still being read keeps its connection from writing.
    for document in list(get_document_model().objects.filter(file_text=None)):
        if note_document(document=document, now=now):
            forgotten.add(document.pk)
    return sorted(forgotten)


def note_uses(*, page: Page) -> bool:
    """Note which documents ``page`` holds as it stands in memory; tell whether that changed."""
    held = documents_in(page)
    known = set(FileUse.objects.filter(page_id=page.pk).values_list("document_id", flat=True))
    if held == known:
        return False
    there = set(get_document_model().objects.filter(pk__in=held - known).values_list("pk", flat=True))
    with transaction.atomic():
        FileUse.objects.filter(page_id=page.pk, document_id__in=known - held).delete()
        FileUse.objects.bulk_create(
            [FileUse(page_id=page.pk, document_id=key) for key in sorted(there)], ignore_conflicts=True
        )
    return bool(there or known - held)


def note_all_uses() -> int:
    """Look at every page again, for what changed without a signal; return how many had changed."""
    changed, last = 0, 0
    while pages := list(Page.objects.specific().filter(pk__gt=last).order_by("pk")[:CHUNK]):
        changed += sum(note_uses(page=page) for page in pages)
        last = pages[-1].pk
    return changed
