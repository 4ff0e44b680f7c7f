"""« Ce que j’ai utilisé » on « Mon espace »."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from ressources.models import FichePage, Usage
from tests import factories


@pytest.fixture
def panel(client, member):
    client.force_login(member)

    def read():
        page = BeautifulSoup(client.get("/mon-espace/").content, "html.parser")
        return page.find("section", id="mes-fiches")

    return read


def use(page, user, days=0):
    Usage.objects.create(
        page=page.basepage_ptr, user=user, created_at=timezone.now() - dt.timedelta(days=days)
    )


def test_without_any_there_is_no_panel(tree, panel):
    assert panel() is None


def test_the_latest_comes_first_and_nobody_else_s(tree, panel, member):
    older, newer, other = (factories.make_fiche(tree.centre) for _ in range(3))
    use(older, member, days=9)
    use(newer, member)
    use(other, factories.make_user())
    assert [link["href"] for link in panel().find_all("a")] == [newer.url, older.url]


def test_what_is_offline_or_closed_to_her_is_not_named(tree, panel, member):
    gone = factories.make_fiche(tree.centre)
    closed = factories.make_fiche(tree.centre)
    FichePage.objects.filter(pk=closed.pk).update(audience="groupe")
    for page in (gone, closed):
        use(page, member)
    gone.unpublish()
    assert panel() is None
