"""Into the meeting: GET shows, POST joins and notes that one came. Signed in, or by a personal link.

POST answers with a page that opens the meeting, not with a redirection: browsers apply the page's
``form-action 'self'`` to every hop that follows a form (Chromium does), and the meeting is elsewhere.
"""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_http_methods

from portal.registrations import services
from portal.registrations.clocks import other_clocks
from portal.registrations.models import Registration
from portal.registrations.personal_links import WrongLink, registration_of

from .events import event_or_404

WRONG_LINK = (
    "Ce lien n’est pas le bon, ou il a été coupé en route\u00a0: reprenez-le dans le message, "
    "ou passez par la page du rendez-vous."
)


def personal(view):
    """Keep the answer, and its address, to the person: no cache, no index, no address told to the meeting.

    The policy is "same-origin" and not "no-referrer": with the latter, browsers send ``Origin: null`` and the
    form is refused as forged.
    """

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def join_by_link(request, token: str):
    """The personal link of the last reminder: nobody signs in; it opens one session, for one seat."""
    try:
        registration = registration_of(token)
    except WrongLink:
        context = {"sentence": WRONG_LINK, "event": None}
        return render(request, "registrations/join_refused.html", context, status=404)
    return _join(request, registration)


@personal
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request, pk: int):
    """The same, signed in; who has no seat is led to the page of the session."""
    mine = Registration.objects.confirmed().filter(event_id=pk, user=request.user)
    registration = mine.select_related("event__state", "user").first()
    if registration is None:
        event = event_or_404(request, pk)
        messages.info(request, "Vous n’avez pas de place à ce rendez-vous.")
        return redirect(event.url)
    return _join(request, registration)


def _join(request, registration: Registration):
    event, now = registration.event, timezone.now()
    context = {
        "event": event,
        "registration": registration,
        "clocks": other_clocks(event, registration.user),
    }
    try:
        if request.method != "POST":
            services.check_may_join(registration, now=now)
            return render(request, "registrations/join.html", context)
        access = services.join(registration=registration, now=now)
    except services.AccessNotOpen as early:
        context |= {
            "opens_at": early.opens_at,
            "opens_clocks": other_clocks(event, registration.user, at=early.opens_at),
        }
        status = 409 if request.method == "POST" else 200
        return render(request, "registrations/join.html", context, status=status)
    except services.RegistrationRefused as refusal:
        context["sentence"] = refusal.sentence
        return render(request, "registrations/join_refused.html", context, status=410)
    registration.refresh_from_db(fields=["joined_at"])
    response = render(request, "registrations/joined.html", {**context, "access": access})
    if access.url:
        response["Refresh"] = f"0;url={iri_to_uri(access.url)}"
    return response
