"""From an address to its page, in few queries: Wagtail's own way asks two for each step of the tree."""

from __future__ import annotations

import contextlib

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.http import Http404
from django.http.request import split_domain_port
from wagtail.models import Page, Site
from wagtail.views import serve as wagtail_serve

from .prepared import prepared, read

#: No page lies deeper; an address with more steps than that is nobody's.
DEEPEST = 24


def serve(request, path: str):
    """Serve the page at ``path`` as Wagtail does, hooks included, once ``find`` has found it."""
    find(request, path)
    return wagtail_serve(request, path)


def find(request, path: str) -> None:
    """Note on ``request`` the page at ``path``, where ``Page.route_for_request`` looks for it; None: there is none.

    Two queries beside the site's, whatever the depth: which page of the tree is the last on the way, then that
    page in its own type. What is left of the path is the page's own to route.
    """
    site, steps = site_of(request), [step for step in path.split("/") if step]
    request._wagtail_route_for_request = None
    if site is None or len(steps) > DEEPEST:
        return
    root = site.root_page
    ways = [root.url_path + "".join(f"{step}/" for step in steps[:last]) for last in range(len(steps) + 1)]
    # Of two trees that a path could be of, the one below this root: its page has this path in the tree too.
    below = [row for row in _on_the_way(addresses=ways) if row["path"].startswith(root.path)]
    if not below:
        return
    last = max(below, key=lambda row: row["depth"])
    model = ContentType.objects.get_for_id(last["content_type"]).model_class() or Page
    page = read(model, pk=last["pk"])
    with contextlib.suppress(Http404):
        request._wagtail_route_for_request = page.route(request, steps[last["depth"] - root.depth :])


def site_of(request) -> Site | None:
    """Return the site that ``request`` is for, as ``Site.find_for_request`` finds it (and keeps it on the request).

    One query, which reads all the sites and where their roots are: there is one.
    """
    if not hasattr(request, "_wagtail_site"):
        sites = [_site(row) for row in _sites()]
        host, port = split_domain_port(request._get_raw_host())[0], int(request.get_port())
        here = [site for site in sites if site.hostname == host]
        default = [site for site in sites if site.is_default_site]
        exact = [site for site in here if site.port == port] or [site for site in here if site in default]
        # Without the port, a host name counts where it is that of one site only.
        found = exact or (here if len(here) == 1 else default)
        request._wagtail_site = found[0] if found else None
    return request._wagtail_site


def _site(row: dict) -> Site:
    root = {name.removeprefix("root_page__"): row.pop(name) for name in list(row) if "__" in name}
    site = Site(**row)
    site._state.adding, site._state.db = False, connection.alias
    site.root_page = Page(pk=row["root_page_id"], **root)
    return site


@prepared
def _sites():
    columns = [column.attname for column in Site._meta.concrete_fields]
    return Site.objects.order_by().values(
        *columns, "root_page__path", "root_page__depth", "root_page__url_path"
    )


@prepared
def _on_the_way(addresses):
    """The pages at these addresses of the tree."""
    return (
        Page.objects.filter(url_path__in=addresses).order_by().values("pk", "content_type", "depth", "path")
    )
