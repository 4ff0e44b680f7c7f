"""Who may read what, on each surface that is not a feature's own."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.utils.http import urlencode

from portal.base.audience import principals
from portal.base.models import BasePage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(tree):
    group = Group.objects.create(name="DLA régionaux")
    return {
        "public": factories.make_fiche(tree.centre, audience="public"),
        "reseau": factories.make_fiche(tree.centre, audience="reseau"),
        "groupe": factories.make_fiche(tree.centre, audience="groupe", audience_groups=[group]),
        "draft": factories.make_fiche(tree.centre, audience="public", live=False),
    }


def readable(user, pages):
    found = set(BasePage.objects.visible_to(user).values_list("pk", flat=True))
    return {name for name, page in pages.items() if page.pk in found}


def test_each_reader_sees_what_is_meant_for_her(pages, member, pending, admin):
    in_group = factories.make_user(groups=Group.objects.filter(name="DLA régionaux"))
    assert readable(None, pages) == {"public"}
    assert readable(AnonymousUser(), pages) == {"public"}
    assert readable(pending, pages) == {"public"}
    assert readable(member, pages) == {"public", "reseau"}
    assert readable(in_group, pages) == {"public", "reseau", "groupe"}
    assert readable(admin, pages) == {"public", "reseau", "groupe"}


def test_a_group_does_not_open_anything_to_a_pending_account(pages):
    user = factories.make_user(approved=False, groups=Group.objects.filter(name="DLA régionaux"))
    assert readable(user, pages) == {"public"}
    assert principals(user) == {"public"}


def test_page_and_queryset_agree(pages, member, pending):
    for user in (AnonymousUser(), pending, member):
        for page in pages.values():
            if page.live:
                assert (
                    page.is_visible_to(user) == BasePage.objects.visible_to(user).filter(pk=page.pk).exists()
                )


def test_serving_a_reserved_page(client, pages, member, pending):
    url = pages["reseau"].url
    anonymous = client.get(url)
    assert anonymous.status_code == 302
    assert anonymous.url == f"/compte/login/?{urlencode({'next': url})}"
    client.force_login(pending)
    assert client.get(url).status_code == 403
    client.force_login(member)
    assert client.get(url).status_code == 200


def test_reserved_pages_are_in_no_sitemap_and_no_feed(client, pages, member):
    client.force_login(member)
    for address in ("/sitemap.xml", "/flux.atom"):
        body = client.get(address).content.decode()
        assert pages["public"].url in body
        for name in ("reseau", "groupe", "draft"):
            assert pages[name].url not in body


def test_reserved_page_is_found_by_no_wagtail_api(client, pages):
    for address in ("/api/v2/pages/", "/api/v3/pages/", "/admin/api/main/pages/"):
        assert client.get(address).status_code in (302, 404)
