"""What the clock does for the letter: send what is left to send, forget in time."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.background.jobs import all_jobs
from portal.background.services import run_due_jobs
from portal.newsletter import services
from portal.newsletter.models import Delivery, Issue, Subscription
from portal.notifications.models import OutgoingMessage
from portal.notifications.reading import read
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def outbox(settings, tree):
    settings.EMAIL_BACKEND = "portal.notifications.backend.OutboxBackend"


def make_subscription(email="lectrice@exemple.test", **dates) -> Subscription:
    dates = {"requested_at": NOW, "confirmed_at": NOW, **dates}
    return Subscription.objects.create(email=email, wording="oui", **dates)


def make_readers(number: int) -> None:
    Subscription.objects.bulk_create(
        Subscription(email=f"n{rank}@exemple.test", requested_at=NOW, confirmed_at=NOW, wording="oui")
        for rank in range(number)
    )


@pytest.fixture
def issue():
    return Issue.objects.create(subject="La lettre de mai", body="<p>Des nouvelles.</p>")


def run(name: str) -> str:
    (line,) = run_due_jobs(now=NOW, only=name)
    return line


def test_the_request_of_an_editor_only_starts_the_sending(client, admin, issue):
    make_readers(3)
    client.force_login(admin)
    client.post(reverse("newsletter_send", args=[issue.pk]))
    issue.refresh_from_db()
    assert (issue.recipients, issue.deliveries.count()) == (3, 3)
    assert not OutgoingMessage.objects.exists()
    assert run("newsletter.send") == "newsletter.send: 3 lettre(s) mise(s) à l’envoi"
    assert OutgoingMessage.objects.count() == 3
    assert not Delivery.objects.exists()


def test_a_killed_sending_is_resumed_without_writing_twice(issue, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 4)
    make_readers(10)
    services.send_issue(issue=issue, now=NOW)
    send, calls = services.send_to_address, []

    def die_at_the_sixth(*args, **kwargs):
        calls.append(kwargs["email"])
        if len(calls) == 6:
            raise SystemExit
        send(*args, **kwargs)

    monkeypatch.setattr(services, "send_to_address", die_at_the_sixth)
    with pytest.raises(SystemExit):
        services.write_deliveries(now=NOW)
    assert (OutgoingMessage.objects.count(), Delivery.objects.count()) == (4, 6), "whole chunks only"
    monkeypatch.setattr(services, "send_to_address", send)
    assert services.write_deliveries(now=NOW) == 6
    recipients = list(OutgoingMessage.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == 10
    issue.refresh_from_db()
    assert issue.recipients == 10


def test_a_run_leaves_the_clock_to_others_and_the_next_goes_on(issue, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 2)
    monkeypatch.setattr(services, "CHUNKS_A_RUN", 2)
    make_readers(5)
    services.send_issue(issue=issue, now=NOW)
    assert [services.write_deliveries(now=NOW) for _ in range(3)] == [4, 1, 0]


def test_who_leaves_before_her_turn_is_not_written_to(issue):
    make_subscription("reste@exemple.test")
    make_subscription("part@exemple.test")
    services.send_issue(issue=issue, now=NOW)
    services.leave(token=services.token_for("part@exemple.test", "quitter"), now=NOW)
    assert services.write_deliveries(now=NOW) == 1
    assert OutgoingMessage.objects.get().recipient == "reste@exemple.test"
    assert not Delivery.objects.exists()


def test_staff_do_not_see_the_link_to_leave(client, admin, issue):
    make_subscription()
    services.send_issue(issue=issue, now=NOW)
    services.write_deliveries(now=NOW)
    row = OutgoingMessage.objects.get()
    assert (row.is_secret, row.priority) == (True, 5)
    assert row.expires_at == NOW + dt.timedelta(days=7)
    assert "/lettre/quitter/" in read(row).text
    client.force_login(admin)
    page = client.get(reverse("courriels:detail", args=[row.pk])).content.decode()
    assert "lectrice@exemple.test" in page
    assert "/lettre/quitter/" not in page


@pytest.mark.parametrize(
    ("dates", "stays"),
    [
        ({"confirmed_at": None, "requested_at": NOW - dt.timedelta(days=6)}, True),
        ({"confirmed_at": None, "requested_at": NOW - dt.timedelta(days=8)}, False),
        ({"requested_at": NOW - dt.timedelta(days=4000)}, True),
        ({"ended_at": NOW - dt.timedelta(days=3 * 365)}, True),
        ({"ended_at": NOW - dt.timedelta(days=3 * 365 + 2)}, False),
    ],
)
def test_what_is_no_longer_needed_is_deleted(dates, stays):
    make_subscription(**dates)
    line = run("newsletter.purge")
    assert Subscription.objects.exists() is stays
    assert ("0 demande" in line and "et 0 abonnement" in line) is stays


def test_the_clock_knows_both_jobs():
    every = {job.name: job.every for job in all_jobs()}
    assert every["newsletter.send"] == dt.timedelta(minutes=1)
    assert every["newsletter.purge"] == dt.timedelta(days=1)


def test_an_account_s_erasure_stops_what_was_about_to_leave(issue):
    from portal.newsletter.privacy import erase_subscription

    user = factories.make_user("lectrice@exemple.test")
    make_subscription()
    services.send_issue(issue=issue, now=NOW)
    erase_subscription(user=user, now=NOW)
    assert services.write_deliveries(now=NOW) == 0
