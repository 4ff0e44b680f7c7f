"""What Wagtail, its task queue and the clock's own log need done by the clock."""

from __future__ import annotations

import datetime as dt
from io import StringIO

from django.core.management import call_command
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.background import services
from portal.background.jobs import Job, register
from portal.pagecache.generation import prune as prune_changes

#: Wagtail's tasks take seconds: one that has run this long was killed with its worker.
STUCK_AFTER = dt.timedelta(hours=1)
#: How long the result of a task is kept after its end.
RESULTS_KEPT = dt.timedelta(days=14)


def publish_scheduled(now: dt.datetime) -> str:
    """Publish what is due and take offline what has expired, as editors planned it."""
    output = StringIO()
    call_command("publish_scheduled", stdout=output)
    return output.getvalue().strip()


def restart_stuck_tasks(now: dt.datetime) -> str:
    """Put back in the queue the tasks that a killed worker left running; Wagtail's may run twice."""
    stuck = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - STUCK_AFTER)
    number = stuck.update(status=TaskResultStatus.READY, started_at=None)
    return f"{number} tâche(s) reprise(s)"


def _old_results(now: dt.datetime):
    return DBTaskResult.objects.finished().filter(finished_at__lte=now - RESULTS_KEPT)


def prune_task_results(now: dt.datetime) -> str:
    """Forget the tasks that ended two weeks ago."""
    number, _ = _old_results(now).delete()
    return f"{number} tâche(s) oubliée(s)"


def would_prune_task_results(now: dt.datetime) -> str:
    return f"{_old_results(now).count()} tâche(s) à oublier"


def prune_log(now: dt.datetime) -> str:
    """Forget the runs of the clock after thirteen months."""
    return f"{services.prune_log(now=now)} passage(s) oublié(s)"


def would_prune_log(now: dt.datetime) -> str:
    return f"{services.old_entries(now=now).count()} passage(s) à oublier"


register(
    Job("wagtail.publish-scheduled", "Publications planifiées", publish_scheduled, dt.timedelta(minutes=1))
)
register(Job("tasks.restart-stuck", "Tâches interrompues", restart_stuck_tasks, dt.timedelta(minutes=10)))
register(
    Job(
        "tasks.prune",
        "Vieilles tâches",
        prune_task_results,
        dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_prune_task_results,
    )
)
register(
    Job(
        "clock.prune",
        "Journal des tâches de plus de treize mois",
        prune_log,
        dt.timedelta(days=1),
        not_before_hour=3,
        preview=would_prune_log,
    )
)
register(
    Job(
        "pagecache.gather",
        "Cache des pages\u00a0: lignes à réunir",
        lambda now: f"{prune_changes()} ligne(s) réunie(s)",
        dt.timedelta(minutes=5),
    )
)
