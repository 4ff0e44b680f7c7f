"""Files of a reserved collection: the original, every rendition, films and documents."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtailmedia.models import get_media_model

from portal.centres.services import MEMBERS_GROUP
from ressources.models import OutilPage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def network_member(member):
    from django.contrib.auth.models import Group

    member.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    return member


def addresses(collection):
    image = get_image_model().objects.create(title="Photo", file=get_test_image_file(), collection=collection)
    film = get_media_model()(title="Film", type="video", duration=3, collection=collection)
    film.file.save("film.mp4", ContentFile(b"0123456789"))
    document = get_document_model()(title="Document", collection=collection)
    document.file.save("note.txt", ContentFile(b"texte"))
    return [image.file.url, image.get_rendition("width-40").url, film.file.url, document.url]


def test_reserved_files_open_to_approved_members_only(client, tree, network_member, pending):
    for url in addresses(tree.centre.reserved_collection):
        client.logout()
        assert client.get(url).status_code in (302, 403), url
        client.force_login(pending)
        assert client.get(url).status_code in (302, 403), url
        client.force_login(network_member)
        response = client.get(url)
        assert response.status_code == 200, url
        assert "public" not in response.get("Cache-Control", "")


def test_open_files_open_to_all(client, tree):
    for url in addresses(tree.centre.collection):
        assert client.get(url).status_code == 200, url


def test_documents_have_one_door(client, tree):
    document = get_document_model()(title="Document", collection=tree.centre.collection)
    document.file.save("note.txt", ContentFile(b"texte"))
    assert client.get(document.file.url).status_code == 404


@pytest.mark.parametrize(
    "path", ["../settings/base.py", "images/../../x", "autre/fichier.txt", "images/absent.png", "a\x00b"]
)
def test_odd_paths_are_not_found(client, db, path):
    assert client.get(f"/media/{path}").status_code == 404


@pytest.mark.parametrize(
    ("header", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=0-99", 206, b"0123456789"),
        ("bytes=99-", 200, b"0123456789"),
        ("bytes=a-b", 200, b"0123456789"),
        ("bytes=1-2,4-5", 200, b"0123456789"),
    ],
)
def test_a_player_may_seek(client, tree, header, status, body):
    film = get_media_model()(title="Film", type="video", duration=3, collection=tree.centre.collection)
    film.file.save("film.mp4", ContentFile(b"0123456789"))
    response = client.get(film.file.url, headers={"range": header})
    assert response.status_code == status
    assert b"".join(response.streaming_content) == body


def test_an_unchanged_file_is_not_sent_again(client, tree):
    film = get_media_model()(title="Film", type="video", duration=3, collection=tree.centre.collection)
    film.file.save("film.mp4", ContentFile(b"0123456789"))
    first = client.get(film.file.url)
    again = client.get(film.file.url, headers={"if-modified-since": first["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("audience", "reserved", "accepted"),
    [
        ("reseau", False, False),
        ("reseau", True, True),
        ("public", False, True),
        ("public", True, True),
    ],
)
def test_a_reserved_page_takes_no_open_file(tree, audience, reserved, accepted):
    collection = tree.centre.reserved_collection if reserved else tree.centre.collection
    document = get_document_model()(title="Document", collection=collection)
    document.file.save("note.txt", ContentFile(b"texte"))
    page = OutilPage(title="Outil", slug="outil", audience=audience, file=document)
    if accepted:
        page.clean()
    else:
        with pytest.raises(ValidationError, match="réservée"):
            page.clean()
