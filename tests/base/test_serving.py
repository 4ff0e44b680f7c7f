"""From an address to its page: as Wagtail finds it, in two queries whatever the depth."""

import pytest
from django.test import RequestFactory
from wagtail.models import Page, Site

from portal.base.serving import DEEPEST, find, site_of
from portal.home.models import HomePage, StandardPage
from tests import factories

pytestmark = pytest.mark.django_db


def request_for(path="/", host="testserver", port="80"):
    return RequestFactory().get(path, SERVER_NAME=host, SERVER_PORT=port)


def found_at(path):
    request = request_for(path)
    find(request, path)
    route = request._wagtail_route_for_request
    return route and route[0]


def page_under(parent, slug, **fields):
    return parent.add_child(instance=StandardPage(title=slug, slug=slug, **fields))


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_a_page_is_found_in_two_queries_at_any_depth(tree, depth, django_assert_num_queries):
    page = tree.home
    for step in range(depth):
        page = page_under(page, f"marche-{step}")
    # What kind of page it is is read once a process; and the site.
    assert found_at(page.url) == page
    with django_assert_num_queries(3):
        assert found_at(page.url) == page
    assert Page.route_for_request(request_for(), page.url)[0].specific == page


@pytest.mark.parametrize(
    "path", ["/nulle-part/", "/centres/nulle-part/", "/agenda/nulle-part/", "/" + "a/" * 4000]
)
def test_nothing_is_found_where_there_is_nothing(client, tree, path):
    assert found_at(path) is None
    if len(path) < 8000:
        assert client.get(path).status_code == 404


def test_what_is_not_on_line_is_not_found_but_what_is_below_it_is(client, tree):
    draft = page_under(tree.home, "brouillon", live=False)
    below = page_under(draft, "dessous")
    assert found_at("/brouillon/") is None
    assert client.get("/brouillon/").status_code == 404
    assert found_at("/brouillon/dessous/") == below


def test_too_deep_is_nowhere(tree):
    page = tree.home
    for step in range(DEEPEST + 1):
        page = page_under(page, f"m{step}")
    assert found_at(page.url) is None
    assert found_at(page.get_parent().url) == page.get_parent().specific


def test_sites_are_chosen_as_wagtail_does(tree):
    other = tree.root.add_child(instance=HomePage(title="Ailleurs", slug="ailleurs"))
    for host, port in (("un.example", 80), ("un.example", 8080), ("deux.example", 80)):
        Site.objects.create(hostname=host, port=port, root_page=other)
    for host in ("testserver", "un.example", "deux.example", "inconnu.example"):
        for port in ("80", "8080", "9000"):
            expected = Site._find_for_request(request_for(host=host, port=port))
            assert site_of(request_for(host=host, port=port)) == expected, (host, port)


def test_each_site_has_its_own_tree(client, tree, settings):
    settings.ALLOWED_HOSTS = ["*"]
    other = tree.root.add_child(instance=HomePage(title="Ailleurs", slug="ailleurs"))
    Site.objects.create(hostname="deux.example", port=80, root_page=other)
    page = page_under(other, "ici")
    assert client.get("/ici/").status_code == 404
    request = request_for(host="deux.example")
    find(request, "ici/")
    assert request._wagtail_route_for_request[0] == page


def test_without_a_site_nothing_is_found(client, tree):
    Site.objects.all().delete()
    assert found_at("/") is None


def test_the_way_up_costs_one_query(tree, django_assert_num_queries):
    page = factories.make_fiche(tree.centre)
    # The roots of the sites are read once, and kept by Wagtail.
    assert page.url
    with django_assert_num_queries(1):
        assert [step["title"] for step in page.way_up()] == ["Entre pairs", "Centres", "CRDLA Financement"]
    assert [step["url"] for step in page.way_up()] == [above.url for above in page.get_ancestors()[1:]]
