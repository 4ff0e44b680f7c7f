import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection, send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.mail import send_mail as wagtail_send_mail

from portal.notifications.models import OutgoingMessage
from tests import factories

from .conftest import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox_backend")]


def test_one_row_a_recipient_and_nobody_sees_the_others():
    message = EmailMessage(
        "Bonjour",
        "Texte",
        "Portail <portail@exemple.test>",
        ["Anne <anne@exemple.test>", "ANNE@exemple.test"],
        bcc=["caché@exemple.test".replace("é", "e")],
        cc=["copie@exemple.test"],
        headers={"X-Portal-Kind": "essai", "To": "liste@exemple.test", "Bcc": "cache@exemple.test"},
    )
    assert message.send() == 1
    rows = list(OutgoingMessage.objects.order_by("pk"))
    assert [row.recipient for row in rows] == [
        "anne@exemple.test",
        "copie@exemple.test",
        "cache@exemple.test",
    ]
    for row in rows:
        stored = parse(bytes(row.content))
        assert [address.addr_spec for address in stored["To"].addresses] == [row.recipient]
        assert stored["Cc"] is None
        assert stored["Bcc"] is None
        others = {other.recipient for other in rows} - {row.recipient}
        assert not any(address.encode() in bytes(row.content) for address in others)
    assert len({row.message_id for row in rows}) == 3


def test_bytes_are_stored_as_they_will_leave():
    send_mail("Réunion", "Ligne 1\nLigne 2\n", "Portail <portail@exemple.test>", ["a@exemple.test"])
    row = OutgoingMessage.objects.get()
    content = bytes(row.content)
    assert content.count(b"\n") == content.count(b"\r\n")
    assert parse(content)["Message-ID"] == row.message_id
    assert row.message_id.endswith("@exemple.test>")
    assert parse(content)["Subject"] == "Réunion"
    assert row.sender == "portail@exemple.test"


def test_portal_headers_say_what_a_message_is_and_never_leave():
    EmailMessage(
        "Votre code : 123456",
        "123456",
        to=["a@exemple.test"],
        headers={"X-Portal-Kind": "compte.login_code", "X-Portal-Secret": "1", "X-Portal-Expires": "900"},
    ).send()
    row = OutgoingMessage.objects.get()
    assert (row.kind, row.is_secret, row.priority) == ("compte.login_code", True, 0)
    assert row.expires_at - row.created_at == dt.timedelta(minutes=15)
    assert b"x-portal" not in bytes(row.content).lower()
    assert "123456" not in row.subject


@pytest.mark.parametrize(
    ("headers", "secret"),
    [
        ({}, True),
        ({"X-Portal-Kind": "compte.password_changed"}, True),
        ({"X-Portal-Kind": "compte.password_changed", "X-Portal-Secret": "0"}, False),
        ({"X-Portal-Kind": "liste-invitation", "X-Portal-Secret": ""}, True),
        ({"X-Portal-Kind": "inscription"}, False),
    ],
)
def test_forgetting_a_header_can_only_hide(headers, secret):
    EmailMessage("Objet", "Texte", to=["a@exemple.test"], headers=headers).send()
    assert OutgoingMessage.objects.get().is_secret is secret


@pytest.mark.parametrize(("asked", "priority"), [("5", 5), ("0", 0), ("4000", 9), ("vite", 0), ("²", 0)])
def test_a_secret_may_wait_its_turn(asked, priority):
    headers = {"X-Portal-Kind": "invitation", "X-Portal-Secret": "1", "X-Portal-Priority": asked}
    EmailMessage("Objet", "Texte", to=["a@exemple.test"], headers=headers).send()
    row = OutgoingMessage.objects.get()
    assert (row.is_secret, row.priority) == (True, priority)
    assert b"x-portal" not in bytes(row.content).lower()


def test_notices_of_wagtail_to_editors_are_no_secret():
    wagtail_send_mail("À relire", "Une fiche attend.", ["a@exemple.test"])
    row = OutgoingMessage.objects.get()
    assert (row.kind, row.is_secret, row.subject) == ("administration", False, "À relire")


@transaction.atomic
def send_then_fail():
    send_mail("Objet", "Texte", None, ["a@exemple.test"])
    assert OutgoingMessage.objects.count() == 1
    raise ZeroDivisionError


def test_a_row_lives_and_dies_with_the_transaction():
    with pytest.raises(ZeroDivisionError):
        send_then_fail()
    assert OutgoingMessage.objects.count() == 0


def test_the_account_is_found_whatever_the_capitals():
    user = factories.make_user("ines@exemple.test")
    send_mail("Objet", "Texte", None, ["Ines@Exemple.test"])
    assert OutgoingMessage.objects.get().user == user


def test_a_message_without_recipient_is_nothing():
    assert get_connection().send_messages([EmailMessage("Objet", "Texte", bcc=[])]) == 0


def test_styles_are_inlined():
    message = EmailMultiAlternatives("Objet", "Texte", to=["a@exemple.test"])
    message.attach_alternative("<style>p{color:#17303a}</style><p>Bonjour</p>", "text/html")
    message.send()
    html = parse(bytes(OutgoingMessage.objects.get().content)).get_body(("html",)).get_content()
    assert 'style="color:' in html.replace(": ", ":")


def test_now_is_the_moment_of_writing():
    before = timezone.now()
    send_mail("Objet", "Texte", None, ["a@exemple.test"])
    assert before <= OutgoingMessage.objects.get().created_at <= timezone.now()


# -- what allauth sends, through the adapter of the portal


def test_a_sign_in_code_is_a_secret_that_dies_with_it(client, member, tree):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    client.post(reverse("account_request_login_code"), {"email": member.email})
    row = OutgoingMessage.objects.get()
    assert (row.recipient, row.user) == (member.email, member)
    assert (row.is_secret, row.priority) == (True, 0)
    assert row.expires_at - row.created_at == dt.timedelta(minutes=15)
    assert row.subject == "Code ou lien personnel"


def test_a_password_reset_is_a_secret(client, member, tree):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    client.post(reverse("account_reset_password"), {"email": member.email})
    row = OutgoingMessage.objects.get()
    assert (row.is_secret, row.priority) == (True, 0)
    assert row.expires_at is not None
