"""Run the jobs that are due, one process at a time."""

from __future__ import annotations

import datetime as dt
import logging
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from .jobs import Job, all_jobs, job_named
from .models import JobEntry, JobRun

logger = logging.getLogger(__name__)
PARIS = ZoneInfo("Europe/Paris")
#: A nightly job that failed does not wait for the next night.
RETRY_AFTER = dt.timedelta(minutes=15)
#: Thirteen months, so that a yearly job still has its last run in the log when the next one comes.
LOG_KEPT = dt.timedelta(days=396)


class NoDryRun(Exception):
    """No such job, or one that has no dry run."""


def is_due(job: Job, last_started_at: dt.datetime | None, *, now: dt.datetime) -> bool:
    """Tell whether ``job`` should start at ``now`` given when it last started."""
    if job.not_before_hour is not None and now.astimezone(PARIS).hour < job.not_before_hour:
        return False
    if last_started_at is None:
        return True
    if job.every >= dt.timedelta(days=1) and job.not_before_hour is not None:
        # A daily job runs once a calendar day, whatever minute it ran at yesterday.
        days = (now.astimezone(PARIS).date() - last_started_at.astimezone(PARIS).date()).days
        return days >= job.every.days
    return now - last_started_at >= job.every


def is_to_retry(run: JobRun, *, now: dt.datetime) -> bool:
    """Tell whether a job that failed, or that died with its process, is to be tried again before its time."""
    if run.last_started_at is None or now - run.last_started_at < RETRY_AFTER:
        return False
    died = run.last_finished_at is None or run.last_finished_at < run.last_started_at
    return died or bool(run.last_error)


def run_due_jobs(*, now: dt.datetime, only: str | None = None) -> list[str]:
    """Run every job that is due (or the one named ``only``) and return one line a job.

    A failing job is recorded and does not stop the others.
    """
    lines = []
    for job in all_jobs():
        if only and job.name != only:
            continue
        with transaction.atomic():
            run, _ = JobRun.objects.select_for_update().get_or_create(name=job.name)
            if not only and not is_due(job, run.last_started_at, now=now) and not is_to_retry(run, now=now):
                continue
            # Claimed before it works: a second clock leaves it alone.
            run.last_started_at = now
            run.save(update_fields=["last_started_at"])
            # Begun before it works: what a killed process was at is in the log.
            logged = bool(only) or job.is_logged
            entry = JobEntry.objects.create(name=job.name, started_at=now) if logged else None
        error_before = run.last_error
        try:
            run.last_result, run.last_error = job.run(now) or "", ""
        except Exception as error:  # One broken job must not stop the others.
            logger.exception("job %s failed", job.name)
            run.last_error = f"{type(error).__name__}: {error}"
        run.last_finished_at = timezone.now()
        run.save(update_fields=["last_result", "last_error", "last_finished_at"])
        _enter(run, entry, error_before=error_before)
        lines.append(f"{job.name}: {run.last_error or run.last_result or 'ok'}")
    return lines


def _enter(run: JobRun, entry: JobEntry | None, *, error_before: str) -> None:
    """Write how the run ended in the log: in its line, or, where it has none, in one about the failure."""
    if entry is None:
        if not run.last_error:
            return
        again = run.last_error == error_before
        last = JobEntry.objects.filter(name=run.name, error=run.last_error).first() if again else None
        entry = last or JobEntry(name=run.name, started_at=run.last_started_at)
    entry.finished_at = run.last_finished_at
    entry.result, entry.error = ("", run.last_error) if run.last_error else (run.last_result, "")
    entry.save()


def preview_job(*, name: str, now: dt.datetime) -> str:
    """Return what the job ``name`` would do at ``now`` (aware), and change nothing. Raises NoDryRun."""
    job = job_named(name)
    if job is None or job.preview is None:
        raise NoDryRun(name)
    return job.preview(now)


def next_run(job: Job, last_started_at: dt.datetime | None, *, now: dt.datetime) -> dt.datetime:
    """Return when the clock will start ``job`` next: ``now`` where it is due already. Aware, in Paris time."""
    if is_due(job, last_started_at, now=now):
        return now.astimezone(PARIS)
    hour = job.not_before_hour
    if hour is None:
        return (last_started_at + job.every).astimezone(PARIS)
    first = (last_started_at + job.every if last_started_at else now).astimezone(PARIS)
    if job.every >= dt.timedelta(days=1):
        # By the calendar: whatever minute it ran at, it starts at its hour.
        first = max(first, now.astimezone(PARIS)).replace(hour=0, minute=0, second=0, microsecond=0)
    if first.hour < hour:
        first = first.replace(hour=hour, minute=0, second=0, microsecond=0)
    return first


def old_entries(*, now: dt.datetime):
    """The lines of the log that are no longer kept."""
    return JobEntry.objects.filter(started_at__lt=now - LOG_KEPT)


def prune_log(*, now: dt.datetime) -> int:
    """Delete the lines of the log older than thirteen months; return how many."""
    return old_entries(now=now).delete()[0]
