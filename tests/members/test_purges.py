"""What nobody came back for is not kept."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from portal.background.services import run_due_jobs
from portal.members.accounts import purge_sessions, purge_unproved_accounts
from tests import factories

from .conftest import verify

pytestmark = pytest.mark.django_db
User = get_user_model()
WEEK = dt.timedelta(days=7)


def test_an_address_never_proved_is_forgotten_after_a_week(client, mailoutbox):
    client.post(reverse("account_signup"), {"email": "jamais@exemple.test"})
    now = timezone.now()
    assert purge_unproved_accounts(now=now + WEEK - dt.timedelta(hours=1)) == 0
    assert purge_unproved_accounts(now=now + WEEK + dt.timedelta(hours=1)) == 1
    assert not User.objects.exists()


@pytest.mark.parametrize("kind", ["proved", "approved", "signed in", "closed", "staff"])
def test_other_accounts_stay(kind):
    now = timezone.now()
    fields = {
        "proved": {"approved": False},
        "approved": {},
        "signed in": {"approved": False, "last_login": now},
        "closed": {"approved": False, "is_active": False},
        "staff": {"approved": False, "is_staff": True},
    }[kind]
    user = factories.make_user("une@exemple.test", **fields)
    if kind == "proved":
        verify(user)
    assert purge_unproved_accounts(now=now + 10 * WEEK) == 0
    assert User.objects.filter(pk=user.pk).exists()


def test_who_someone_registered_by_hand_stays_and_holds_nobody_back(tree):
    now = timezone.now()
    kept = factories.make_user("inscrite@exemple.test", approved=False)
    kept.registrations.create(event=factories.make_cafe(tree.centre), state="confirmee", created_at=now)
    factories.make_user("jamais@exemple.test", approved=False)
    assert purge_unproved_accounts(now=now + 2 * WEEK) == 1
    assert list(User.objects.filter(approved_at=None)) == [kept]


def test_sessions_go_with_what_was_noted_of_them(client, member):
    client.force_login(member)
    client.get("/mon-espace/")
    now = timezone.now()
    assert UserSession.objects.count() == Session.objects.count() == 1
    assert purge_sessions(now=now) == 0
    assert UserSession.objects.exists()
    assert purge_sessions(now=now + dt.timedelta(days=31)) == 1
    assert not UserSession.objects.exists()


def test_the_clock_does_it(db):
    (line,) = run_due_jobs(now=timezone.now(), only="members-purge")
    assert line.startswith("members-purge: 0 compte(s)")
