"""``/admin/styleguide-portail/``: tokens, components, letters and error pages, as readers see them."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.templatetags.static import static
from django.urls import get_callable, get_resolver
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin

from portal.base import standalone

from . import letters, tokens
from .components import TEMPLATES
from .samples import GROUPS

#: What ``?schema=`` asks for, and the scheme that is then held.
SCHEMES = {"clair": "light", "sombre": "dark"}
#: The sheets of pages whose components are shown.
SHEETS = ("drawn", "event", "home", "ressource")
#: Pages of ``templates/`` itself that are no error.
NOT_ERRORS = {"base"}
#: Errors that Django has a view for (``handler404``…).
HANDLED = {"400", "403", "404", "500"}
#: Pages that answer in the place of the portal (``portal.base.standalone``).
ALONE = {"maintenance"}


def error_pages() -> list[str]:
    """The names of the pages shown when something is refused, lost, stopped or broken."""
    return sorted(path.stem for path in TEMPLATES.glob("*.html") if path.stem not in NOT_ERRORS)


def icons() -> list[str]:
    sprite = (tokens.CSS.parent / "img/icons.svg").read_text()
    return re.findall(r'id="i-([\w-]+)"', sprite)


def guide(request):
    """The whole guide on one page; ``?schema=clair|sombre`` holds a scheme whatever the reader's setting."""
    now = timezone.now()
    return render(
        request,
        "styleguide/guide.html",
        {
            "sheets": [static(f"portal/css/{name}.css") for name in SHEETS],
            "scheme": request.GET.get("schema", "") if request.GET.get("schema") in SCHEMES else "",
            "families": tokens.families(),
            "ratios": tokens.ratios(),
            "icons": icons(),
            "groups": [
                (group, [(component, component.shown(now)) for component in group.components])
                for group in GROUPS
            ],
            "letters": letters.labels(),
            "error_pages": error_pages(),
        },
    )


def sheet(request):
    """The guide's own styles, made from the site's."""
    css = tokens.guide_sheet(SCHEMES.get(request.GET.get("schema", ""), ""))
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@xframe_options_sameorigin
def error_page(request, name: str):
    """An error page as a reader would meet it, by the view that answers it where there is one; its status is 200."""
    if name not in error_pages():
        raise Http404
    if name == "403_csrf":
        response = get_callable(settings.CSRF_FAILURE_VIEW)(request, reason="")
    elif name in HANDLED:
        handler = get_resolver().resolve_error_handler(int(name))
        response = handler(request) if name == "500" else handler(request, exception=Exception())
    elif name in ALONE:
        response = standalone.page(f"{name}.html", status=200)
    else:
        response = HttpResponse(render_to_string(f"{name}.html", request=request))
    response.status_code = 200
    return response


@xframe_options_sameorigin
def letter(request, name: str):
    """A letter with sample data: its HTML, or its text with ``?texte=1``."""
    if name not in letters.names():
        raise Http404
    shown = letters.rendered(name, now=timezone.now())
    if "texte" not in request.GET:
        return HttpResponse(shown.html)
    template = get_template("styleguide/letter_text.html")
    return HttpResponse(template.render({"letter": shown, "name": name}, request))
