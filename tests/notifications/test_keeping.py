import datetime as dt

import pytest
from django.utils import timezone

from portal.background.jobs import all_jobs
from portal.background.outbox import OutboxState
from portal.notifications.jobs import purge_mail
from portal.notifications.models import OutgoingMessage, Preference
from portal.notifications.privacy import erase_mail, export_mail

pytestmark = pytest.mark.django_db


def test_bodies_go_after_thirty_days_and_rows_after_a_year(make_row):
    now = timezone.now()
    old = make_row(now=now - dt.timedelta(days=31), state=OutboxState.DONE)
    recent = make_row(now=now - dt.timedelta(days=29), state=OutboxState.DONE)
    waiting = make_row(now=now - dt.timedelta(days=31), state=OutboxState.PENDING)
    ancient = make_row(now=now - dt.timedelta(days=366), state=OutboxState.FAILED)
    assert purge_mail(now) == "1 courriel(s) vidé(s), 1 effacé(s)"
    for row in (old, recent, waiting):
        row.refresh_from_db()
    assert (old.content, old.wiped_at) == (None, now)
    assert recent.content is not None
    assert waiting.content is not None, "it has not left yet"
    assert not OutgoingMessage.objects.filter(pk=ancient.pk).exists()


def test_the_purge_is_a_job_of_the_clock():
    assert "notifications.purge" in [job.name for job in all_jobs()]


def test_a_person_takes_her_mail_away_and_has_it_erased(member, make_row):
    make_row(recipient=member.email.upper(), user=None, subject="Bonjour")
    make_row(user=member)
    other = make_row()
    Preference.objects.create(user=member, kind="rappels", wanted=False)
    taken = export_mail(member)
    assert [letter["objet"] for letter in taken["courriels"]] == ["Bonjour", "Bonjour"]
    assert taken["preferences"] == [{"type": "rappels", "souhaite": False}]
    erase_mail(user=member, now=timezone.now())
    assert list(OutgoingMessage.objects.all()) == [other]
    assert not Preference.objects.exists()
