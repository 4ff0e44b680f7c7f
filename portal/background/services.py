"""Run the jobs that are due, one process at a time."""

from __future__ import annotations

import datetime as dt
import logging
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from .jobs import Job, all_jobs
from .models import JobRun

logger = logging.getLogger(__name__)
PARIS = ZoneInfo("Europe/Paris")
#: A nightly job that failed does not wait for the next night.
RETRY_AFTER = dt.timedelta(minutes=15)


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
        try:
            run.last_result, run.last_error = job.run(now) or "", ""
        except Exception as error:  # One broken job must not stop the others.
            logger.exception("job %s failed", job.name)
            run.last_error = f"{type(error).__name__}: {error}"
        run.last_finished_at = timezone.now()
        run.save(update_fields=["last_result", "last_error", "last_finished_at"])
        lines.append(f"{job.name}: {run.last_error or run.last_result or 'ok'}")
    return lines
