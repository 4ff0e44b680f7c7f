"""The address of a page by its ``url_path`` alone, for lists that read no whole page."""

from __future__ import annotations

from django.urls import reverse
from wagtail.models import Site


def address_of(url_path: str) -> str:
    """Return what ``Page.url`` would: a path on the one site there is, a whole address where there are more.

    Empty for a page that stands on no site. No query: Wagtail keeps the roots of the sites.
    """
    roots = Site.get_site_root_paths()
    for root in roots:
        if url_path.startswith(root.root_path):
            path = reverse("wagtail_serve", args=[url_path.removeprefix(root.root_path)])
            return path if len(roots) == 1 else root.root_url + path
    return ""
