"""Pictures of the content: light formats by size, room kept for them, and a name that is never given twice."""

import io
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Drawing
from wagtail.images import get_image_model

from portal.base.models import PortalSettings
from portal.home.models import StandardPage
from portal.settings import base as settings_base

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "default": settings_base.STORAGES["default"]}


def picture(collection, *, size=(1600, 900), name="atelier.png"):
    stream = io.BytesIO()
    Drawing.new("RGB", size, "#2a7547").save(stream, "PNG")
    content = ContentFile(SVG if name.endswith(".svg") else stream.getvalue(), name=name)
    width, height = (40, 20) if name.endswith(".svg") else size
    return get_image_model().objects.create(
        title=name, file=content, collection=collection, width=width, height=height
    )


def rich_page(tree, drawing, **fields):
    page = StandardPage(title="Une page", slug="une-page", summary="Un résumé.", **fields)
    page.body = [("image", drawing)]
    tree.home.add_child(instance=page)
    return page


def test_a_picture_of_a_text_comes_in_light_formats_and_keeps_its_room(client, tree):
    image = picture(tree.centre.collection)
    image.contextual_alt_text, image.decorative = "Un atelier", False
    text = client.get(rich_page(tree, image).url).content.decode()
    block = re.search(r'<figure class="picture">.*?</figure>', text, re.S)[0]
    avif = re.search(r'<source [^>]*srcset="([^"]+)" type="image/avif"', block)[1]
    assert [part.split()[-1] for part in avif.split(",")] == ["1320w", "760w", "400w"]
    fallback = re.search(r"<img[^>]+>", block)[0]
    assert ".webp 1320w" in fallback
    # The widest gives the room: the column narrows it, and a small picture is not blown up.
    assert 'width="1320"' in fallback
    assert 'height="742"' in fallback
    for attribute in ('loading="lazy"', 'decoding="async"', 'alt="Un atelier"', "sizes="):
        assert attribute in fallback


def test_a_drawing_stays_a_drawing(client, tree):
    image = picture(tree.centre.collection, name="schema.svg")
    image.contextual_alt_text, image.decorative = "", True
    text = client.get(rich_page(tree, image).url).content.decode()
    block = re.search(r'<figure class="picture">.*?</figure>', text, re.S)[0]
    assert ".svg" in block
    assert 'alt=""' in block
    assert 'width="' in block


@pytest.mark.parametrize("name", ["logo.png", "logo.svg"])
def test_the_mark_of_a_centre_and_of_the_portal(client, tree, name):
    logo = picture(tree.centre.collection, size=(800, 400), name=name)
    tree.centre.image = logo
    tree.centre.save_revision().publish()
    PortalSettings.objects.update_or_create(site=tree.home.get_site(), defaults={"mark": logo})
    text = client.get(tree.centre.url).content.decode()
    images = re.findall(r"<img[^>]+>", text)
    assert len(images) == 2
    for image in images:
        assert re.search(r'width="[\d.]+"', image)
        assert re.search(r'height="[\d.]+"', image)
        assert 'alt=""' in image
    mark, own = images
    # The mark is at the top of the page, the other one beside the text.
    assert "loading" not in mark
    assert 'loading="lazy"' in own
    if name.endswith(".png"):
        assert 'type="image/avif"' in text
        assert 'width="240"' in own
        assert 'height="120"' in own


@pytest.mark.parametrize(
    ("fields", "name", "shared"),
    [
        ({}, "photo.png", True),
        ({"audience": "reseau"}, "photo.png", False),
        ({}, "schema.svg", False),  # what shares links draws no SVG
    ],
)
def test_a_shared_link_shows_the_picture(client, tree, admin, fields, name, shared):
    drawing = picture(tree.centre.reserved_collection, name=name)
    drawing.contextual_alt_text, drawing.decorative = "", True
    page = rich_page(tree, drawing, image=drawing, **fields)
    client.force_login(admin)
    text = client.get(page.url).content.decode()
    address = re.search(r'<meta property="og:image" content="(http[^"]+\.jpg)">', text)
    assert bool(address) is shared
    assert ('og:image:width" content="1200"' in text) is shared


def test_a_name_is_given_once(tree):
    first = default_storage.save("original_images/photo.png", ContentFile(b"a"))
    default_storage.delete(first)
    assert default_storage.save("original_images/photo.png", ContentFile(b"b")) != first
    assert re.fullmatch(r"original_images/photo_\w+\.png", first)
    assert default_storage.save("documents/note.txt", ContentFile(b"c")) == "documents/note.txt"


def test_browsers_keep_an_open_picture_for_good_and_ask_about_a_reserved_one(client, tree, admin):
    client.force_login(admin)
    rendition = picture(tree.centre.collection).get_rendition("width-400|format-avif")
    answer = client.get(rendition.url)
    assert answer["Content-Type"] == "image/avif"
    asked = set(answer["Cache-Control"].split(", "))
    # In between, an hour: the collection may become a reserved one.
    assert asked == {"public", "max-age=31536000", "s-maxage=3600", "immutable"}
    reserved = picture(tree.centre.reserved_collection).get_rendition("width-400|format-avif")
    answer = client.get(reserved.url)
    assert set(answer["Cache-Control"].split(", ")) == {"private", "max-age=0"}
    again = client.get(reserved.url, headers={"if-modified-since": answer["Last-Modified"]})
    assert again.status_code == 304
