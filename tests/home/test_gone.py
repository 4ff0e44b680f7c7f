"""Withdrawn pages answer 410 to those who could read them, and nothing more to anyone."""

import pytest
from bs4 import BeautifulSoup
from wagtail.contrib.redirects.models import Redirect

from tests import factories

TITLE = "Une crèche que tout le monde reconnaîtrait"


@pytest.fixture
def fiche(tree, taxonomy):
    return factories.make_fiche(tree.centre, title=TITLE, slug="une-creche", themes=[taxonomy.tresorerie])


def test_an_unpublished_page_answers_410_with_its_theme_its_centre_and_the_search(
    client, tree, taxonomy, fiche
):
    theme = factories.make_theme_page(tree, taxonomy.tresorerie)
    url = fiche.url
    assert client.get(url).status_code == 200
    fiche.unpublish()
    response = client.get(url)
    assert response.status_code == 410
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert page.main.find("a", href=theme.url)
    assert page.main.find("a", href=tree.centre.url)
    assert page.main.find("form", action="/recherche/")
    assert "no-store" in response["Cache-Control"]


def test_the_page_that_left_is_not_named(client, fiche):
    url = fiche.url
    fiche.unpublish()
    assert TITLE not in client.get(url).content.decode()


def test_a_draft_that_was_never_published_is_nobody_s_affair(client, tree, fiche):
    draft = factories.make_fiche(tree.centre, slug="brouillon")
    type(draft).objects.filter(pk=draft.pk).update(live=False, first_published_at=None)
    assert client.get(draft.url).status_code == 404


def test_a_reserved_page_answers_as_an_address_that_never_was(client, tree, member, pending):
    fiche = factories.make_fiche(tree.centre, title=TITLE, audience="reseau")
    url = fiche.url
    fiche.unpublish()
    unknown = client.get(f"{tree.centre.url}jamais-vu/")
    response = client.get(url)
    assert response.status_code == unknown.status_code == 404
    assert TITLE not in response.content.decode()
    client.force_login(pending)
    assert client.get(url).status_code == 404
    client.force_login(member)
    assert client.get(url).status_code == 410


def test_who_may_write_on_it_is_led_to_it(client, fiche, member, centre_user):
    url = fiche.url
    fiche.unpublish()
    edit = f"/admin/pages/{fiche.pk}/edit/"
    client.force_login(member)
    assert edit not in client.get(url).content.decode()
    client.force_login(centre_user)
    assert edit in client.get(url).content.decode()


def test_a_deleted_public_page_leaves_its_address(client, fiche):
    url = fiche.url
    fiche.delete()
    response = client.get(url)
    assert response.status_code == 410
    assert TITLE not in response.content.decode()
    assert client.get(f"{url}?utm_source=lettre").status_code == 410


def test_what_is_deleted_with_its_parent_leaves_its_address_too(client, tree, fiche):
    url = fiche.url
    tree.centre.delete()
    assert client.get(url).status_code == 410


@pytest.mark.parametrize("how", ["reserved", "never published"])
def test_a_page_that_was_not_open_to_all_leaves_nothing(client, tree, how):
    fiche = factories.make_fiche(tree.centre, audience="reseau" if how == "reserved" else "public")
    if how == "never published":
        fiche.live, fiche.first_published_at = False, None
        fiche.save()
    url = fiche.url
    fiche.delete()
    assert client.get(url).status_code == 404
    assert not Redirect.objects.exists()


def test_a_redirect_has_the_last_word(client, tree, fiche):
    url = fiche.url
    fiche.unpublish()
    Redirect.objects.create(old_path=url.rstrip("/"), redirect_page=tree.centre)
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (301, tree.centre.url)


def test_an_editor_gives_a_deleted_page_s_address_a_target(client, tree, fiche):
    url = fiche.url
    fiche.delete()
    Redirect.objects.update(redirect_page=tree.centre)
    assert client.get(url)["Location"] == tree.centre.url


def test_a_new_page_at_the_same_address_answers(client, tree, fiche):
    url = fiche.url
    fiche.delete()
    factories.make_fiche(tree.centre, slug="une-creche")
    assert client.get(url).status_code == 200


def test_only_a_reading_is_answered_so(client, fiche):
    url = fiche.url
    fiche.unpublish()
    assert client.head(url).status_code == 410
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("path", ["/", "/%00/", "/nulle-part/", "/a/b/c/d/", "/%E9/"])
def test_odd_addresses_are_not_found(client, tree, path):
    assert client.get(path).status_code in (200, 404)
