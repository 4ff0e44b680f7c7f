"""A loop that a worker process runs until it is asked to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

logger = logging.getLogger(__name__)


def run_until_stopped(step: Callable[[], int], *, idle_seconds: float) -> None:
    """Call ``step`` again and again until SIGTERM or SIGINT; it returns how much it did.

    After a step that did nothing the loop waits ``idle_seconds``. A database that does not answer is waited
    for; any other error ends the process, and the supervisor starts it again.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        close_old_connections()
        try:
            done = step()
        except DatabaseError:
            logger.exception("the database did not answer; trying again in five seconds")
            close_old_connections()
            stopping.wait(5)
            continue
        if not done:
            stopping.wait(idle_seconds)
