"""``/sante/``: can the portal do its work? For monitoring; says nothing of what it holds."""

from __future__ import annotations

import datetime as dt

from django.db import DatabaseError, connection
from django.db.models import Max
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal.background.models import JobRun
from portal.notifications.models import OutgoingMessage
from search.engines import get_engine
from search.models import IndexChange

#: A row that has waited longer than this says that no worker runs.
PATIENCE = dt.timedelta(minutes=15)


@never_cache
def health(request):
    """Answer 200 when database, search and queue are well, 503 otherwise, with a word on each."""
    checks = {"database": _database()}
    if checks["database"] == "ok":
        checks["search"] = _search()
        checks["queue"] = _queue()
    well = all(value == "ok" for value in checks.values())
    return JsonResponse({"status": "ok" if well else "degraded", **checks}, status=200 if well else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "down"
    return "ok"


def _search() -> str:
    return "ok" if get_engine().health().ok else "down"


def _queue() -> str:
    now = timezone.now()
    if OutgoingMessage.objects.due(now=now - PATIENCE).exists():
        return "mail is late"
    if IndexChange.objects.due(now=now - PATIENCE).exists():
        return "index is late"
    # A portal that has just started has run no job yet; one that ran some must go on.
    last = JobRun.objects.aggregate(last=Max("last_started_at"))["last"]
    if last and now - last > PATIENCE:
        return "clock is late"
    return "ok"
