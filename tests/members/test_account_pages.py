"""Every account page that our configuration can reach: in French, in the frame of the site, within the CSP."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from tests import factories

from .conftest import verify

pytestmark = pytest.mark.django_db
PASSWORD = "un-mot-de-passe-long"
ANONYMOUS = [
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_reset_password",
    "account_inactive",
    "account_password_reset_completed",
    "socialaccount_login_cancelled",
]
SIGNED_IN = [
    "account_email",
    "account_change_password",
    "account_logout",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
    "socialaccount_connections",
]
REAUTHENTICATED = ["mfa_activate_totp", "mfa_add_webauthn"]
WITH_TOTP = ["mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"]
#: Words that allauth's own templates would bring where a translation of ours is missing.
ENGLISH = re.compile(
    r"\b(Sign|Password|Email|Account|Authenticator|Security|Recovery|Enter|Confirm|Remove|Submit)\b"
)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)


def check(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert 'id="contenu"' in html
    assert "<h1" in html
    assert not INLINE.search(html)
    assert "style=" not in html.split("<main", 1)[1].split("</main>", 1)[0]
    assert "onclick" not in html
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", html.split("<main", 1)[1], flags=re.DOTALL)
    assert not ENGLISH.search(text), ENGLISH.search(text)
    assert "Content-Security-Policy" in response
    return html


def with_totp(user):
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


@pytest.mark.parametrize("name", ANONYMOUS)
def test_pages_for_everyone(client, name):
    check(client.get(reverse(name)))


def test_another_account_that_does_not_answer(client):
    check(client.get(reverse("socialaccount_login_error")), status=401)


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_one_s_account(client, name):
    client.force_login(verify(factories.make_user("connue@exemple.test", password=PASSWORD)))
    check(client.get(reverse(name)))


def test_setting_a_first_password(client):
    user = verify(factories.make_user("connue@exemple.test"))
    client.force_login(user)
    check(client.get(reverse("account_set_password")))
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("name", REAUTHENTICATED)
def test_setting_up_a_second_factor_asks_who_is_there(client, name):
    client.force_login(verify(factories.make_user("connue@exemple.test", password=PASSWORD)))
    response = client.get(reverse(name))
    assert response.url.startswith(reverse("account_reauthenticate"))
    check(client.get(response.url))
    response = client.post(response.url, {"password": PASSWORD})
    check(client.get(response.url))


def test_setting_up_a_second_factor_without_a_password(client):
    client.force_login(verify(factories.make_user("connue@exemple.test")))
    check(client.get(reverse("mfa_activate_totp")))


@pytest.mark.parametrize("name", WITH_TOTP)
def test_pages_of_a_second_factor(client, name):
    user = with_totp(verify(factories.make_user("connue@exemple.test", password=PASSWORD)))
    client.force_login(user)
    response = client.get(reverse(name))
    if response.status_code == 302:
        check(client.get(response.url))
        response = client.post(response.url, {"password": PASSWORD})
        response = client.get(response.url)
    check(response)


def make_key(user):
    """A security key, as a browser would have registered it."""
    public_key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, b"identifiant-de-cle", public_key)
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP
    data = AuthenticatorData.create(b"\0" * 32, flags, 0, credential)
    answer = {"type": "webauthn.create", "challenge": "AAAA", "origin": "http://testserver"}
    return Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={
            "name": "Ma clé",
            "credential": {
                "id": websafe_encode(b"identifiant-de-cle"),
                "rawId": websafe_encode(b"identifiant-de-cle"),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {
                    "clientDataJSON": websafe_encode(json.dumps(answer).encode()),
                    "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
                },
            },
        },
    )


def test_pages_of_a_key(client):
    user = verify(factories.make_user("connue@exemple.test", password=PASSWORD))
    key = make_key(user)
    client.force_login(user)
    assert "Ma clé" in check(client.get(reverse("mfa_list_webauthn")))
    check(client.get(reverse("mfa_index")))
    check(client.get(reverse("mfa_reauthenticate_webauthn")))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    check(client.get(reverse("mfa_edit_webauthn", args=[key.pk])))
    check(client.get(reverse("mfa_remove_webauthn", args=[key.pk])))


def test_the_second_step_at_sign_in(client):
    with_totp(verify(factories.make_user("connue@exemple.test", password=PASSWORD)))
    response = client.post(reverse("account_login"), {"login": "connue@exemple.test", "password": PASSWORD})
    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    check(client.get(response.url))
    response = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    check(response)
    assert "_auth_user_id" not in client.session


def test_code_pages(client, mailoutbox):
    verify(factories.make_user("connue@exemple.test"))
    check(client.post(reverse("account_login"), {"login": "connue@exemple.test"}, follow=True))
    client.cookies.clear()
    check(client.post(reverse("account_signup"), {"email": "nouvelle@exemple.test"}, follow=True))
    client.cookies.clear()
    check(client.post(reverse("account_reset_password"), {"email": "connue@exemple.test"}, follow=True))


def test_errors_lead_to_their_fields(client):
    html = client.post(
        reverse("account_login"), {"login": "pas une adresse", "password": ""}
    ).content.decode()
    assert 'class="errors" role="alert"' in html
    assert 'href="#id_login"' in html
    assert 'id="id_login_error"' in html
    # What is expected is shown before, and again with what is refused.
    assert html.count("prenom.nom@exemple.fr") >= 2
    assert "Cette adresse n’est pas complète." in html
    assert re.search(r'<input[^>]+name="login"[^>]+aria-describedby="[^"]*id_login_error', html)


def test_no_field_speaks_through_a_placeholder(client):
    for name in ("account_login", "account_signup", "account_reset_password"):
        form = client.get(reverse(name)).context["form"]
        assert not any("placeholder" in field.widget.attrs for field in form.fields.values())


def test_signing_out_is_a_post(client):
    client.force_login(verify(factories.make_user("connue@exemple.test")))
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
