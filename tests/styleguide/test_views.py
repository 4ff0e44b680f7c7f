"""The guide itself: for those who enter the admin, and with every letter and error page behind it."""

import re

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.utils import timezone

from portal.styleguide import letters
from portal.styleguide.views import error_pages

GUIDE = "/admin/styleguide-portail/"


@pytest.fixture
def editor(client, tree, centre_user):
    client.force_login(centre_user)
    return client


@pytest.mark.parametrize(
    "path", [GUIDE, f"{GUIDE}guide.css", f"{GUIDE}erreurs/404/", f"{GUIDE}courriels/emails/seat_given/"]
)
def test_it_is_for_those_who_enter_the_admin(client, tree, member, path):
    assert client.get(path).status_code == 302
    client.force_login(member)
    assert client.get(path).status_code == 302


def test_the_admin_leads_to_it(editor):
    assert f'"{GUIDE}"' in editor.get("/admin/").content.decode()


def test_the_guide_is_a_page_of_the_site(editor):
    page = BeautifulSoup(editor.get(GUIDE).content, "html.parser")
    assert page.find("header", class_="site-header")
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert [name for name in set(ids) if ids.count(name) > 1] == []
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        for tag in page.find_all(attrs={attribute: True}):
            assert set(tag[attribute].split()) <= set(ids), tag
    for summary in page.find_all(class_="errors"):
        summary.extract()  # Shown alone, it leads to fields that are not there.
    for link in page.find_all("a", href=re.compile(r"^#.")):
        assert link["href"][1:] in ids, link
    assert not page.main.find_all(style=True)
    assert not page.main.find_all("script")


@pytest.mark.parametrize(("asked", "held"), [("sombre", "dark"), ("clair", "light")])
def test_a_scheme_is_asked_for(editor, asked, held):
    page = BeautifulSoup(editor.get(f"{GUIDE}?schema={asked}").content, "html.parser")
    sheet = page.find("link", href=re.compile("/guide.css"))["href"]
    response = editor.get(sheet)
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert f"color-scheme: {held}" in response.content.decode()


def test_a_scheme_that_does_not_exist_is_the_reader_s(editor):
    assert editor.get(f"{GUIDE}?schema=rose").status_code == 200
    assert "color-scheme" not in editor.get(f"{GUIDE}guide.css?schema=rose").content.decode()


def test_every_error_page_can_be_seen(editor):
    assert {"403", "404", "500"} <= set(error_pages())
    for name in error_pages():
        response = editor.get(f"{GUIDE}erreurs/{name}/")
        assert response.status_code == 200, name
        assert "<h1" in response.content.decode(), name
    assert editor.get(f"{GUIDE}erreurs/base/").status_code == 404
    assert editor.get(f"{GUIDE}erreurs/999/").status_code == 404


def test_a_letter_that_does_not_exist_is_not_found(editor):
    assert editor.get(f"{GUIDE}courriels/emails/parts/").status_code == 404
    assert editor.get(f"{GUIDE}courriels/../base/").status_code == 404


def test_letters_are_there():
    assert len(letters.names()) > 50
    assert [name for name, label in letters.labels() if label == name.rsplit("/", 1)[-1]] == []


@pytest.mark.parametrize("name", letters.names())
def test_every_letter_has_all_it_says(db, name, monkeypatch):
    """Nothing that a letter reads is missing from its sample; nothing of it is written anywhere."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "⟦%s⟧")
    shown = letters.rendered(name, now=timezone.now())
    for said in (shown.subject, shown.html, shown.text):
        assert "⟦" not in said
        assert "None" not in said
    assert shown.subject
    assert shown.text.strip()


def test_a_letter_can_be_read_as_text(editor):
    answer = editor.get(f"{GUIDE}courriels/emails/registration_confirmed/")
    assert "<h1>" in answer.content.decode()
    text = editor.get(f"{GUIDE}courriels/emails/registration_confirmed/?texte=1")
    assert '<pre class="guide-letter">' in text.content.decode()
