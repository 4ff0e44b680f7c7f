"""« Mes appareils connectés »: true, and not written at every page."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone

from portal.members.middleware import ACTIVITY_NOTED_EVERY

pytestmark = pytest.mark.django_db
PAGE = "/mon-espace/courriels/"


@pytest.fixture
def here(client, member):
    """The session of a member who has read one page."""
    client.force_login(member)
    client.get(PAGE, HTTP_USER_AGENT="Un navigateur")
    return UserSession.objects.get()


def seen_ago(session, delta):
    moment = timezone.now() - delta
    UserSession.objects.filter(pk=session.pk).update(last_seen_at=moment)
    return moment


def test_the_first_page_notes_where_from(here, client, member):
    assert (here.user, here.user_agent, here.ip) == (member, "Un navigateur", "127.0.0.1")
    assert here.session_key == client.session.session_key


def test_the_next_ones_write_nothing(here, client):
    moment = seen_ago(here, ACTIVITY_NOTED_EVERY / 2)
    client.get(PAGE, HTTP_USER_AGENT="Un navigateur")
    assert UserSession.objects.get().last_seen_at == moment


def test_after_a_while_it_is_noted_again(here, client):
    moment = seen_ago(here, ACTIVITY_NOTED_EVERY)
    client.get(PAGE, HTTP_USER_AGENT="Un navigateur")
    assert UserSession.objects.get().last_seen_at > moment + dt.timedelta(minutes=1)


@pytest.mark.parametrize("other", [{"HTTP_USER_AGENT": "Un autre"}, {"REMOTE_ADDR": "192.0.2.7"}])
def test_another_place_is_noted_at_once(here, client, other):
    client.get(PAGE, **{"HTTP_USER_AGENT": "Un navigateur", **other})
    session = UserSession.objects.get()
    assert (session.user_agent, session.ip) != (here.user_agent, here.ip)


def test_a_stranger_leaves_no_trace(client, db):
    client.get("/compte/login/")
    assert not UserSession.objects.exists()
