"""Keeping the index in step with the database: noting changes, applying them, rebuilding, checking."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from portal.background.outbox import OutboxState

from .documents import Document
from .engines.base import IndexingFailed, SearchEngine, SearchUnavailable
from .lexicon_source import forget_lexicon
from .models import IndexChange, Target
from .registry import model_of, registry

logger = logging.getLogger(__name__)

BATCH = 200
LEASE = dt.timedelta(minutes=5)
#: How long applied changes are kept, for whoever asks what happened.
KEPT = dt.timedelta(days=7)


# --- Noting: called in the transaction of the change


def note_documents(kind: str, pks: Iterable, *, now: dt.datetime) -> None:
    """Note that the documents ``pks`` of ``kind`` are to be looked at again."""
    _note([IndexChange(target=Target.DOCUMENT, name=kind, key=str(pk)) for pk in pks], now)


def note_subtree(page: Page, *, now: dt.datetime) -> None:
    """Note that a page and all that it contains are to be looked at again; they are listed when it is done."""
    _note([IndexChange(target=Target.SUBTREE, key=str(page.pk), priority=6)], now)


def note_dependents(instance: models.Model, *, now: dt.datetime) -> None:
    """Note that all that shows ``instance`` is to be looked at again; it is listed when it is done."""
    _note(
        [
            IndexChange(
                target=Target.DEPENDENTS, name=instance._meta.label_lower, key=str(instance.pk), priority=6
            )
        ],
        now,
    )


def note_everything(*, now: dt.datetime) -> None:
    """Note that every document is to be written again: the lexicon changed."""
    _note([IndexChange(target=Target.EVERYTHING, priority=9)], now)


def _note(changes: list[IndexChange], now: dt.datetime) -> None:
    for change in changes:
        change.created_at = change.next_try_at = now
    IndexChange.objects.bulk_create(changes, batch_size=500)


# --- Applying: called by the worker


def apply_changes(engine: SearchEngine, *, now: dt.datetime, limit: int = BATCH) -> int:
    """Apply what is due, and return how many changes were. Raises SearchUnavailable when the engine is away.

    Changes about the same document are one piece of work, done on the database as it is now: applying a
    change late, twice or out of order does no harm.
    """
    # Looking first spares a write lock twice a second.
    if not IndexChange.objects.due(now=now).exists():
        return 0
    changes = IndexChange.objects.claim(now=now, limit=limit, lease=LEASE)
    narrow = [change for change in changes if change.target != Target.EVERYTHING]
    wide = [change for change in changes if change.target == Target.EVERYTHING]
    if wide:
        same = IndexChange.objects.filter(target=Target.EVERYTHING)
        wide += same.claim(now=now, limit=10_000, lease=LEASE)
    try:
        _apply_narrow(engine, narrow, now=now)
        if wide:
            # What it knows may be a second old, from before the change that this is about.
            forget_lexicon()
            engine.adopt_lexicon()
            _write_everything(engine)
            _finish(wide, now=now)
    except SearchUnavailable as error:
        for change in (*narrow, *wide):
            if change.state == OutboxState.LEASED:
                change.fail(now=now, error=str(error))
        raise
    return len(narrow) + len(wide)


def _apply_narrow(engine: SearchEngine, changes: list[IndexChange], *, now: dt.datetime) -> None:
    ids_of: dict[int, list[str]] = {}
    for change in changes:
        try:
            ids_of[change.pk] = documents_of(change)
        except Exception as error:  # One broken object must not hold up the others.
            logger.exception("index change %s cannot be resolved", change.pk)
            change.fail(now=now, error=f"{type(error).__name__}: {error}")
    ids = list(dict.fromkeys(identifier for found in ids_of.values() for identifier in found))
    failed: dict[str, str] = {}
    for start in range(0, len(ids), BATCH):
        failed |= _bring_up_to_date(engine, ids[start : start + BATCH])
    done = []
    for change in changes:
        if change.pk in ids_of:
            errors = [failed[identifier] for identifier in ids_of[change.pk] if identifier in failed]
            if errors:
                change.fail(now=now, error=errors[0])
            else:
                done.append(change)
    _finish(done, now=now)


def documents_of(change: IndexChange) -> list[str]:
    """Return the identifiers of the documents that ``change`` leads to, from the database as it is now."""
    if change.target == Target.DOCUMENT:
        return [f"{change.name}-{change.key}"]
    found: list[str] = []
    if change.target == Target.SUBTREE:
        page = Page.objects.filter(pk=change.key).first()
        for kind in registry.kinds() if page else ():
            model = registry.get(kind).model
            if issubclass(model, Page):
                inside = model.objects.descendant_of(page, inclusive=True)
                found += [f"{kind}-{pk}" for pk in inside.values_list("pk", flat=True)]
    elif change.target == Target.DEPENDENTS:
        source = model_of(change.name)
        instance = source._default_manager.filter(pk=change.key).first() if source else None
        for dependency in registry.dependencies(source) if instance else ():
            found += [f"{dependency.kind}-{pk}" for pk in dependency.pks(instance)]
    return found


def _bring_up_to_date(engine: SearchEngine, ids: list[str]) -> dict[str, str]:
    """Bring the documents ``ids`` of the index to what the database holds; return the errors by identifier."""
    found = registry.find(ids)
    failed = dict(found.failed)
    if found.documents:
        _upsert(engine, found.documents, failed)
    if found.gone:
        engine.delete(found.gone)
    return failed


def _upsert(engine: SearchEngine, documents: list[Document], failed: dict[str, str]) -> None:
    try:
        engine.upsert(documents)
    except IndexingFailed as error:
        if len(documents) == 1:
            logger.error("document %s is refused: %s", documents[0].id, error)
            failed[documents[0].id] = str(error)
            return
        # An engine refuses a batch for one of its documents: the others go one by one.
        for document in documents:
            _upsert(engine, [document], failed)


def _write_everything(engine: SearchEngine) -> None:
    for documents in registry.chunks():
        _upsert(engine, documents, {})
        # What is published meanwhile does not wait for the whole: the time is read again.
        now = timezone.now()
        narrow = IndexChange.objects.exclude(target=Target.EVERYTHING)
        if narrow.due(now=now).exists():
            _apply_narrow(engine, narrow.claim(now=now, limit=BATCH, lease=LEASE), now=now)


def _finish(changes: list[IndexChange], *, now: dt.datetime) -> None:
    for change in changes:
        change.state, change.lease_until = OutboxState.DONE, None
        change.finished_at, change.last_error = now, ""
    IndexChange.objects.bulk_update(changes, ["state", "lease_until", "finished_at", "last_error"])


def bring_forward(*, now: dt.datetime) -> int:
    """Try at once what waits for its next try: the engine is back."""
    return IndexChange.objects.filter(state=OutboxState.PENDING, next_try_at__gt=now).update(next_try_at=now)


def old_changes(*, now: dt.datetime):
    """The changes applied longer than ``KEPT`` ago."""
    return IndexChange.objects.filter(
        state__in=[OutboxState.DONE, OutboxState.EXPIRED], finished_at__lt=now - KEPT
    )


def purge(*, now: dt.datetime) -> int:
    """Remove the changes applied longer than ``KEPT`` ago."""
    return old_changes(now=now).delete()[0]


# --- Rebuilding and checking


def rebuild(
    engine: SearchEngine, *, now: dt.datetime, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Build the index beside the one that serves, bring it up to date, swap; return how many documents it has.

    ``progress`` is called with the number of documents written so far. Raises SearchUnavailable,
    IndexingFailed; the serving index then stays as it was.
    """
    # Committed before the first document is read, so the new index will hold them.
    forget_lexicon()
    covered = list(IndexChange.objects.waiting().values_list("pk", flat=True))
    done = 0
    with engine.rebuild() as generation:
        for documents in registry.chunks():
            generation.add(documents)
            done += len(documents)
            progress(done)
        found = registry.find(_changed_since(now, covered))
        generation.add(found.documents)
        generation.delete(found.gone)
    # What the worker wrote to the former index between the lines above and the swap.
    found = registry.find(_changed_since(now, covered))
    if found.documents:
        engine.upsert(found.documents)
    if found.gone:
        engine.delete(found.gone)
    pending = IndexChange.objects.filter(state=OutboxState.PENDING)
    for start in range(0, len(covered), 500):
        pending.filter(pk__in=covered[start : start + 500]).update(
            state=OutboxState.DONE, finished_at=timezone.now(), last_error=""
        )
    if IndexChange.objects.filter(target=Target.EVERYTHING, created_at__gte=now).exists():
        # The lexicon changed under the rebuild: half of the documents may have been read with the old one.
        note_everything(now=timezone.now())
    return done


def _changed_since(start: dt.datetime, covered: list[int]) -> list[str]:
    """Return the identifiers of what changed since ``start``, applied to the serving index or not."""
    known = set(covered)
    recent = IndexChange.objects.exclude(target=Target.EVERYTHING).filter(
        Q(finished_at__gte=start) | Q(finished_at=None)
    )
    ids: dict[str, None] = {}
    for change in recent.iterator(chunk_size=500):
        # One that was taken up meanwhile may have gone to the serving index alone.
        if change.pk not in known or change.state != OutboxState.PENDING:
            ids.update(dict.fromkeys(documents_of(change)))
    return list(ids)


@dataclass(frozen=True)
class Drift:
    """How the index differs from the database: identifiers in order."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    superfluous: tuple[str, ...]
    checked: int

    @property
    def is_empty(self) -> bool:
        return not (self.missing or self.stale or self.superfluous)


def check(engine: SearchEngine, *, repair: bool, now: dt.datetime) -> Drift:
    """Compare the index with the database by identifier and content; with ``repair``, note the differences.

    The worker mends what is noted. Raises SearchUnavailable.
    """
    indexed = engine.hashes()
    missing, stale, checked = [], [], 0
    for documents in registry.chunks():
        for document in documents:
            checked += 1
            known = indexed.pop(document.id, None)
            if known is None:
                missing.append(document.id)
            elif known != document.content_hash:
                stale.append(document.id)
    drift = Drift(tuple(sorted(missing)), tuple(sorted(stale)), tuple(sorted(indexed)), checked)
    if repair:
        for identifier in (*drift.missing, *drift.stale, *drift.superfluous):
            kind, _, pk = identifier.rpartition("-")
            note_documents(kind, [pk], now=now)
    return drift
