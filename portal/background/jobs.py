"""The clock's table of jobs. Each app declares its own in ``jobs.py`` (autodiscovered)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Job:
    """Something the clock runs. ``run`` takes the aware time ``now`` and returns one line for the log."""

    name: str
    label: str
    run: Callable[[dt.datetime], str]
    every: dt.timedelta
    #: Hour in Paris before which a daily job does not run; None for no such bound.
    not_before_hour: int | None = None


_jobs: dict[str, Job] = {}


def register(job: Job) -> Job:
    """Add a job to the clock's table; a name is registered once."""
    if job.name in _jobs and _jobs[job.name] != job:
        raise ValueError(f"A job named {job.name!r} is registered already.")
    _jobs[job.name] = job
    return job


def all_jobs() -> list[Job]:
    """Return every job of the installed apps, in order of name."""
    autodiscover_modules("jobs")
    return [_jobs[name] for name in sorted(_jobs)]
