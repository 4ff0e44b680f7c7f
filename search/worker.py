"""The worker that brings changes to the index: the only process that writes to it, rebuilds apart."""

from __future__ import annotations

import logging
import time

from django.utils import timezone

from . import services
from .engines.base import IndexingFailed, SearchEngine, SearchUnavailable

logger = logging.getLogger(__name__)

#: Seconds between two looks at an engine that has nothing to do, or is away.
CHECK_SECONDS = 5


class IndexWorker:
    """Applies changes, waits for an engine that is away, rebuilds an index that is missing or damaged."""

    def __init__(self, engine: SearchEngine):
        self.engine = engine
        self._prepared = False
        self._away = False
        self._checked_at = 0.0

    def step(self) -> int:
        """Do what is due and return how much that was. Never raises for an engine that is away."""
        try:
            if not self._prepared or self._is_time_to_check():
                self._look_after_engine()
            if self._away:
                return 0
            return services.apply_changes(self.engine, now=timezone.now())
        except (SearchUnavailable, IndexingFailed) as error:
            if not self._away:
                logger.warning("search engine away, changes wait: %s", error)
            self._away = True
            return 0

    def _is_time_to_check(self) -> bool:
        return time.monotonic() - self._checked_at >= CHECK_SECONDS

    def _look_after_engine(self) -> None:
        self._checked_at = time.monotonic()
        if not self._prepared:
            ready = self.engine.prepare()
        else:
            health = self.engine.health()
            if not health.ok and not health.needs_rebuild:
                raise SearchUnavailable(health.detail)
            ready = not health.needs_rebuild
        if not ready:
            self._rebuild()
        self._prepared = True
        if self._away:
            self._away = False
            waiting = services.bring_forward(now=timezone.now())
            logger.warning("search engine back, %d changes taken up again", waiting)

    def _rebuild(self) -> None:
        started = time.monotonic()
        logger.warning(
            "index missing, damaged or of another version (%s): rebuilding", self.engine.health().detail
        )
        documents = services.rebuild(self.engine, now=timezone.now())
        logger.warning("index rebuilt: %d documents in %.1f s", documents, time.monotonic() - started)
