"""The name, the tagline, the notice and the mark that an editor sets are those of every page, letter and file."""

import json

import pytest
from allauth.mfa.adapter import get_adapter
from bs4 import BeautifulSoup
from django.core.files.images import ImageFile
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file, get_test_image_file_svg
from wagtail.models import Site

from portal.base.letters import letterhead
from portal.base.models import PortalSettings
from portal.home.manifest import PAPER
from portal.styleguide import letters
from portal.styleguide.tokens import schemes

NAME, TAGLINE, NOTICE = "Table ronde", "le portail d’un autre réseau", "Le portail ferme vendredi soir."


@pytest.fixture
def renamed(tree):
    portal = PortalSettings.for_site(Site.objects.get(is_default_site=True))
    portal.name, portal.tagline, portal.notice = NAME, TAGLINE, NOTICE
    portal.save()
    return portal


@pytest.fixture
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def page_of(client, address) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser")


def test_every_page_bears_the_name(client, renamed):
    page = page_of(client, "/centres/")
    assert page.title.string.endswith(f"– {NAME}")
    assert page.find("a", class_="brand").b.string == NAME
    assert page.find("a", class_="brand").small.string == TAGLINE
    assert NAME in page.find("footer", class_="site-footer").get_text()
    assert NOTICE in page.find("aside", class_="portal-notice").get_text()
    assert page.find("meta", property="og:site_name")["content"] == NAME
    assert NAME in page.find("link", type="application/atom+xml")["title"]
    assert "Entre pairs" not in page.head.get_text()


def test_files_bear_the_name(client, renamed):
    feed = client.get("/flux.atom").content.decode()
    assert f"<title>{NAME}</title>" in feed
    assert "Entre pairs" not in feed
    calendar = client.get("/agenda.ics").content.decode()
    assert f"X-WR-CALNAME:{NAME}" in calendar
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert (manifest["name"], manifest["description"]) == (NAME, TAGLINE)
    assert manifest["theme_color"] == schemes()["light"]["paper"] == PAPER
    assert page_of(client, "/").find("link", rel="manifest")["href"] == "/manifest.webmanifest"


def test_an_invitation_bears_the_name(client, renamed):
    assert get_adapter().get_totp_issuer() == NAME


@pytest.mark.parametrize("name", letters.names())
def test_every_letter_bears_the_name(renamed, name):
    shown = letters.rendered(name, now=timezone.now())
    assert NAME in (shown.html or shown.text)
    # The rule of a session is called « Entre pairs » too.
    said = shown.html.replace("<strong>Entre pairs", "") + shown.text + shown.subject
    assert "Entre pairs, le portail" not in said
    assert "sur Entre pairs" not in said


def test_without_settings_there_is_a_name_all_the_same(db, settings):
    PortalSettings.objects.all().delete()
    assert letterhead()["portal"].name == settings.WAGTAIL_SITE_NAME
    assert PortalSettings.of_default_site().pk is None


def test_a_mark_takes_the_place_of_the_circles(client, renamed, media_root):
    assert page_of(client, "/").find("a", class_="brand").svg
    assert page_of(client, "/").find("link", rel="icon")["href"].endswith(".svg")
    renamed.mark = get_image_model().objects.create(title="Marque", file=get_test_image_file(size=(200, 100)))
    renamed.save()
    page = page_of(client, "/")
    brand = page.find("a", class_="brand")
    assert brand.svg is None
    assert brand.img["alt"] == ""
    assert page.find("link", rel="icon")["href"].startswith("/media/images/")
    (icon,) = json.loads(client.get("/manifest.webmanifest").content)["icons"]
    assert icon["src"].startswith("/media/images/")


def test_a_drawn_mark_runs_nothing(client, renamed, media_root):
    drawing = ImageFile(get_test_image_file_svg().file, name="marque.svg")
    renamed.mark = get_image_model().objects.create(title="Marque", file=drawing, width=45, height=45)
    renamed.save()
    address = page_of(client, "/").find("a", class_="brand").img["src"]
    response = client.get(address)
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    (icon,) = json.loads(client.get("/manifest.webmanifest").content)["icons"]
    assert icon["type"] == "image/svg+xml"
