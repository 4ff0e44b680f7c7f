"""What of a request is noted: a search that somebody made, and the result that was opened from it."""

from __future__ import annotations

import re

from django.http import HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import journal
from .results import Results

#: The header by which the page sends back the token of its last search: in the address it would show, and stay.
HEADER = "X-Search-Token"
#: What names itself as a program. Whoever hides as a browser is counted as one.
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|monitor|preview|scan|validator|curl|wget|python|ruby|perl|java/"
    r"|okhttp|go-http|node-fetch|axios|libwww|feed|facebookexternalhit",
    re.IGNORECASE,
)


def note_search(request, results: Results) -> str:
    """Note the search of ``request`` and return the token of its row; "" where nobody made it.

    Programs, pages fetched before they are asked for, and the way back in a page's own history do not count.
    """
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if (
        request.method != "GET"
        or _PROGRAM.search(request.headers.get("User-Agent", ""))
        or "prefetch" in ahead
        or request.htmx.history_restore_request
    ):
        return ""
    token = request.headers.get(HEADER, "") if request.htmx else ""
    return journal.record(results=results, token=token, now=timezone.now())


# No CSRF token: the signed one is its own proof. Whoever has it was given the page of results; it leads to one row
# in which there is no person, and says of it, once, which rank was opened. A beacon can send no header either.
@csrf_exempt
@require_POST
@never_cache
def click(request):
    """``POST /recherche/clic`` (``jeton``, ``rang`` from 1): 204, or 400 for a token or a rank worth nothing."""
    rank = request.POST.get("rang", "")
    # isdecimal alone accepts digits of every script.
    if not (rank.isascii() and rank.isdecimal() and len(rank) <= 4):
        return HttpResponseBadRequest()
    return _answer(journal.note_click, token=request.POST.get("jeton", ""), rank=int(rank))


@csrf_exempt
@require_POST
@never_cache
def come_back(request):
    """``POST /recherche/retour`` (``jeton``): the page was only come back to, its search was noted before."""
    return _answer(journal.take_back, token=request.POST.get("jeton", ""))


def _answer(service, **given) -> HttpResponse:
    try:
        service(**given, now=timezone.now())
    except journal.BadToken:
        return HttpResponseBadRequest()
    return HttpResponse(status=204)
