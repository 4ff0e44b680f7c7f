"""One way into the admin: allauth's, with a second factor where it is required."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from tests import factories

from .conftest import verify

pytestmark = pytest.mark.django_db
PASSWORD = "un-mot-de-passe-long"


@pytest.mark.parametrize("url", ["/admin/login/", "/_util/login/"])
def test_the_sign_in_pages_lead_to_allauth_s(client, url):
    response = client.get(f"{url}?next=/admin/pages/")
    assert response.url == "/compte/login/?next=/admin/pages/"


@pytest.mark.parametrize("url", ["/admin/login/", "/_util/login/"])
def test_a_password_posted_there_signs_nobody_in(client, url):
    factories.make_user("connue@exemple.test", password=PASSWORD)
    client.post(url, {"username": "connue@exemple.test", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_foreign_destination_does_not_pass_through(client):
    user = verify(factories.make_user("connue@exemple.test", password=PASSWORD))
    url = client.get("/admin/login/?next=https://ailleurs.example/").url
    response = client.post(url, {"login": user.email, "password": PASSWORD})
    assert response.url == "/mon-espace/"


def test_the_admin_sends_a_stranger_to_sign_in(client):
    assert client.get("/admin/").url == "/compte/login/?next=/admin/"


@pytest.mark.parametrize("path", ["password_reset/", "password_reset/done/"])
def test_wagtail_s_password_pages_are_off(client, admin, path):
    assert client.get(f"/admin/{path}").status_code == 404
    client.force_login(admin)
    assert "password" not in client.get("/admin/account/").content.decode()


def test_signing_out_of_the_admin_is_a_post(client, admin):
    client.force_login(admin)
    assert client.get("/admin/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/admin/logout/").url == "/"
    assert "_auth_user_id" not in client.session


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.STAFF_SECOND_FACTOR_REQUIRED = True

    @pytest.mark.parametrize(
        "path",
        ["/admin/", "/admin/pages/", "/admin/membres/", "/admin/nulle-part/", "/admin/api/main/pages/"],
    )
    def test_who_may_enter_with_one_factor_is_sent_to_set_one_up(self, client, avise, path):
        client.force_login(avise)
        response = client.get(path)
        assert response.status_code == 302
        assert response.url == reverse("mfa_index")
        assert client.post(path, {}).url == reverse("mfa_index")

    def test_a_superuser_too(self, client, admin):
        client.force_login(admin)
        assert client.get("/admin/").url == reverse("mfa_index")

    def test_the_set_up_page_says_why(self, client, avise):
        client.force_login(avise)
        assert "demande une seconde étape" in client.get("/admin/", follow=True).content.decode()

    def test_recovery_codes_alone_are_not_one(self, client, avise):
        RecoveryCodes.activate(avise)
        client.force_login(avise)
        assert client.get("/admin/").url == reverse("mfa_index")

    def test_with_a_second_factor_the_admin_opens(self, client, avise):
        TOTP.activate(avise, generate_totp_secret())
        client.force_login(avise)
        assert client.get("/admin/").status_code == 200

    def test_signing_in_and_out_stays_possible(self, client, avise):
        client.force_login(avise)
        assert client.get("/admin/login/").url.startswith("/compte/login/")
        client.post("/admin/logout/")
        assert "_auth_user_id" not in client.session

    def test_the_site_asks_nothing_more_of_members(self, client, member):
        client.force_login(member)
        assert client.get("/mon-espace/").status_code == 200
        assert client.get("/admin/").url.startswith("/compte/login/")

    def test_not_required_in_the_demonstration(self, client, avise, settings):
        settings.STAFF_SECOND_FACTOR_REQUIRED = False
        client.force_login(avise)
        assert client.get("/admin/").status_code == 200
