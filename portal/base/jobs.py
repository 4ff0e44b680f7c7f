"""What Wagtail and its task queue need done by the clock."""

from __future__ import annotations

import datetime as dt
from io import StringIO

from django.core.management import call_command
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.background.jobs import Job, register

#: Wagtail's tasks take seconds: one that has run this long was killed with its worker.
STUCK_AFTER = dt.timedelta(hours=1)


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


def prune_task_results(now: dt.datetime) -> str:
    """Forget the tasks that ended two weeks ago."""
    output = StringIO()
    call_command("prune_db_task_results", "--queue-name", "*", stdout=output)
    return output.getvalue().strip()


register(
    Job("wagtail.publish-scheduled", "Publications planifiées", publish_scheduled, dt.timedelta(minutes=1))
)
register(Job("tasks.restart-stuck", "Tâches interrompues", restart_stuck_tasks, dt.timedelta(minutes=10)))
register(Job("tasks.prune", "Vieilles tâches", prune_task_results, dt.timedelta(days=1), not_before_hour=3))
