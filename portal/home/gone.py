"""410: what was published here and is no longer. A bare 404 would leave its readers to wonder what they mistyped.

Two things say so: a page that is offline after having been published, and a redirect without a target, which the
deletion of a public page leaves at its address (an editor who gives it a target sends readers on). Neither says what
the page was called: its title may be the reason why it left.
"""

from __future__ import annotations

from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from portal.base.audience import Audience
from portal.base.models import BasePage
from portal.centres.models import CentrePage

from .models import ThemePage

#: Theme pages shown at most.
THEMES = 3


class GoneMiddleware:
    """Turn the 404 of a withdrawn page into a 410; a redirect, asked first, has the last word."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        # No page has such an address, and PostgreSQL refuses to look for it.
        if "\x00" in request.path:
            return response
        return _gone(request) or response


def _gone(request):
    page = withdrawn_page(request)
    # Reserved, it stays unknown to those who could not read it: the 404 of an address that never was.
    if page is not None and not page.is_visible_to(request.user):
        return None
    if page is None and not was_deleted(request):
        return None
    answer = render(request, "410.html", _ways_on(page, request.user), status=410)
    # It may be published again.
    add_never_cache_headers(answer)
    return answer


def withdrawn_page(request) -> BasePage | None:
    """Return the page that was published at this address and is offline; one that never was is nobody's affair."""
    site = Site.find_for_request(request)
    parts = [part for part in request.path.split("/") if part]
    if site is None or not parts:
        return None
    return (
        BasePage.objects.filter(
            # The slug is what the database has an index for.
            slug=parts[-1],
            url_path=f"{site.root_page.url_path}{'/'.join(parts)}/",
            live=False,
            first_published_at__isnull=False,
        )
        .specific()
        .first()
    )


def was_deleted(request) -> bool:
    """Tell whether a deletion left its mark at this address."""
    redirect = get_redirect(request, Redirect.normalise_path(request.path, decode_unicode=False))
    return redirect is not None and redirect.link is None


def remember_address(page: BasePage) -> None:
    """Leave a redirect without a target where a public page is being deleted.

    A reserved page leaves nothing: an address that answers 410 says that there was something to read.
    """
    if page.audience != Audience.PUBLIC or page.first_published_at is None:
        return
    where = page.get_url_parts()
    if where is None or not where[2]:
        return
    Redirect.objects.get_or_create(
        old_path=Redirect.normalise_path(where[2]), site_id=where[0], defaults={"automatically_created": True}
    )


def _ways_on(page: BasePage | None, user) -> dict:
    """The nearest pages that still answer: the themes it was filed under, and its centre."""
    if page is None:
        return {}
    themes = page.themes.all() if hasattr(page, "themes") else []
    parent = page.get_parent()
    centre = CentrePage.objects.visible_to(user).filter(pk=parent.pk).first() if parent else None
    return {
        "themes": ThemePage.objects.visible_to(user).filter(theme__in=themes).order_by("title")[:THEMES],
        "centre": centre,
        "edit": page if page.permissions_for_user(user).can_edit() else None,
    }
