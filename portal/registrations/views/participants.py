"""Who comes, for those who come; and whether one is seen there oneself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.registrations import services
from portal.registrations.models import EventPage, Registration
from portal.registrations.participants import may_see_participants, participants_of, stays_until
from portal.registrations.rules import rule_of


@login_required
@require_safe
def participants(request, pk: int):
    """The names of who agreed, and how many others; a plain 404 for whoever may not see them."""
    now = timezone.now()
    # No test of the page's audience: whoever has a seat sees the list, even if the page has since been closed.
    event = EventPage.objects.live().filter(pk=pk).select_related("state").first()
    mine = event and _registration_of(request.user, pk)
    if event is None or not may_see_participants(event, request.user, mine, now=now):
        raise Http404
    context = {
        "event": event,
        "rule": rule_of(event),
        "until": stays_until(event),
        "people": participants_of(event, request.user),
    }
    return render(request, "registrations/participants.html", context)


@login_required
@require_POST
def visibility(request, pk: int):
    """Be seen on the list, or not; sending it again changes nothing more."""
    registration = _registration_of(request.user, pk)
    if registration is None:
        raise Http404
    visible, now = request.POST.get("visible") == "on", timezone.now()
    try:
        services.set_visibility(registration=registration, visible=visible, by=request.user, now=now)
    except services.RegistrationRefused as refusal:
        messages.error(request, refusal.sentence)
    else:
        seen = "Votre nom apparaît sur la liste." if visible else "Votre nom n’apparaît plus sur la liste."
        messages.success(request, seen)
    listed = may_see_participants(registration.event, request.user, registration, now=now)
    return redirect("registrations:participants" if listed else "registrations:registered", pk=pk)


def _registration_of(user, pk: int) -> Registration | None:
    active = Registration.objects.active().filter(event_id=pk, user=user)
    return active.select_related("event__state").first()
