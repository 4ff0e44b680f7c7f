"""Signing up, signing in, a forgotten password: by code, the same answer for everyone."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests import factories

from .conftest import code_in, verify

pytestmark = pytest.mark.django_db
PASSWORD = "un-mot-de-passe-long"
User = get_user_model()


def anonymous(html: str, *addresses: str) -> str:
    """A page without what differs from one person to the next: her address and the form's token."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "token", html)
    for address in addresses:
        html = re.sub(re.escape(address), "ADRESSE", html, flags=re.IGNORECASE)
    return html


def answers(client, url, data, address):
    """Everything that a visitor sees after posting: statuses, addresses, the last page."""
    response = client.post(url, data, follow=True)
    return response.redirect_chain, response.status_code, anonymous(response.content.decode(), address)


# -- signing up


def test_sign_up_with_an_address_and_a_code(client, mailoutbox):
    response = client.post(reverse("account_signup"), {"email": "Nouvelle@Exemple.Test"})
    assert response.url == reverse("account_email_verification_sent")
    response = client.post(response.url, {"code": code_in(mailoutbox[0])})
    assert response.url == "/mon-espace/"
    user = User.objects.get()
    assert user.email == "nouvelle@exemple.test"
    assert not user.has_usable_password()
    assert not user.is_approved
    assert EmailAddress.objects.get(user=user).verified
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_password_is_possible_and_then_works(client, mailoutbox):
    response = client.post(
        reverse("account_signup"), {"email": "nouvelle@exemple.test", "password1": PASSWORD}
    )
    client.post(response.url, {"code": code_in(mailoutbox[0])})
    client.logout()
    response = client.post(reverse("account_login"), {"login": "NOUVELLE@exemple.test", "password": PASSWORD})
    assert response.url == "/mon-espace/"


@pytest.mark.parametrize("weak", ["court", "12345678901", "motdepasse"])
def test_a_weak_password_is_refused_in_french(client, weak):
    response = client.post(reverse("account_signup"), {"email": "nouvelle@exemple.test", "password1": weak})
    assert "mot de passe" in response.context["form"].errors["password1"][0]
    assert not User.objects.exists()


def test_a_wrong_code_opens_nothing(client, mailoutbox):
    response = client.post(reverse("account_signup"), {"email": "nouvelle@exemple.test"})
    response = client.post(response.url, {"code": "BBBB-BBBB"})
    assert "Ce code n’est pas le bon" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("typed", ["connue@exemple.test", "CONNUE@Exemple.TEST"])
@pytest.mark.parametrize("password", ["", PASSWORD])
def test_signing_up_says_nothing_of_who_is_known(client, django_user_model, typed, password, mailoutbox):
    verify(factories.make_user("connue@exemple.test"))
    url = reverse("account_signup")
    known = answers(client, url, {"email": typed, "password1": password}, typed)
    client.cookies.clear()
    unknown = answers(
        client, url, {"email": "inconnue@exemple.test", "password1": password}, "inconnue@exemple.test"
    )
    assert known == unknown
    assert User.objects.filter(email__iexact=typed).count() == 1
    assert [message.to for message in mailoutbox] == [["connue@exemple.test"], ["inconnue@exemple.test"]]
    assert "déjà un compte" in mailoutbox[0].subject


# -- signing in


@pytest.mark.parametrize("typed", ["connue@exemple.test", "Connue@EXEMPLE.test"])
@pytest.mark.parametrize(
    ("url", "field"), [("account_login", "login"), ("account_request_login_code", "email")]
)
def test_asking_for_a_code_says_nothing_of_who_is_known(client, url, field, typed, mailoutbox):
    verify(factories.make_user("connue@exemple.test"))
    known = answers(client, reverse(url), {field: typed}, typed)
    client.cookies.clear()
    unknown = answers(client, reverse(url), {field: "inconnue@exemple.test"}, "inconnue@exemple.test")
    assert known == unknown
    assert mailoutbox[0].to == ["connue@exemple.test"]
    assert code_in(mailoutbox[0])
    assert mailoutbox[1].to == ["inconnue@exemple.test"]
    assert "Aucun compte" in mailoutbox[1].body


def test_a_wrong_password_says_nothing_of_who_is_known(client):
    verify(factories.make_user("connue@exemple.test", password=PASSWORD))
    verify(factories.make_user("sansmotdepasse@exemple.test"))
    pages = []
    for address in (
        "connue@exemple.test",
        "CONNUE@exemple.test",
        "inconnue@exemple.test",
        "sansmotdepasse@exemple.test",
    ):
        pages.append(
            answers(
                client, reverse("account_login"), {"login": address, "password": "faux-mot-de-passe"}, address
            )
        )
    assert pages[0] == pages[1] == pages[2] == pages[3]
    assert "ne vont pas ensemble" in pages[0][2]


def test_a_code_sent_to_a_known_address_signs_in(client, mailoutbox):
    user = verify(factories.make_user("connue@exemple.test"))
    response = client.post(reverse("account_login"), {"login": " Connue@exemple.test "})
    response = client.post(response.url, {"code": code_in(mailoutbox[0]).lower().replace("-", "")})
    assert response.url == "/mon-espace/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_new_code_can_be_asked_for(client, mailoutbox):
    verify(factories.make_user("connue@exemple.test"))
    response = client.post(reverse("account_login"), {"login": "connue@exemple.test"}, follow=True)
    assert "Envoyer un nouveau code" in response.content.decode()
    url = reverse("account_confirm_login_code")
    client.post(url, {"action": "resend"})
    client.post(url, {"code": code_in(mailoutbox[1])})
    assert "_auth_user_id" in client.session


def test_an_account_made_by_someone_else_needs_one_code_only(client, mailoutbox):
    factories.make_user("creee@exemple.test")
    response = client.post(reverse("account_login"), {"login": "creee@exemple.test"})
    response = client.post(response.url, {"code": code_in(mailoutbox[0])})
    assert response.url == "/mon-espace/"
    assert len(mailoutbox) == 1
    assert EmailAddress.objects.get().verified


def test_a_closed_account_is_treated_as_unknown(client, mailoutbox):
    verify(factories.make_user("fermee@exemple.test", is_active=False))
    client.post(reverse("account_login"), {"login": "fermee@exemple.test"})
    assert "Aucun compte" in mailoutbox[0].body


def test_a_password_chosen_by_someone_else_is_dropped_when_the_owner_proves_her_address(client, mailoutbox):
    client.post(reverse("account_signup"), {"email": "victime@exemple.test", "password1": PASSWORD})
    client.cookies.clear()
    response = client.post(reverse("account_login"), {"login": "victime@exemple.test"})
    client.post(response.url, {"code": code_in(mailoutbox[-1])})
    assert "_auth_user_id" in client.session
    client.cookies.clear()
    client.post(reverse("account_login"), {"login": "victime@exemple.test", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


# -- a forgotten password


@pytest.mark.parametrize("typed", ["connue@exemple.test", "CONNUE@exemple.test"])
def test_resetting_says_nothing_of_who_is_known(client, typed, mailoutbox):
    verify(factories.make_user("connue@exemple.test", password=PASSWORD))
    url = reverse("account_reset_password")
    known = answers(client, url, {"email": typed}, typed)
    client.cookies.clear()
    unknown = answers(client, url, {"email": "inconnue@exemple.test"}, "inconnue@exemple.test")
    assert known == unknown
    assert len(mailoutbox) == 2


def test_a_password_is_replaced_with_a_code(client, mailoutbox):
    user = verify(factories.make_user("connue@exemple.test", password=PASSWORD))
    client.post(reverse("account_reset_password"), {"email": "connue@exemple.test"})
    response = client.post(reverse("account_confirm_password_reset_code"), {"code": code_in(mailoutbox[0])})
    assert response.url == reverse("account_complete_password_reset")
    new = "un-autre-mot-de-passe"
    client.post(response.url, {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
    assert "mot de passe" in mailoutbox[1].subject


# -- where one was going


def test_where_one_was_going_is_kept(client, mailoutbox):
    verify(factories.make_user("connue@exemple.test"))
    page = client.get(f"{reverse('account_login')}?next=/annuaire/").content.decode()
    assert 'name="next" value="/annuaire/"' in page
    response = client.post(reverse("account_login"), {"login": "connue@exemple.test", "next": "/annuaire/"})
    response = client.post(response.url, {"code": code_in(mailoutbox[0])})
    assert response.url == "/annuaire/"


@pytest.mark.parametrize(
    "where",
    ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", "/\\ailleurs.example"],
)
@pytest.mark.parametrize("how", ["password", "code", "signup"])
def test_a_foreign_destination_is_dropped(client, mailoutbox, where, how):
    verify(factories.make_user("connue@exemple.test", password=PASSWORD))
    if how == "password":
        data = {"login": "connue@exemple.test", "password": PASSWORD, "next": where}
        response = client.post(reverse("account_login"), data)
    elif how == "code":
        response = client.post(reverse("account_login"), {"login": "connue@exemple.test", "next": where})
        response = client.post(response.url, {"code": code_in(mailoutbox[0]), "next": where})
    else:
        response = client.post(reverse("account_signup"), {"email": "nouvelle@exemple.test", "next": where})
        response = client.post(response.url, {"code": code_in(mailoutbox[0]), "next": where})
    assert response.url == "/mon-espace/"


# -- the mail


def test_codes_are_marked_secret_and_the_rest_is_not(client, mailoutbox):
    verify(factories.make_user("connue@exemple.test"))
    client.post(reverse("account_login"), {"login": "connue@exemple.test"})
    client.cookies.clear()
    client.post(reverse("account_login"), {"login": "inconnue@exemple.test"})
    code, unknown = mailoutbox
    assert code.extra_headers["X-Portal-Kind"] == "compte"
    assert code.extra_headers["X-Portal-Secret"] == "1"
    assert code.extra_headers["X-Portal-Expires"] == "900"
    assert code_in(code) not in code.subject
    assert unknown.extra_headers["X-Portal-Secret"] == "0"
    assert "X-Portal-Expires" not in unknown.extra_headers


def test_a_mail_has_a_text_and_an_html_part_in_french(client, mailoutbox):
    verify(factories.make_user("connue@exemple.test"))
    client.post(reverse("account_login"), {"login": "connue@exemple.test"})
    message = mailoutbox[0]
    html = message.alternatives[0].content
    assert message.subject == "Votre code de connexion"
    assert code_in(message) in html
    assert 'lang="fr"' in html
    assert "{{" not in message.body + html


def test_changing_one_s_address_replaces_it_once_proved(client, mailoutbox):
    user = verify(factories.make_user("avant@exemple.test"))
    client.force_login(user)
    response = client.post(reverse("account_email"), {"action_add": "", "email": "Apres@exemple.test"})
    assert response.url == reverse("account_email_verification_sent")
    user.refresh_from_db()
    assert user.email == "avant@exemple.test"
    client.post(response.url, {"code": code_in(mailoutbox[0])})
    user.refresh_from_db()
    assert user.email == "apres@exemple.test"
    assert EmailAddress.objects.get(user=user).email == "apres@exemple.test"
    assert mailoutbox[1].to == ["avant@exemple.test"]


def test_too_many_tries_get_a_page_that_says_wait(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post(reverse("account_login"), {"login": "quelquune@exemple.test", "password": "faux"})
    response = client.post(reverse("account_login"), {"login": "quelquune@exemple.test", "password": "faux"})
    assert response.status_code == 429
    assert "Patientez une minute" in response.content.decode()
