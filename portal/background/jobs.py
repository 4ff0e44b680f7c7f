"""The clock's table of jobs. Each app declares its own in ``jobs.py`` (autodiscovered)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Job:
    """Something the clock runs. ``run`` takes the aware time ``now`` and returns one line for the log.

    A job that forgets has a ``preview``: what ``run`` would do at ``now``, in one line, changing nothing. Both
    read the same querysets, so that the one cannot promise what the other does not do.
    """

    name: str
    label: str
    run: Callable[[dt.datetime], str]
    every: dt.timedelta
    #: Hour in Paris before which a daily job does not run; None for no such bound.
    not_before_hour: int | None = None
    preview: Callable[[dt.datetime], str] | None = None

    @property
    def is_logged(self) -> bool:
        """Every run is entered in the log, failed or not: not so for what runs all day long (see ``JobEntry``)."""
        return self.every >= dt.timedelta(days=1)


_jobs: dict[str, Job] = {}


def register(job: Job) -> Job:
    """Add a job to the clock's table; a name is registered once."""
    if job.name in _jobs and _jobs[job.name] != job:
        raise ValueError(f"A job named {job.name!r} is registered already.")
    _jobs[job.name] = job
    return job


def job_named(name: str) -> Job | None:
    """Return the job of that name, None where there is none."""
    return next((job for job in all_jobs() if job.name == name), None)


def all_jobs() -> list[Job]:
    """Return every job of the installed apps, in order of name."""
    autodiscover_modules("jobs")
    return [_jobs[name] for name in sorted(_jobs)]
