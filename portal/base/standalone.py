"""Pages that stand when nothing else does: no database, no context processor, no manifest of static files.

Their style is inside them (the tokens and a short sheet), let through a strict policy by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.http import HttpResponse
from django.template import Context, loader
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import requires_csrf_token

SHEETS = ("tokens.css", "standalone.css")


@cache
def style() -> str:
    """Return the sheets as one text without comments; empty where a file cannot be read: the page still shows."""
    try:
        texts = [(settings.PORTAL_DIR / "static/portal/css" / name).read_text("utf-8") for name in SHEETS]
    except OSError:
        return ""
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", "".join(texts), flags=re.DOTALL)).strip()


def page(template: str, *, status: int, values: Mapping | None = None) -> HttpResponse:
    """Render ``template`` (a ``standalone/base.html``) without a request. Nobody keeps the answer."""
    sheet = style()
    # Ours alone: no ground for markup in it.
    context = Context({**(values or {}), "style": mark_safe(sheet)})  # noqa: S308
    response = HttpResponse(loader.get_template(template).template.render(context), status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    # Its own policy: such a page may answer from outside the middleware that writes the site's.
    response["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
        f"font-src 'self'; img-src 'self'; style-src 'sha256-{digest}'"
    )
    return response


def bad_request(request, exception=None):
    """Answer an address that cannot be read (400)."""
    return page("400.html", status=400)


@requires_csrf_token
def server_error(request):
    """Answer a failure of ours (500)."""
    return page("500.html", status=500)


def csrf_failure(request, reason=""):
    """Answer a form whose token is no longer good (403): nothing was taken, and it says how to send it again."""
    return page("403_csrf.html", status=403)
