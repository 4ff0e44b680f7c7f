"""Error pages that stand alone, and the portal closed for a moment."""

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.test import Client

from portal.base import maintenance, standalone

PAGES = ("400.html", "403_csrf.html", "500.html", "maintenance.html")


@pytest.mark.parametrize("template", PAGES)
def test_they_need_neither_database_nor_manifest(template, settings):
    # No `db` fixture: a query would fail. A manifest without its file too.
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    settings.STATIC_ROOT = "/nowhere"
    response = standalone.page(template, status=500)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.html["lang"] == "fr"
    assert len(page.find_all("h1")) == 1
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert response["X-Robots-Tag"] == "noindex"
    assert "prefers-color-scheme: dark" in page.style.string
    assert "Entre pairs" in page.title.string


@pytest.mark.parametrize("template", PAGES)
def test_what_they_load_is_there(template):
    page = BeautifulSoup(standalone.page(template, status=500).content, "html.parser")
    assert not page.find_all("script")
    loaded = [tag["href"] for tag in page.find_all("link")] + re.findall(
        r'url\("([^"]+)"\)', page.style.string
    )
    assert loaded
    for address in loaded:
        assert finders.find(address.removeprefix("/static/")), address


def test_the_policy_lets_their_style_through(client, db, monkeypatch):
    def fails():
        raise RuntimeError("secret détail")

    monkeypatch.setattr("portal.home.health._database", fails)
    client.raise_request_exception = False
    response = client.get("/sante/")
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    sheet = BeautifulSoup(response.content, "html.parser").style.string
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = response["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe-inline" not in policy


def test_an_address_that_cannot_be_read_says_so(client):
    response = client.get("/", headers={"host": "pas un hôte"})
    assert response.status_code == 400
    assert "n’est pas lisible" in response.content.decode()


def test_a_sheet_that_cannot_be_read_leaves_the_words(settings, tmp_path):
    standalone.style.cache_clear()
    settings.PORTAL_DIR = tmp_path
    try:
        assert b"de notre c" in standalone.page("500.html", status=500).content
    finally:
        standalone.style.cache_clear()


def test_a_form_kept_open_too_long_says_that_nothing_was_taken(db, tree):
    response = Client(enforce_csrf_checks=True).post("/compte/login/", {"login": "a@exemple.test"})
    assert response.status_code == 403
    assert "rien n’a été pris en compte" in response.content.decode()


# --- Maintenance


@pytest.fixture
def flag(settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    return settings.MAINTENANCE_FILE


def test_it_is_open_by_default(flag):
    assert maintenance.announced() is None


@pytest.mark.parametrize("path", ["/", "/admin/", "/recherche/?q=x", "/rejoindre/jeton/", "/nulle-part/"])
def test_closed_every_address_answers_503_without_the_database(client, flag, path):
    flag.write_text("")
    response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "600"
    assert response["Cache-Control"] == "no-store"
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert "reste valable" in page.main.get_text()
    assert "n’est pas encore arrivé" not in page.main.get_text()


def test_the_operator_s_sentence_is_shown_and_escaped(client, flag):
    flag.write_text("Retour prévu\nvers 14 h. <script>alert(1)</script>" + "x" * 1000)
    text = client.get("/").content.decode()
    assert "Retour prévu vers 14 h. &lt;script&gt;" in text
    assert "<script" not in text
    assert "x" * 301 not in text


def test_the_environment_closes_it_too(client, flag, settings):
    settings.MAINTENANCE = True
    assert client.get("/").status_code == 503


def test_a_form_on_its_way_is_told_to_wait(client, flag):
    flag.write_text("")
    response = client.post("/rendez-vous/1/inscription/", {"question": "ma situation"})
    assert response.status_code == 503
    assert "n’est pas encore arrivé" in response.content.decode()


def test_the_watch_still_answers(client, db, flag):
    flag.write_text("")
    assert client.get("/sante/")["Content-Type"] == "application/json"


def test_it_opens_again_when_the_file_goes(client, tree, flag):
    flag.write_text("")
    assert client.get("/").status_code == 503
    flag.unlink()
    assert client.get("/").status_code == 200
