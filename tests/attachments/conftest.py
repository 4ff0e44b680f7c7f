import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import Collection


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def make_document(db):
    def make(name="note.txt", content=b"Un texte.", **fields):
        fields.setdefault("collection", Collection.get_first_root_node())
        document = get_document_model()(title=fields.pop("title", name), **fields)
        document.file.save(name, ContentFile(content))
        return document

    return make
