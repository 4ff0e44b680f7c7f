"""The texts of attached files: found with the page that holds them, by whoever may fetch them, and only so."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from portal.attachments import services as attachments
from portal.attachments.models import State
from portal.attachments.reading import Reading
from portal.centres.services import MEMBERS_GROUP
from portal.home.models import StandardPage
from search import services
from search.engines.base import SearchRequest
from search.registry import registry
from tests import factories

pytestmark = pytest.mark.django_db
PUBLIC = frozenset({"public"})
MEMBER = frozenset({"public", "reseau"})
#: A word of the files and of nothing else.
WORD = "zibeline"


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def attach(monkeypatch):
    """Make a document whose file is read at once, with these parts."""

    def make(collection, *parts, name="guide.pdf", title="Guide", state=State.READ):
        document = get_document_model()(title=title, collection=collection)
        document.file.save(name, ContentFile(b"x"))
        give_text(document, *parts, state=state)
        return document

    def give_text(document, *parts, state=State.READ):
        made = [{"place": place, "text": text} for place, text in parts or [("3", f"La {WORD} est rare.")]]
        monkeypatch.setattr(attachments, "read", lambda *a, **k: Reading(state, made))
        attachments.read_file(document_id=document.pk, now=timezone.now())

    make.give_text = give_text
    return make


def found(engine, principals=PUBLIC, text=WORD):
    return {hit.document.title for hit in engine.search(SearchRequest(text, principals, per_page=100)).hits}


def link(document):
    return f'<p><a linktype="document" id="{document.pk}">le fichier</a></p>'


# -- every place that may hold a file


def test_a_tool_s_file(index, bring_up_to_date, tree, attach):
    factories.make_tool(tree.centre, title="Outil", file=attach(tree.centre.collection))
    bring_up_to_date()
    assert found(index) == {"Outil"}


def test_a_link_in_a_rich_text_and_a_file_in_a_block(index, bring_up_to_date, tree, attach):
    factories.make_fiche(tree.centre, title="Fiche", demarche=link(attach(tree.centre.collection)))
    factories.make_cafe(
        tree.centre, title="Café", audience="public", about=link(attach(tree.centre.collection))
    )
    page = StandardPage(title="Page", slug="page")
    page.body = [("document", attach(tree.centre.collection))]
    tree.home.add_child(instance=page)
    bring_up_to_date()
    assert found(index) == {"Fiche", "Café", "Page"}


def test_slides_are_found_when_they_are_shown_with_the_replay(index, bring_up_to_date, tree, attach):
    common = {"slides": attach(tree.centre.collection), "transcript_vtt": factories.VTT}
    factories.make_webinar(tree.centre, title="À venir", **common)
    factories.make_webinar(tree.centre, title="Passé", starts_in=-dt.timedelta(days=2), **common)
    bring_up_to_date()
    assert found(index) == {"Passé"}


def test_what_could_not_be_read_is_not_searched(index, bring_up_to_date, tree, attach):
    factories.make_tool(tree.centre, file=attach(tree.centre.collection, state=State.PROTECTED))
    bring_up_to_date()
    assert found(index) == set()


# -- its life


def test_the_text_follows_the_file(index, bring_up_to_date, tree, attach):
    document = attach(tree.centre.collection)
    factories.make_tool(tree.centre, title="Outil", file=document)
    bring_up_to_date()
    document.file.save("autre.pdf", ContentFile(b"y"))
    bring_up_to_date()
    assert found(index) == set(), "the replaced text is gone before the new one is read"
    attach.give_text(document, ("1", "Un ornithorynque."))
    bring_up_to_date()
    assert found(index, text="ornithorynque") == {"Outil"}
    assert found(index) == set()
    document.delete()
    bring_up_to_date()
    assert found(index, text="ornithorynque") == set()


def test_a_text_read_after_the_page_was_indexed_comes_to_it(index, bring_up_to_date, tree, attach):
    document = get_document_model()(title="Guide", collection=tree.centre.collection)
    document.file.save("guide.pdf", ContentFile(b"x"))
    factories.make_tool(tree.centre, title="Outil", file=document)
    bring_up_to_date()
    assert found(index) == set()
    attach.give_text(document)
    bring_up_to_date()
    assert found(index) == {"Outil"}


def test_a_renamed_document_has_its_new_title(index, bring_up_to_date, tree, attach):
    document = attach(tree.centre.collection)
    factories.make_tool(tree.centre, title="Outil", file=document)
    document.title = "Baleine"
    document.save()
    bring_up_to_date()
    assert found(index, text="baleine") == {"Outil"}


def test_a_page_that_no_longer_holds_it(index, bring_up_to_date, tree, attach):
    tool = factories.make_tool(tree.centre, title="Outil", file=attach(tree.centre.collection))
    tool.file = None
    tool.save_revision().publish()
    bring_up_to_date()
    assert found(index) == set()


# -- who may find it


def restrict(collection, kind, *groups):
    restriction = CollectionViewRestriction.objects.create(collection=collection, restriction_type=kind)
    restriction.groups.set(groups)
    return restriction


@pytest.fixture
def one(db):
    return Group.objects.create(name="Un groupe")


@pytest.fixture
def collection(tree):
    return Collection.objects.get(pk=tree.centre.collection.pk).add_child(name="Dossier")


LOGIN, GROUPS, PASSWORD = "login", "groups", "password"


@pytest.mark.parametrize(
    ("audience", "restricted_to", "is_found"),
    [
        ("public", None, True),
        ("public", LOGIN, False),
        ("public", PASSWORD, False),
        ("public", "members", False),
        ("public", "one", False),
        ("reseau", None, True),
        ("reseau", LOGIN, True),
        ("reseau", PASSWORD, False),
        ("reseau", "members", True),
        ("reseau", "one", False),
        ("groupe", None, True),
        ("groupe", LOGIN, True),
        ("groupe", PASSWORD, False),
        ("groupe", "members", True),
        ("groupe", "one", True),
        ("groupe", "other", False),
    ],
)
def test_a_text_goes_with_a_page_when_all_its_readers_may_fetch_the_file(
    index, bring_up_to_date, tree, attach, collection, one, audience, restricted_to, is_found
):
    members, _ = Group.objects.get_or_create(name=MEMBERS_GROUP)
    groups = {"members": members, "one": one, "other": Group.objects.create(name="Un autre")}
    if restricted_to in groups:
        restrict(collection, GROUPS, groups[restricted_to])
    elif restricted_to:
        restrict(collection, restricted_to)
    more = {"audience_groups": [one]} if audience == "groupe" else {}
    # In a text: a field refuses an open file on a reserved page.
    factories.make_tool(tree.centre, title="Outil", audience=audience, body=link(attach(collection)), **more)
    bring_up_to_date()
    everything = MEMBER | {f"groupe-{one.pk}"}
    assert found(index, everything) == ({"Outil"} if is_found else set())
    if audience != "public":
        assert found(index) == set()


def test_readers_of_two_groups_must_all_be_let_in(index, bring_up_to_date, tree, attach, collection, one):
    other = Group.objects.create(name="Un autre")
    restriction = restrict(collection, GROUPS, one)
    factories.make_tool(
        tree.centre,
        title="Outil",
        audience="groupe",
        audience_groups=[one, other],
        body=link(attach(collection)),
    )
    bring_up_to_date()
    principals = PUBLIC | {f"groupe-{one.pk}"}
    assert found(index, principals) == set()
    restriction.groups.add(other)
    bring_up_to_date()
    assert found(index, principals) == {"Outil"}
    restriction.groups.remove(one)
    bring_up_to_date()
    assert found(index, principals) == set()


def test_a_restriction_above_counts(index, bring_up_to_date, tree, attach, collection):
    factories.make_tool(tree.centre, title="Outil", file=attach(collection))
    bring_up_to_date()
    restriction = restrict(tree.centre.collection, LOGIN)
    bring_up_to_date()
    assert found(index) == set()
    restriction.delete()
    bring_up_to_date()
    assert found(index) == {"Outil"}


def test_a_restriction_on_groups_is_none_when_its_group_is_gone(
    index, bring_up_to_date, tree, attach, collection, one
):
    restrict(collection, GROUPS, one, Group.objects.create(name="Un autre"))
    factories.make_tool(
        tree.centre, title="Outil", audience="groupe", audience_groups=[one], body=link(attach(collection))
    )
    bring_up_to_date()
    principal = frozenset({f"groupe-{one.pk}"})
    assert found(index, principal) == {"Outil"}
    one.delete()
    bring_up_to_date()
    assert found(index, principal) == set()


def test_a_document_moved_to_a_reserved_collection(index, bring_up_to_date, tree, attach):
    document = attach(tree.centre.collection)
    factories.make_tool(tree.centre, title="Outil", file=document)
    bring_up_to_date()
    document.collection = tree.centre.reserved_collection
    document.save()
    bring_up_to_date()
    assert found(index, MEMBER) == set()


def test_documents_moved_all_at_once_in_the_admin(index, bring_up_to_date, tree, attach, client, admin):
    document = attach(tree.centre.collection)
    factories.make_tool(tree.centre, title="Outil", file=document)
    bring_up_to_date()
    client.force_login(admin)
    address = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "add_to_collection"])
    response = client.post(f"{address}?id={document.pk}", {"collection": tree.centre.reserved_collection.pk})
    assert response.status_code == 302
    document.refresh_from_db()
    assert document.collection_id == tree.centre.reserved_collection.pk
    bring_up_to_date()
    assert found(index) == set()


def test_a_collection_moved_into_a_reserved_one(
    index, bring_up_to_date, tree, attach, collection, client, admin
):
    factories.make_tool(tree.centre, title="Outil", file=attach(collection))
    bring_up_to_date()
    client.force_login(admin)
    response = client.post(
        reverse("wagtailadmin_collections:edit", args=[collection.pk]),
        {"name": "Dossier", "parent": tree.centre.reserved_collection.pk},
    )
    assert response.status_code == 302
    bring_up_to_date()
    assert found(index) == set()


def test_a_page_that_becomes_public(index, bring_up_to_date, tree, attach):
    tool = factories.make_tool(
        tree.centre, title="Outil", audience="reseau", file=attach(tree.centre.reserved_collection)
    )
    bring_up_to_date()
    assert found(index, MEMBER) == {"Outil"}
    tool.audience = "public"
    tool.save()
    bring_up_to_date()
    assert found(index, MEMBER) == set()


# -- what a reader sees


def hits(client, text=WORD):
    return client.get("/recherche.json", {"q": text}).json()["hits"]


def test_a_hit_names_the_file_and_opens_it_at_the_page(client, index, bring_up_to_date, tree, attach):
    document = attach(
        tree.centre.collection, ("1", "Sommaire."), ("12", f"La {WORD} <est> rare."), title="Guide & méthode"
    )
    tool = factories.make_tool(tree.centre, title="Outil", file=document)
    bring_up_to_date()
    (hit,) = hits(client)
    assert hit["url"] == tool.url
    assert hit["passage"] == {
        "label": "page 12",
        "start": "",
        "end": "",
        "file": "Guide & méthode",
        "file_url": f"{document.url}#page=12",
    }
    assert hit["extract_html"] == f"La <mark>{WORD}</mark> &lt;est&gt; rare."
    page = client.get("/recherche/", {"q": WORD}).content.decode()
    assert f'<a href="{document.url}#page=12">Fichier «\u00a0Guide &amp; méthode\u00a0», page 12</a>' in page


def test_the_page_itself_answers_before_its_files(client, index, bring_up_to_date, tree, attach):
    document = attach(tree.centre.collection, ("1", f"La {WORD}, la {WORD}, et le lynx."))
    factories.make_tool(tree.centre, title="Outil", body=f"<p>Une {WORD} ici.</p>", file=document)
    bring_up_to_date()
    assert hits(client)[0]["passage"] is None
    assert hits(client, f"{WORD} lynx")[0]["passage"]["file"] == "Guide"


def test_a_title_weighs_more_than_a_file_however_long(client, index, bring_up_to_date, tree, attach):
    long = [(str(number), f"{WORD} " * 50) for number in range(1, 20)]
    factories.make_tool(tree.centre, title="Outil", file=attach(tree.centre.collection, *long))
    factories.make_fiche(tree.centre, title=f"La {WORD}")
    factories.make_fiche(tree.centre, title="Fiche", demarche=f"<p>Une {WORD} dans la démarche.</p>")
    bring_up_to_date()
    assert [hit["title"] for hit in hits(client)] == [f"La {WORD}", "Fiche", "Outil"]


def test_a_file_reserved_a_second_ago_is_not_quoted(client, index, bring_up_to_date, tree, attach, member):
    document = attach(tree.centre.collection)
    factories.make_tool(tree.centre, title="Outil", summary="Un outil.", file=document)
    bring_up_to_date()
    # Past the signals: the index still holds its text.
    type(document).objects.filter(pk=document.pk).update(collection=tree.centre.reserved_collection)
    (hit,) = hits(client)
    assert (hit["passage"], hit["extract_html"]) == (None, "Un outil.")
    assert WORD not in client.get("/recherche/", {"q": "outil"}).content.decode()
    member.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    client.force_login(member)
    assert hits(client)[0]["passage"]["file"] == "Guide"


def test_nothing_of_a_file_is_in_what_the_engine_stores_for_others(tree, attach):
    factories.make_tool(tree.centre, title="Outil", file=attach(tree.centre.reserved_collection))
    (documents,) = registry.chunks(["outil"])
    assert [document.passages for document in documents] == [()]


def test_the_check_finds_nothing_to_mend(index, bring_up_to_date, tree, attach):
    factories.make_tool(tree.centre, title="Outil", file=attach(tree.centre.collection))
    bring_up_to_date()
    assert services.check(index, repair=False, now=timezone.now()).is_empty
