import datetime as dt
import os
import signal
import subprocess
import sys
import time
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from portal.background import jobs
from portal.background.jobs import Job
from portal.background.models import JobRun
from portal.background.services import is_due, run_due_jobs

PARIS = ZoneInfo("Europe/Paris")
NIGHT = dt.datetime(2026, 5, 4, 3, 30, tzinfo=PARIS)


def job(name="essai", run=lambda now: "fait", every=dt.timedelta(hours=1), **more):
    return Job(name=name, label=name, run=run, every=every, **more)


@pytest.fixture
def table(monkeypatch):
    """Only the jobs that the test declares."""
    monkeypatch.setattr(jobs, "_jobs", {})
    monkeypatch.setattr("portal.background.jobs.autodiscover_modules", lambda name: None)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, NIGHT, True),
        (NIGHT - dt.timedelta(minutes=59), NIGHT, False),
        (NIGHT - dt.timedelta(minutes=60), NIGHT, True),
    ],
)
def test_an_hourly_job(last, now, due):
    assert is_due(job(), last, now=now) is due


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, NIGHT.replace(hour=2), False),
        (None, NIGHT, True),
        (NIGHT - dt.timedelta(days=1, minutes=-20), NIGHT, True),
        (NIGHT.replace(minute=1), NIGHT, False),
    ],
)
def test_a_nightly_job_runs_once_a_calendar_day(last, now, due):
    assert is_due(job(every=dt.timedelta(days=1), not_before_hour=3), last, now=now) is due


@pytest.mark.django_db
def test_one_broken_job_does_not_stop_the_others(table):
    def broken(now):
        raise RuntimeError("panne")

    jobs.register(job("a-cassee", broken))
    jobs.register(job("b-saine"))
    assert run_due_jobs(now=NIGHT) == ["a-cassee: RuntimeError: panne", "b-saine: fait"]
    assert JobRun.objects.get(name="a-cassee").last_error == "RuntimeError: panne"
    assert run_due_jobs(now=NIGHT) == []
    assert run_due_jobs(now=NIGHT, only="b-saine") == ["b-saine: fait"]


def test_a_name_is_registered_once(table):
    jobs.register(job())
    with pytest.raises(ValueError, match="essai"):
        jobs.register(job(every=dt.timedelta(days=1)))


def test_every_job_of_the_portal_says_what_it_is():
    names = {found.name for found in jobs.all_jobs()}
    assert names, "no app declares a job"
    assert all(found.label for found in jobs.all_jobs())


def test_the_supervisor_restarts_what_exits_and_stops_with_its_children(tmp_path):
    """A child that ends is started again; SIGTERM ends supervisor and children."""
    marks = tmp_path / "marks"
    (tmp_path / "child.py").write_text(f"open({str(marks)!r}, 'a').write('x')\n")
    program = (
        "import os, django; from django.conf import settings; django.setup();"
        "import portal.background.management.commands.worker as w;"
        f"child = [{sys.executable!r}, {str(tmp_path / 'child.py')!r}];"
        "w.Command.start = lambda self, name, command: __import__('subprocess').Popen(child);"
        "from django.core.management import call_command; call_command('worker', only=['clock'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (not marks.exists() or len(marks.read_text()) < 2):
            time.sleep(0.2)
        assert len(marks.read_text()) >= 2
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


@pytest.mark.django_db
def test_a_failed_nightly_job_is_tried_again_before_the_next_night(table):
    answers = iter([RuntimeError("panne"), None])

    def unsure(now):
        if error := next(answers):
            raise error
        return "fait"

    jobs.register(job("nuit", unsure, every=dt.timedelta(days=1), not_before_hour=3))
    assert run_due_jobs(now=NIGHT) == ["nuit: RuntimeError: panne"]
    assert run_due_jobs(now=NIGHT + dt.timedelta(minutes=5)) == []
    assert run_due_jobs(now=NIGHT + dt.timedelta(minutes=20)) == ["nuit: fait"]
    assert run_due_jobs(now=NIGHT + dt.timedelta(minutes=40)) == []


@pytest.mark.django_db
def test_a_job_that_does_not_exist_is_named(table):
    from django.core.management import CommandError, call_command

    jobs.register(job("nuit"))
    with pytest.raises(CommandError, match="nuit"):
        call_command("clock", job="jour")
