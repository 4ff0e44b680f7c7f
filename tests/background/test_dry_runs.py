"""The dry run of a job, the log of what it did, and the screen where Avise reads both."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.background import jobs, services
from portal.background.jobs import Job
from portal.background.models import JobEntry
from portal.background.services import next_run, preview_job, prune_log, run_due_jobs
from portal.members.groups import ensure_avise_groups
from tests import factories

PARIS = ZoneInfo("Europe/Paris")
NIGHT = dt.datetime(2026, 5, 4, 3, 30, tzinfo=PARIS)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
db = pytest.mark.django_db
#: Everything that forgets something of a person, or of the portal itself, can say so beforehand.
FORGETS = {
    "clock.prune",
    "commissioning.forget",
    "members-purge",
    "newsletter.purge",
    "notifications.purge",
    "registrations.forget",
    "search.forget",
    "search.purge",
    "tasks.prune",
}


def job(name="essai", run=lambda now: "fait", every=DAY, **more):
    return jobs.register(Job(name=name, label=f"Tâche {name}", run=run, every=every, **more))


@pytest.fixture
def table(monkeypatch):
    """Only the jobs that the test declares."""
    monkeypatch.setattr(jobs, "_jobs", {})
    monkeypatch.setattr("portal.background.jobs.autodiscover_modules", lambda name: None)


def entries(**filters):
    return list(JobEntry.objects.filter(**filters).order_by("pk"))


# -- the dry run


def test_whatever_forgets_has_a_dry_run():
    assert {found.name for found in jobs.all_jobs() if found.preview} >= FORGETS
    named = ("purge", "prune", "forget")
    loud = {found.name for found in jobs.all_jobs() if any(word in found.name for word in named)}
    assert loud <= {found.name for found in jobs.all_jobs() if found.preview}, "a job that forgets in silence"


@db
@pytest.mark.parametrize("name", sorted(FORGETS))
def test_a_dry_run_writes_nothing(name):
    with CaptureQueriesContext(connection) as queries:
        assert preview_job(name=name, now=timezone.now())
    written = [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []


@db
def test_the_command_says_what_would_be_done(table, capsys):
    ran = []
    job("menage", ran.append, preview=lambda now: "3 à effacer")
    job("autre")
    call_command("clock", job="menage", dry_run=True)
    assert "menage (à blanc) : 3 à effacer" in capsys.readouterr().out
    call_command("clock", dry_run=True)
    assert capsys.readouterr().out.count("à blanc") == 1
    assert ran == []
    assert not JobEntry.objects.exists()


@db
def test_a_job_without_a_dry_run_says_so(table):
    job("envoi")
    with pytest.raises(CommandError, match="envoi has no dry run"):
        call_command("clock", job="envoi", dry_run=True)


# -- the log


@db
def test_every_run_of_a_daily_job_is_entered(table):
    job("nuit")
    run_due_jobs(now=NIGHT)
    run_due_jobs(now=NIGHT + HOUR)
    run_due_jobs(now=NIGHT + DAY)
    first, second = entries()
    assert (first.name, first.started_at, first.result, first.error) == ("nuit", NIGHT, "fait", "")
    assert first.finished_at is not None
    assert second.started_at == NIGHT + DAY


@db
def test_what_runs_all_day_is_entered_when_it_fails_once_for_the_same_failure(table):
    answers = iter(["ok", "panne", "panne", "ok", "panne", "autre", "autre"])

    def unsure(now):
        if (answer := next(answers)) != "ok":
            raise RuntimeError(answer)
        return answer

    job("minute", unsure, every=dt.timedelta(minutes=1))
    for minute in range(7):
        run_due_jobs(now=NIGHT + dt.timedelta(minutes=minute))
    assert [entry.error for entry in entries()] == [
        "RuntimeError: panne",
        "RuntimeError: panne",
        "RuntimeError: autre",
    ]
    assert entries()[0].started_at == NIGHT + dt.timedelta(minutes=1)


@db
def test_a_run_asked_for_by_hand_is_entered(table):
    job("minute", every=dt.timedelta(minutes=1))
    run_due_jobs(now=NIGHT, only="minute")
    assert [entry.result for entry in entries()] == ["fait"]


@db
def test_a_run_that_was_killed_stays_in_the_log_without_an_end(table):
    def killed(now):
        raise SystemExit

    job("nuit", killed)
    with pytest.raises(SystemExit):
        run_due_jobs(now=NIGHT)
    (entry,) = entries()
    assert entry.finished_at is None


@db
def test_the_log_is_kept_thirteen_months():
    for days in (395, 397):
        JobEntry.objects.create(name="x", started_at=NIGHT - days * DAY)
    assert preview_job(name="clock.prune", now=NIGHT) == "1 passage(s) à oublier"
    assert prune_log(now=NIGHT) == 1
    assert [entry.started_at for entry in entries()] == [NIGHT - 395 * DAY]
    assert prune_log(now=NIGHT) == 0


# -- when the next one is


@pytest.mark.parametrize(
    ("every", "hour", "last", "now", "expected"),
    [
        (HOUR, None, None, NIGHT, NIGHT),
        (HOUR, None, NIGHT, NIGHT + HOUR / 4, NIGHT + HOUR),
        (HOUR, None, NIGHT, NIGHT + 2 * HOUR, NIGHT + 2 * HOUR),
        (DAY, 3, NIGHT, NIGHT + HOUR, NIGHT.replace(day=5, hour=3, minute=0)),
        (DAY, 3, NIGHT, NIGHT.replace(hour=23), NIGHT.replace(day=5, hour=3, minute=0)),
        (DAY, 3, None, NIGHT.replace(hour=1), NIGHT.replace(hour=3, minute=0)),
        (DAY, 3, NIGHT - DAY, NIGHT.replace(hour=1), NIGHT.replace(hour=3, minute=0)),
    ],
)
def test_the_next_run_is_when_the_clock_would_start_it(every, hour, last, now, expected):
    one = Job("x", "X", lambda now: "", every, not_before_hour=hour)
    found = next_run(one, last, now=now)
    assert found == expected
    assert services.is_due(one, last, now=found)


# -- the screen


@pytest.fixture
def administrator(db):
    return factories.make_user("gestion@exemple.test", groups=[ensure_avise_groups()[1]])


@pytest.fixture
def editor(db):
    return factories.make_user("redaction@exemple.test", groups=[ensure_avise_groups()[0]])


def test_the_screen_says_what_ran_and_what_comes(client, administrator, table):
    job("nuit", preview=lambda now: "3 à effacer")
    job("envoi", every=HOUR)
    run_due_jobs(now=timezone.now())
    client.force_login(administrator)
    page = client.get("/admin/taches/").content.decode()
    assert "Tâche nuit" in page
    assert "fait" in page
    assert page.count("/a-blanc/") == 1, "only what has a dry run has the button"
    assert "/admin/taches/" in client.get("/admin/").content.decode()
    assert "fait" in client.get("/admin/taches/nuit/passages/").content.decode()
    assert client.get("/admin/taches/rien/passages/").status_code == 404


def test_a_dry_run_is_asked_for_and_told(client, administrator, table):
    ran = []
    job("nuit", ran.append, preview=lambda now: "3 à effacer")
    client.force_login(administrator)
    address = "/admin/taches/nuit/a-blanc/"
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True).content.decode()
    assert "3 à effacer. Rien n’a été changé." in page
    assert ran == []
    assert client.post("/admin/taches/rien/a-blanc/").status_code == 404


@pytest.mark.parametrize("address", ["/admin/taches/", "/admin/taches/nuit/passages/"])
def test_it_is_for_avise_administrators(client, editor, member, table, address):
    job("nuit", preview=lambda now: "3 à effacer")
    for user in (member, editor):
        client.force_login(user)
        assert client.get(address).status_code == 302
        assert client.post("/admin/taches/nuit/a-blanc/").status_code == 302
    assert "/admin/taches/" not in client.get("/admin/").content.decode()


def test_queries_of_the_screen_do_not_grow(client, administrator, table):
    for number in range(3):
        job(f"nuit{number}")
    client.force_login(administrator)
    client.get("/admin/taches/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/taches/")
    for number in range(3, 20):
        job(f"nuit{number}")
    run_due_jobs(now=timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/taches/")
    assert len(many) == len(few)
