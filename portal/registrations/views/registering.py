"""Register and give one's seat back: GET shows, POST does (mail scanners follow links)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal.registrations import services
from portal.registrations.forms import RegistrationForm
from portal.registrations.models import EventPage, Registration
from portal.registrations.rules import rule_of
from portal.registrations.status import status_of

from .events import event_or_404


@login_required
@require_http_methods(["GET", "POST"])
def register(request, pk: int):
    """The registration form of an event; a refusal says why and loses nothing."""
    event, now = event_or_404(request, pk), timezone.now()
    is_posted = request.method == "POST"
    # The service finds out by itself, under its lock: what is posted is not asked twice.
    if not is_posted and _is_on_list(event, request.user):
        return redirect("registrations:registered", pk=event.pk)
    form = RegistrationForm(request.POST if is_posted else None, event=event)
    refusal = None
    try:
        services.check_may_register(event, request.user, now=now)
        if form.is_valid():
            data = form.cleaned_data
            services.register(
                event=event,
                user=request.user,
                question=data.get("question", ""),
                role=data.get("role", ""),
                access_needs=data["access_needs"],
                rule_accepted=data.get("rule", False),
                visible=data["visible"],
                now=now,
            )
            return redirect("registrations:registered", pk=event.pk)
    except services.AlreadyRegistered:
        return redirect("registrations:registered", pk=event.pk)
    except services.NotAvailable as gone:
        raise Http404 from gone
    except services.RegistrationRefused as why:
        refusal = why
    if is_posted and _is_on_list(event, request.user):
        # A double click, or the way back: what was asked is done.
        return redirect("registrations:registered", pk=event.pk)
    context = {
        "event": event,
        "form": form,
        "rule": rule_of(event),
        "status": status_of(event, request.user, now=now),
    }
    if refusal:
        typed = form.data.get("question", "") if event.asks_question else ""
        context |= {"sentence": refusal.sentence, "typed": typed}
        return render(request, "registrations/refused.html", context, status=409)
    return render(request, "registrations/register.html", context, status=422 if form.errors else 200)


def _is_on_list(event: EventPage, user) -> bool:
    return event.registrations.active().filter(user=user).exists()


@login_required
@require_safe
def registered(request, pk: int):
    """What came of it: a seat, or a rank in the queue."""
    event = EventPage.objects.filter(pk=pk).select_related("state", "cycle").first()
    registration = event and event.registrations.active().filter(user=request.user).first()
    if registration is None:
        return redirect("registrations:register", pk=event_or_404(request, pk).pk)
    return render(request, "registrations/registered.html", {"event": event, "registration": registration})


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request, pk: int):
    """GET asks, POST gives the seat back; doing it again changes nothing and says so."""
    # Whoever registered may withdraw, even from what she may no longer read.
    mine = Registration.objects.active().filter(event_id=pk, user=request.user)
    registration = mine.select_related("event__state", "event__cycle").first()
    if registration is None:
        event_or_404(request, pk)
        messages.info(
            request, "Vous n’êtes pas sur la liste de ce rendez-vous\u00a0: il n’y a rien à annuler."
        )
        return redirect("members:espace")
    if request.method == "POST":
        try:
            services.cancel_registration(registration=registration, by=request.user, now=timezone.now())
        except services.RegistrationRefused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "C’est noté. Si quelqu’un attendait, la place lui revient.")
        return redirect("members:espace")
    context = {"event": registration.event, "registration": registration}
    return render(request, "registrations/cancel.html", context)
