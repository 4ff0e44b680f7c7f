"""« J’ai utilisé cette fiche »."""

import pytest
from django.urls import reverse

from ressources.models import Usage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def fiche(tree):
    return factories.make_fiche(tree.centre)


def use(client, page, **data):
    return client.post(reverse("ressources:use", args=[page.pk]), data)


def test_a_member_says_it_once_and_takes_it_back(client, fiche, member):
    client.force_login(member)
    assert use(client, fiche).url == fiche.url
    use(client, fiche)
    assert Usage.objects.get().user == member
    assert "Utilisée par 1\u00a0collègue" in client.get(fiche.url).content.decode()
    use(client, fiche, retirer="1")
    assert not Usage.objects.exists()


def test_a_get_changes_nothing(client, fiche, member):
    client.force_login(member)
    assert client.get(reverse("ressources:use", args=[fiche.pk])).status_code == 405
    assert not Usage.objects.exists()


def test_others_may_not(client, tree, fiche, pending, member):
    assert use(client, fiche).url.startswith("/compte/login/")
    client.force_login(pending)
    assert use(client, fiche).status_code == 404
    client.force_login(member)
    assert use(client, factories.make_fiche(tree.centre, live=False)).status_code == 404
    assert client.post(reverse("ressources:use", args=[999999])).status_code == 404
    assert not Usage.objects.exists()


def test_a_reserved_tool_is_not_named_on_an_open_fiche(client, tree, member):
    tool = factories.make_tool(tree.centre, title="Outil réservé", audience="reseau")
    fiche = factories.make_fiche(tree.centre, tools=[tool])
    assert tool.title not in client.get(fiche.url).content.decode()
    client.force_login(member)
    assert tool.title in client.get(fiche.url).content.decode()


def test_related_content_is_what_the_reader_may_read(client, tree, taxonomy, member):
    fiche = factories.make_fiche(tree.centre, themes=[taxonomy.tresorerie])
    filed = {"themes": [taxonomy.tresorerie]}
    reserved = factories.make_fiche(tree.centre, title="Une voisine réservée", audience="reseau", **filed)
    open_one = factories.make_fiche(tree.centre, title="Une voisine ouverte", **filed)
    body = client.get(fiche.url).content.decode()
    assert open_one.title in body
    assert reserved.title not in body
    client.force_login(member)
    assert reserved.title in client.get(fiche.url).content.decode()


def test_a_person_is_forgotten_and_the_count_stays(fiche, member):
    from django.utils import timezone

    from ressources.privacy import erase_uses, export_uses
    from ressources.services import record_use

    record_use(page=fiche, user=member, now=timezone.now())
    assert [use["page"] for use in export_uses(member)] == [fiche.title]
    erase_uses(user=member, now=timezone.now())
    assert export_uses(member) == []
    assert Usage.objects.filter(page=fiche, user=None).count() == 1
