"""What the clock does for Wagtail."""

import datetime as dt

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.background.jobs import all_jobs
from portal.base.jobs import STUCK_AFTER, prune_task_results, publish_scheduled, restart_stuck_tasks
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def task(**fields):
    return DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        priority=0,
        task_path="wagtail.tasks.x",
        queue_name="default",
        backend_name="default",
        run_after=NOW,
        exception_class_path="",
        traceback="",
        **fields,
    )


def test_what_is_planned_goes_live_and_what_expires_goes_offline(tree):
    planned = factories.make_fiche(tree.centre, live=False)
    planned.go_live_at = NOW - dt.timedelta(minutes=1)
    planned.save_revision(approved_go_live_at=planned.go_live_at)
    expiring = factories.make_fiche(tree.centre, expire_at=NOW - dt.timedelta(minutes=1))
    type(expiring).objects.filter(pk=expiring.pk).update(live=True, expired=False)
    publish_scheduled(NOW)
    planned.refresh_from_db()
    expiring.refresh_from_db()
    assert planned.live
    assert not expiring.live


def test_a_task_left_by_a_killed_worker_runs_again(db):
    stuck = task(status=TaskResultStatus.RUNNING, started_at=NOW - STUCK_AFTER - dt.timedelta(seconds=1))
    working = task(status=TaskResultStatus.RUNNING, started_at=NOW)
    assert restart_stuck_tasks(NOW) == "1 tâche(s) reprise(s)"
    stuck.refresh_from_db()
    working.refresh_from_db()
    assert stuck.status == TaskResultStatus.READY
    assert working.status == TaskResultStatus.RUNNING


def test_old_results_are_forgotten(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    old = task(status=TaskResultStatus.SUCCESSFUL, finished_at=NOW - dt.timedelta(days=30))
    recent = task(status=TaskResultStatus.SUCCESSFUL, finished_at=NOW)
    prune_task_results(NOW)
    assert not DBTaskResult.objects.filter(pk=old.pk).exists()
    assert DBTaskResult.objects.filter(pk=recent.pk).exists()


def test_the_clock_has_what_the_design_asks_of_it():
    names = {job.name for job in all_jobs()}
    assert {
        "wagtail.publish-scheduled",
        "tasks.restart-stuck",
        "tasks.prune",
        "registrations.remind",
    } <= names
