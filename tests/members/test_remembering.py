"""« Rester connecté·e sur cet appareil »: a wish said before the code leaves, and what the session becomes."""

import datetime as dt

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from portal.members.remembering import RENEWED_KEY
from tests import factories

from .conftest import code_in, verify

pytestmark = pytest.mark.django_db
PASSWORD = "un-mot-de-passe-long"
EMAIL = "connue@exemple.test"
REMEMBERED = {"remember": "on"}


@pytest.fixture
def known(db):
    return verify(factories.make_user(EMAIL, password=PASSWORD))


def cookie(client):
    return client.cookies[settings.SESSION_COOKIE_NAME]


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", ["account_login", "account_request_login_code"])
def test_the_box_is_there_and_not_ticked(client, name):
    response = client.get(reverse(name))
    assert "Rester connecté·e sur cet appareil" in response.content.decode()
    assert not response.context["form"]["remember"].value()


def by_password(client, mailoutbox, **wish):
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD, **wish})


def by_code(client, mailoutbox, **wish):
    client.post(reverse("account_login"), {"login": EMAIL, "password": "", **wish})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[-1])})


def by_asked_code(client, mailoutbox, **wish):
    client.post(reverse("account_request_login_code"), {"email": EMAIL, **wish})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[-1])})


WAYS = pytest.mark.parametrize("way", [by_password, by_code, by_asked_code])


@WAYS
def test_without_the_wish_the_session_ends_with_the_browser(client, known, mailoutbox, way):
    way(client, mailoutbox)
    assert signed_in(client)
    assert client.session.get_expire_at_browser_close()
    assert cookie(client)["max-age"] == ""
    assert cookie(client)["expires"] == ""


@WAYS
def test_with_it_the_device_is_known_for_thirty_days(client, known, mailoutbox, way):
    way(client, mailoutbox, **REMEMBERED)
    assert signed_in(client)
    assert cookie(client)["max-age"] == settings.SESSION_COOKIE_AGE
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


def test_a_wish_does_not_outlive_its_sign_in(client, known, mailoutbox):
    by_password(client, mailoutbox, **REMEMBERED)
    client.post(reverse("account_logout"))
    by_password(client, mailoutbox)
    assert client.session.get_expire_at_browser_close()
    assert RENEWED_KEY not in client.session


def test_a_code_that_was_never_copied_remembers_nobody(client, known, mailoutbox):
    client.post(reverse("account_login"), {"login": EMAIL, "password": "", **REMEMBERED})
    assert not signed_in(client)
    assert RENEWED_KEY not in client.session


def test_a_device_with_two_steps_still_asks_for_the_second(client, known, mailoutbox):
    TOTP.activate(known, generate_totp_secret())
    RecoveryCodes.activate(known)
    by_password(client, mailoutbox, **REMEMBERED)
    assert not signed_in(client)
    code = RecoveryCodes(known.authenticator_set.get(type="recovery_codes")).get_unused_codes()[0]
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in(client)
    assert cookie(client)["max-age"] == settings.SESSION_COOKIE_AGE


def test_use_renews_it_once_a_day(client, known, mailoutbox):
    by_password(client, mailoutbox, **REMEMBERED)
    client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] = "kept"
    client.get(reverse("account_email"))
    assert cookie(client)["max-age"] == "kept", "not twice the same day"
    session = client.session
    session[RENEWED_KEY] = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    session.save()
    client.get(reverse("account_email"))
    assert cookie(client)["max-age"] == settings.SESSION_COOKIE_AGE
    assert client.session[RENEWED_KEY] == timezone.localdate().isoformat()


def test_use_renews_no_other_session(client, known, mailoutbox):
    by_password(client, mailoutbox)
    client.get(reverse("account_email"))
    assert client.session.get_expire_at_browser_close()
    assert RENEWED_KEY not in client.session


def test_at_9_h_29_a_remembered_device_needs_no_code(client, known, mailoutbox):
    by_code(client, mailoutbox, **REMEMBERED)
    sent = len(mailoutbox)
    assert client.get("/mon-espace/").status_code == 200
    assert len(mailoutbox) == sent
