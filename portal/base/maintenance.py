"""Closed for a moment: every address answers one page, 503, that says when to come back.

The switch is ``MAINTENANCE=1`` in the environment, or a file named ``maintenance`` in ``VAR_DIR``, which needs no
restart; what is written in that file is shown to readers. Static files and ``/sante/`` still answer.
"""

from __future__ import annotations

from django.conf import settings

from . import standalone

OPEN = "/sante/"
#: Characters of the operator's sentence that are shown.
LONGEST = 300


class MaintenanceMiddleware:
    """Answer in the place of the portal while it is closed. Stands before sessions: nothing is read or written."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        sentence = announced()
        if sentence is None or request.path == OPEN:
            return self.get_response(request)
        response = standalone.page(
            "maintenance.html",
            status=503,
            values={"sentence": sentence, "was_sent": request.method not in ("GET", "HEAD", "OPTIONS")},
        )
        response["Retry-After"] = str(settings.MAINTENANCE_RETRY_AFTER)
        return response


def announced() -> str | None:
    """Return what the operator tells readers, maybe nothing; None while the portal is open."""
    try:
        text = settings.MAINTENANCE_FILE.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return "" if settings.MAINTENANCE else None
    except OSError:
        return ""
    return " ".join(text.split())[:LONGEST]
