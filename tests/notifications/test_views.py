from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone

from portal.background.outbox import OutboxState
from portal.notifications import categories
from portal.notifications.models import OutgoingMessage, Preference
from portal.notifications.services import CannotResend, enqueue, resend
from portal.notifications.templatetags.notifications_tags import links_of_text
from tests import factories

TEMPLATES = Path(portal_settings.BASE_DIR) / "templates"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tree")]

CATEGORY = categories.register(
    categories.Category(name="essai-lettre", label="Lettre d’essai", help="Une aide.")
)


@pytest.fixture
def editor(db):
    """Someone of Avise, who may see the mail sent."""
    from portal.members.groups import ensure_avise_groups

    return factories.make_user("redaction@exemple.test", groups=[ensure_avise_groups()[0]])


# -- the demonstration's page


def test_demo_page_exists_in_the_demonstration_only(client, settings, admin):
    client.force_login(admin)
    for address in ("/demo/courriels/", "/demo/courriels/1/1/"):
        assert client.get(address).status_code == 404
    settings.DEMO = True
    assert client.get("/demo/courriels/").status_code == 200


def test_demo_page_shows_codes_newest_first(client, settings, make_row):
    settings.DEMO = True
    make_row(
        content=b"Subject: Votre code\r\n\r\nCode : 123456 <script>\r\nhttps://exemple.test/lien\r\n",
        is_secret=True,
    )
    make_row(content=b"Subject: =?utf-8?b?w4l0w6k=?=\r\n\r\nApres\r\n")
    make_row(content=None, subject="Vidé")
    page = client.get("/demo/courriels/").content.decode()
    assert page.index("Vidé") < page.index("Été") < page.index("Votre code")
    assert "123456 &lt;script&gt;" in page
    assert 'href="https://exemple.test/lien"' in page


def test_demo_attachments_are_linked(client, settings, make_row):
    settings.DEMO = True
    content = (
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nTexte\r\n"
        b"--b\r\nContent-Type: text/calendar\r\nContent-Disposition: attachment; filename=a.ics\r\n"
        b"\r\nBEGIN:VCALENDAR\r\n--b--\r\n"
    )
    row = make_row(content=content)
    address = reverse("notifications:demo_attachment", args=[row.pk, 1])
    assert address in client.get("/demo/courriels/").content.decode()
    response = client.get(address)
    assert response["Content-Type"].startswith("text/calendar")
    assert "attachment" in response["Content-Disposition"]
    assert b"BEGIN:VCALENDAR" in response.content
    assert client.get(reverse("notifications:demo_attachment", args=[row.pk, 2])).status_code == 404
    assert client.get(reverse("notifications:demo_attachment", args=[999, 1])).status_code == 404


# -- preferences


def test_preferences_ask_to_sign_in(client):
    assert client.get("/mon-espace/courriels/").status_code == 302


def test_preferences_are_kept(client, member):
    client.force_login(member)
    page = client.get("/mon-espace/courriels/").content.decode()
    assert "Lettre d’essai" in page
    assert "checked" in page
    # A form whose boxes are all unticked.
    assert client.post("/mon-espace/courriels/", {}).status_code == 302
    assert Preference.objects.get(user=member, kind=CATEGORY.name).wanted is False
    client.post("/mon-espace/courriels/", {CATEGORY.name: "on"})
    assert Preference.objects.get(user=member, kind=CATEGORY.name).wanted is True


def test_a_get_changes_no_preference(client, member):
    client.force_login(member)
    client.get("/mon-espace/courriels/", {CATEGORY.name: ""})
    assert not Preference.objects.exists()


# -- « Courriels envoyés »


def test_editors_see_the_mail_sent_and_others_do_not(client, editor, centre_user, make_row):
    make_row(recipient="ines@exemple.test")
    client.force_login(editor)
    assert b"ines@exemple.test" in client.get(reverse("courriels:index")).content
    client.force_login(centre_user)
    assert client.get(reverse("courriels:index")).status_code == 302
    assert client.get(reverse("courriels:detail", args=[OutgoingMessage.objects.get().pk])).status_code == 302


def test_secrets_are_never_shown(client, admin, make_row):
    row = make_row(
        content=b"Subject: Code 123456\r\n\r\n123456\r\n", is_secret=True, subject="Code ou lien personnel"
    )
    client.force_login(admin)
    for address in (reverse("courriels:index"), reverse("courriels:detail", args=[row.pk])):
        response = client.get(address)
        assert response.status_code == 200
        assert b"123456" not in response.content
    resend_address = reverse("courriels:resend", args=[row.pk])
    assert resend_address not in client.get(reverse("courriels:index")).content.decode()
    assert client.post(resend_address).status_code == 302
    row.refresh_from_db()
    assert row.state == OutboxState.PENDING, "as it was: nothing is sent again"
    assert row.attempts == 0


def test_filters_and_search(client, editor, make_row):
    make_row(recipient="echec@exemple.test", state=OutboxState.FAILED, kind="autre")
    make_row(recipient="parti@exemple.test", state=OutboxState.DONE)
    client.force_login(editor)
    index = reverse("courriels:index")
    found = client.get(index, {"state": "failed"}).content
    assert b"echec@exemple.test" in found
    assert b"parti@exemple.test" not in found
    found = client.get(index, {"kind": "essai"}).content
    assert b"echec@exemple.test" not in found
    found = client.get(index, {"q": "parti@"}).content
    assert b"parti@exemple.test" in found
    assert b"echec@exemple.test" not in found


def test_an_ordinary_message_is_read_and_sent_again_by_post(client, editor, make_row):
    now = timezone.now()
    row = make_row(state=OutboxState.DONE, sent_at=now, finished_at=now, attempts=1)
    client.force_login(editor)
    assert "Texte" in client.get(reverse("courriels:detail", args=[row.pk])).content.decode()
    address = reverse("courriels:resend", args=[row.pk])
    assert client.get(address).status_code == 200
    row.refresh_from_db()
    assert row.state == OutboxState.DONE, "a GET sends nothing"
    assert client.post(address).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.maybe_sent_twice, row.attempts) == (OutboxState.PENDING, True, 0)
    # Twice the same click: it is on its way already.
    client.post(address)
    row.refresh_from_db()
    assert row.state == OutboxState.PENDING


@pytest.mark.parametrize(
    "fields",
    [{"state": "pending"}, {"state": "done", "content": None}, {"state": "done", "is_secret": True}],
)
def test_what_cannot_be_sent_again(make_row, fields):
    with pytest.raises(CannotResend):
        resend(message=make_row(**fields), now=timezone.now())


def test_mail_is_neither_added_nor_edited_by_hand(client, admin, make_row):
    row = make_row()
    client.force_login(admin)
    for address in ("new/", f"edit/{row.pk}/", f"delete/{row.pk}/", f"copy/{row.pk}/"):
        assert client.get(reverse("courriels:index") + address).status_code == 404


# -- the demonstration's reader


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ouvrez-la (https://a.test/b/).", 'Ouvrez-la (<a href="https://a.test/b/">https://a.test/b/</a>).'),
        ("https://a.test/?x=1&y=2", '<a href="https://a.test/?x=1&amp;y=2">https://a.test/?x=1&amp;y=2</a>'),
        ("Voir https://a.test/b, puis", 'Voir <a href="https://a.test/b">https://a.test/b</a>, puis'),
        ("<b> & co", "&lt;b&gt; &amp; co"),
    ],
)
def test_the_reader_loses_no_sign_around_an_address(text, shown):
    assert links_of_text(text) == shown


def test_a_message_is_shown_as_a_mail_program_does(client, settings):
    settings.DEMO = True
    message = EmailMultiAlternatives("Bonjour", "Texte", to=["a@exemple.test"])
    message.attach_alternative("<p>Mis en forme</p>", "text/html")
    [row] = enqueue(message=message, now=timezone.now())
    response = client.get(f"/demo/courriels/{row.pk}/")
    assert "<p>Mis en forme</p>" in response.content.decode()
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    settings.DEMO = False
    assert client.get(f"/demo/courriels/{row.pk}/").status_code == 404


def test_every_letter_has_a_line_for_the_mailbox():
    folders = [
        *(TEMPLATES / "emails").glob("*/body.html"),
        *(TEMPLATES / "members/emails").glob("*/body.html"),
    ]
    assert folders
    for body in folders:
        text = body.read_text()
        # One that extends another letter takes its line.
        assert "block preview" in text or '{% extends "emails/base.html" %}' not in text, body
