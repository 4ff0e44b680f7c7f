"""A durable queue as a table: the shape that mail and the search index share.

A row is written in the transaction of the change it follows from, so that neither can exist without the
other. A worker claims rows by committing a lease *before* it works: a worker that dies leaves a lease that
expires, and the row is taken up again.
"""

from __future__ import annotations

import datetime as dt
import logging
import random

from django.db import models, transaction
from django.db.models import Q

logger = logging.getLogger(__name__)

#: Delays before the next try, in seconds; the last one repeats.
BACK_OFF = (5, 30, 120, 600, 1800, 7200, 21600)


class OutboxState(models.TextChoices):
    PENDING = "pending", "à traiter"
    LEASED = "leased", "en cours"
    DONE = "done", "fait"
    FAILED = "failed", "en échec"
    EXPIRED = "expired", "expiré"


class OutboxQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state__in=[OutboxState.PENDING, OutboxState.LEASED])

    def due(self, *, now: dt.datetime):
        """Rows that may be worked on at ``now``: pending and due, or leased by a worker that died."""
        return self.filter(
            Q(state=OutboxState.PENDING, next_try_at__lte=now)
            | Q(state=OutboxState.LEASED, lease_until__lt=now)
        )

    def claim(self, *, now: dt.datetime, limit: int, lease: dt.timedelta) -> list:
        """Lease up to ``limit`` due rows, committed before this returns, in order of priority and insertion.

        Several workers may call this at once: rows another one is claiming are skipped where the database
        can (PostgreSQL), and SQLite's IMMEDIATE transactions take turns. Raises ``RuntimeError`` inside a
        transaction: a lease that is rolled back with the work would be no lease.
        """
        with transaction.atomic(using=self.db, durable=True):
            locking = {"skip_locked": True} if _skips_locked(self.db) else {}
            rows = list(self.due(now=now).select_for_update(**locking).order_by("priority", "pk")[:limit])
            for row in rows:
                # A row found leased was claimed by a worker that never reported: whoever works on it now
                # must know that the work may have been done already.
                row.was_interrupted = row.state == OutboxState.LEASED
                row.state = OutboxState.LEASED
                row.lease_until = now + lease
                row.attempts += 1
            self.model._base_manager.using(self.db).bulk_update(rows, ["state", "lease_until", "attempts"])
        return rows


def _skips_locked(using: str) -> bool:
    return transaction.get_connection(using).features.has_select_for_update_skip_locked


class OutboxRow(models.Model):
    """One piece of work that must not be lost. Times are UTC."""

    MAX_ATTEMPTS = 12

    state = models.CharField("état", max_length=10, choices=OutboxState.choices, default=OutboxState.PENDING)
    priority = models.PositiveSmallIntegerField("priorité", default=5, help_text="0 passe en premier.")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    created_at = models.DateTimeField("créé le")
    next_try_at = models.DateTimeField("prochain essai")
    lease_until = models.DateTimeField("pris jusqu’à", null=True, blank=True)
    expires_at = models.DateTimeField("expire le", null=True, blank=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)
    last_error = models.TextField("dernière erreur", blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["state", "next_try_at"], name="%(class)s_due")]

    was_interrupted = False

    # Each of these returns False, and writes nothing, where the lease is no longer this worker's: one that
    # was slower than its lease must not overwrite what the next wrote. ``attempts`` tells the leases apart.

    def finish(self, *, now: dt.datetime, **extra) -> bool:
        """Mark the claimed work as done."""
        return self._close(OutboxState.DONE, now=now, last_error="", **extra)

    def expire(self, *, now: dt.datetime, **extra) -> bool:
        """Give the claimed work up because it is too late for it to make sense."""
        return self._close(OutboxState.EXPIRED, now=now, **extra)

    def fail(self, *, now: dt.datetime, error: str, final: bool = False, **extra) -> bool:
        """Record an error, to try again after a growing, slightly random delay, or give up (``final``)."""
        if final or self.attempts >= self.MAX_ATTEMPTS:
            return self._close(OutboxState.FAILED, now=now, last_error=error[:2000], **extra)
        delay = BACK_OFF[min(max(self.attempts, 1), len(BACK_OFF)) - 1] * random.uniform(0.9, 1.1)
        return self._write(
            state=OutboxState.PENDING,
            lease_until=None,
            last_error=error[:2000],
            next_try_at=now + dt.timedelta(seconds=delay),
            **extra,
        )

    def _close(self, state: str, *, now: dt.datetime, **extra) -> bool:
        return self._write(state=state, lease_until=None, finished_at=now, **extra)

    def _write(self, **fields) -> bool:
        mine = (
            type(self)
            ._base_manager.using(self._state.db)
            .filter(pk=self.pk, state=OutboxState.LEASED, attempts=self.attempts)
        )
        if not mine.update(**fields):
            logger.warning("%s %s: the lease was lost, nothing written", self._meta.label, self.pk)
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True
