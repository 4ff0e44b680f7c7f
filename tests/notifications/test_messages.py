import datetime as dt
import re

import pytest
from django.utils import timezone

from portal.base.letters import text_of
from portal.notifications import categories
from portal.notifications.messages import Notification, label_of, send_to_address
from portal.notifications.models import OutgoingMessage, Preference
from portal.notifications.rendering import render_message
from portal.notifications.services import save_preferences

from .conftest import parse

pytestmark = pytest.mark.django_db

NEWS = categories.Category(name="essai-nouvelles", label="Nouvelles d’essai")


class Hello(Notification):
    name = "essai"
    label = "Essai"


class News(Hello):
    name = "essai"
    label = "Essai"
    category = NEWS


class Code(Hello):
    name = "essai"
    label = "Essai"
    is_secret = True
    lifetime = dt.timedelta(minutes=15)


@pytest.fixture(autouse=True)
def template(tmp_path, settings):
    """A message of our own, beside the portal's."""
    folder = tmp_path / "emails" / "essai"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Bonjour {% firstof user.first_name name %} : {{ title }}\n")
    (folder / "body.html").write_text(
        '{% extends "emails/base.html" %}{% block content %}<h1>{{ title }}</h1><p>Un <a href="https://exemple.test/x">lien</a>.</p>'
        "<ul><li>Un</li><li>Deux</li></ul>{% endblock %}"
    )
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]},
    ]


def test_one_source_two_bodies(member):
    assert Hello.send(user=member, context={"title": "L’été & l’hiver <ici>"}, now=timezone.now())
    row = OutgoingMessage.objects.get()
    assert (row.kind, row.is_secret, row.user, row.priority) == ("essai", False, member, 5)
    assert row.subject == "Bonjour Inès : L’été & l’hiver <ici>"
    message = parse(bytes(row.content))
    text, html = message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()
    assert "L’été & l’hiver <ici>" in text
    assert "lien (https://exemple.test/x)" in text
    assert "- Un\n- Deux" in text.replace("\r\n", "\n")
    assert "<" not in text.replace("<ici>", "")
    assert "L’été &amp; l’hiver &lt;ici&gt;" in html
    assert re.search(r"<h1 style=\"[^\"]*color", html), "styles are inlined"


def test_a_message_may_have_headers_of_its_own(member):
    assert Hello.send(
        user=member,
        context={"title": "x"},
        now=timezone.now(),
        headers={"List-Unsubscribe": "<https://exemple.test/>"},
    )
    message = parse(bytes(OutgoingMessage.objects.get().content))
    assert message["List-Unsubscribe"] == "<https://exemple.test/>"
    assert message["Auto-Submitted"] == "auto-generated", "beside those of every message"


def test_preferences_hold_for_what_may_be_refused(member):
    now = timezone.now()
    Preference.objects.create(user=member, kind=NEWS.name, wanted=False)
    assert not News.send(user=member, context={"title": "x"}, now=now)
    assert Hello.send(user=member, context={"title": "x"}, now=now)
    assert OutgoingMessage.objects.count() == 1
    save_preferences(user=member, wanted={NEWS.name: True})
    assert News.send(user=member, context={"title": "x"}, now=now)


def test_what_may_be_refused_says_where(member):
    News.send(user=member, context={"title": "x"}, now=timezone.now())
    Hello.send(user=member, context={"title": "x"}, now=timezone.now())
    refusable, service = (bytes(row.content) for row in OutgoingMessage.objects.order_by("pk"))
    assert b"mon-espace/courriels" in refusable
    assert b"mon-espace/courriels" not in service


def test_a_closed_account_gets_nothing(member):
    member.is_active = False
    assert not Hello.send(user=member, context={"title": "x"}, now=timezone.now())
    assert not OutgoingMessage.objects.exists()


def test_a_secret_says_so(member):
    now = timezone.now()
    Code.send(user=member, context={"title": "123456"}, now=now)
    row = OutgoingMessage.objects.get()
    assert (row.is_secret, row.priority, row.expires_at) == (True, 0, now + dt.timedelta(minutes=15))
    assert "123456" not in row.subject


def test_someone_without_an_account():
    send_to_address(
        "essai", email="lettre@exemple.test", context={"title": "x", "name": "Zoé"}, now=timezone.now()
    )
    row = OutgoingMessage.objects.get()
    assert (row.recipient, row.user, row.subject) == ("lettre@exemple.test", None, "Bonjour Zoé : x")


def test_attachments_go_with_it(member):
    Hello.send(
        user=member,
        context={"title": "x"},
        now=timezone.now(),
        attachments=[("agenda.ics", "BEGIN:VCALENDAR", "text/calendar")],
    )
    (attachment,) = parse(bytes(OutgoingMessage.objects.get().content)).iter_attachments()
    assert (attachment.get_filename(), attachment.get_content_type()) == ("agenda.ics", "text/calendar")


def test_a_subject_keeps_its_non_breaking_space(member):
    Hello.send(user=member, context={"title": "L’été\u00a0: \n oui"}, now=timezone.now())
    row = OutgoingMessage.objects.get()
    assert row.subject == parse(bytes(row.content))["Subject"] == "Bonjour Inès : L’été\u00a0: oui"


def test_text_of_html():
    html = (
        "<head><title>t</title><style>p{}</style></head><div data-not-in-text>aperçu<br>caché</div>"
        "<h1>Titre</h1><p>Un\n  deux<br>trois&nbsp;!</p><p><a href='https://a.test/'>https://a.test/</a></p>"
    )
    assert text_of(html) == "Titre\n\nUn deux\ntrois\u00a0!\n\nhttps://a.test/\n"


def test_labels_for_editors():
    assert label_of("essai") == "Essai"
    assert label_of("compte") == "Compte (code ou lien)"
    assert label_of("jamais-vu") == "jamais-vu"


def test_surroundings_without_a_site(db):
    rendered = render_message("essai", {"title": "x", "name": "y"})
    assert "Entre pairs" in rendered.text
