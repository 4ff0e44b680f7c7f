"""A file is read once for each version, outside of the request; which pages hold it is known at once."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks import default_task_backend

from portal.attachments import jobs, reading, services
from portal.attachments.models import FileText, FileUse, State
from portal.attachments.references import documents_in
from portal.home.models import StandardPage
from tests import factories

from . import files

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=11)


@pytest.fixture(autouse=True)
def asked():
    """The documents that the queue was asked to read, in order."""
    default_task_backend.clear()
    return lambda: [
        result.args[0] for result in default_task_backend.results if "read_file" in result.task.name
    ]


def read(document):
    services.read_file(document_id=document.pk, now=timezone.now())
    return FileText.objects.get(document=document)


def texts(text):
    return [part["text"] for part in text.parts]


def test_a_new_file_waits_then_is_read(make_document, asked):
    document = make_document()
    text = FileText.objects.get()
    assert (text.document, text.state, text.parts) == (document, State.WAITING, [])
    assert asked() == [document.pk]
    text = read(document)
    assert (text.state, texts(text), text.file_size) == (State.READ, ["Un texte."], 9)
    assert text.file_hash == document.get_file_hash()
    assert text.extracted_at is not None


def test_it_is_noted_in_the_transaction_of_the_change(make_document, asked):
    def save_then_fail():
        with transaction.atomic():
            make_document()
            assert FileText.objects.exists()
            raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError, match="rolled back"):
        save_then_fail()
    assert not FileText.objects.exists()


def test_a_changed_title_reads_nothing_again(make_document, asked):
    document = make_document()
    read(document)
    document.title = "Un autre titre"
    document.save()
    document.get_file_hash()
    assert FileText.objects.get().state == State.READ
    assert asked() == [document.pk]


def test_a_replaced_file_has_a_new_text_and_never_the_old_one(make_document, asked):
    document = make_document()
    read(document)
    document.file.save("note.txt", ContentFile(b"Une autre version."))
    text = FileText.objects.get()
    assert (text.state, text.parts) == (State.WAITING, [])
    assert texts(read(document)) == ["Une autre version."]
    assert asked() == [document.pk] * 2


def test_a_file_replaced_under_its_own_name_is_read_again(make_document):
    document = make_document()
    read(document)
    document.file.storage.delete(document.file.name)
    document.file.save("note.txt", ContentFile(b"Version 2."))
    document._set_document_file_metadata()
    document.save()
    assert texts(read(document)) == ["Version 2."]


def test_a_file_replaced_while_it_is_read_is_not_given_the_old_text(make_document, monkeypatch):
    document = make_document()

    def read_slowly(stream, *, extension):
        found = reading.read(stream, extension=extension)
        document.file.save("autre.txt", ContentFile(b"Version 2."))
        return found

    monkeypatch.setattr(services, "read", read_slowly)
    assert services.read_file(document_id=document.pk, now=timezone.now()) is None
    assert FileText.objects.get().state == State.WAITING
    monkeypatch.undo()
    assert texts(read(document)) == ["Version 2."]


def test_a_deleted_document_takes_its_text(make_document):
    document = make_document()
    read(document)
    key = document.pk
    document.delete()
    assert not FileText.objects.exists()
    assert services.read_file(document_id=key, now=timezone.now()) is None


def test_reading_twice_does_nothing_twice(make_document, monkeypatch):
    document = make_document()
    read(document)
    monkeypatch.setattr(services, "read", lambda *a, **k: pytest.fail("read again"))
    assert services.read_file(document_id=document.pk, now=timezone.now()) is None


def test_a_hostile_file_gets_a_state_and_nothing_raises(make_document):
    assert read(make_document("bombe.docx", files.bomb())).state == State.TOO_LARGE
    assert read(make_document("scan.pdf", files.pdf(""))).state == State.PICTURES


def test_a_storage_that_does_not_answer_is_tried_again_then_given_up(make_document):
    document = make_document()
    document.file.storage.delete(document.file.name)
    for _ in range(services.MAX_ATTEMPTS - 1):
        assert read(document).state == State.WAITING
    text = read(document)
    assert text.state == State.UNREADABLE
    assert "remplacez-le" in text.notice


def test_the_clock_asks_again_for_what_was_forgotten(make_document, asked):
    lost, done = make_document(), make_document("b.txt")
    read(done)
    older = make_document("c.txt")
    FileText.objects.filter(document=older).delete()
    now = timezone.now()
    default_task_backend.clear()
    assert jobs.catch_up(now) == "1 fichier(s) à lire", "one from before the texts of files were read"
    assert asked() == [older.pk]
    default_task_backend.clear()
    assert jobs.catch_up(now + LATER) == "2 fichier(s) à lire"
    assert asked() == [lost.pk, older.pk]


# -- which pages hold which files


def test_every_place_that_may_hold_a_file_is_looked_at(tree, make_document):
    in_field, in_text, in_block, in_section = (make_document(f"{name}.txt") for name in "abcd")
    link = '<p><a linktype="document" id="%d">le fichier</a></p>'
    tool = factories.make_tool(tree.centre, file=in_field, body=link % in_text.pk)
    page = StandardPage(title="Page", slug="page")
    page.body = [
        ("document", in_block),
        ("section", {"titre": "Titre", "texte": link % in_section.pk}),
    ]
    tree.home.add_child(instance=page)
    assert documents_in(tool) == {in_field.pk, in_text.pk}
    assert documents_in(page) == {in_block.pk, in_section.pk}
    uses = FileUse.objects.values_list("page_id", "document_id")
    assert set(uses) == {
        (tool.pk, in_field.pk), (tool.pk, in_text.pk), (page.pk, in_block.pk), (page.pk, in_section.pk),
    }  # fmt: skip


def test_a_link_to_a_file_that_is_gone_is_no_use(tree):
    fiche = factories.make_fiche(tree.centre, demarche='<p><a linktype="document" id="999">x</a></p>')
    assert documents_in(fiche) == {999}
    assert not FileUse.objects.exists()


def test_a_draft_changes_nothing_until_it_is_published(tree, make_document):
    old, new = make_document("a.txt"), make_document("b.txt")
    tool = factories.make_tool(tree.centre, file=old)
    tool.file = new
    revision = tool.save_revision()
    assert FileUse.objects.get().document == old
    revision.publish()
    assert FileUse.objects.get().document == new


def test_what_changed_without_a_signal_is_found_at_night(tree, make_document):
    tool = factories.make_tool(tree.centre)
    type(tool).objects.filter(pk=tool.pk).update(file=make_document())
    assert jobs.note_uses(timezone.now()).startswith("1 page(s)")
    assert FileUse.objects.get().page_id == tool.pk
    assert jobs.note_uses(timezone.now()).startswith("0 page(s)")


def test_neither_the_text_nor_the_use_counts_as_a_use(tree, make_document):
    document = make_document()
    assert document.get_usage().count() == 0
    factories.make_tool(tree.centre, file=document)
    assert FileUse.objects.count() == 1


# -- what an editor sees


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("scan.pdf", files.pdf(""), "Ce PDF ne contient que des images\u00a0: son texte n’est pas cherché."),
        ("note.txt", b"Un mot.", "Le texte de ce fichier est cherché"),
        ("lot.zip", b"PK", "La recherche ne lit pas ce type de fichier"),
    ],
)
def test_the_editor_is_told(client, admin, make_document, name, content, sentence):
    document = make_document(name, content)
    client.force_login(admin)
    address = reverse("wagtaildocs:edit", args=[document.pk])
    assert "Ce fichier va être lu" in client.get(address).content.decode()
    read(document)
    assert sentence in client.get(address).content.decode()
