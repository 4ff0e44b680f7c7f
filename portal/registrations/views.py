"""Register and give one's seat back: GET shows, POST does (mail scanners follow links)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from portal.base.audience import Audience
from portal.base.models import PortalSettings

from . import ics, services
from .forms import RegistrationForm
from .models import EventPage, Registration
from .rules import rule_of
from .status import status_of


def _event_or_404(request, pk: int) -> EventPage:
    """Return the live event in its own type.

    404 where there is none to read. The one exception is an account that awaits approval: what is kept for
    the network answers 403, and the page says why and what comes next.
    """
    event = EventPage.objects.live().filter(pk=pk).select_related("state", "cycle").first()
    if event is None:
        raise Http404
    if not event.is_visible_to(request.user):
        if event.audience == Audience.RESEAU and request.user.is_authenticated:
            raise PermissionDenied("reserved")
        raise Http404
    return event


@login_required
@require_http_methods(["GET", "POST"])
def register(request, pk: int):
    """The registration form of an event; a refusal says why and loses nothing."""
    event, now = _event_or_404(request, pk), timezone.now()
    if event.registrations.active().filter(user=request.user).exists():
        # A double click, or the way back: what was asked is done.
        return redirect("registrations:registered", pk=event.pk)
    form = RegistrationForm(request.POST if request.method == "POST" else None, event=event)
    refusal = None
    try:
        services.check_may_register(event, request.user, now=now)
        if form.is_valid():
            data = form.cleaned_data
            services.register(
                event=event,
                user=request.user,
                question=data.get("question", ""),
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


@login_required
@require_safe
def registered(request, pk: int):
    """What came of it: a seat, or a rank in the queue."""
    event = EventPage.objects.filter(pk=pk).select_related("state", "cycle").first()
    registration = event and event.registrations.active().filter(user=request.user).first()
    if registration is None:
        return redirect("registrations:register", pk=_event_or_404(request, pk).pk)
    return render(request, "registrations/registered.html", {"event": event, "registration": registration})


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request, pk: int):
    """GET asks, POST gives the seat back; doing it again changes nothing and says so."""
    # Whoever registered may withdraw, even from what she may no longer read.
    mine = Registration.objects.active().filter(event_id=pk, user=request.user)
    registration = mine.select_related("event__state", "event__cycle").first()
    if registration is None:
        _event_or_404(request, pk)
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


@require_safe
def event_ics(request, pk: int):
    """The calendar file of one event, for who may read its page; a plain 404 for anyone else."""
    event = EventPage.objects.visible_to(request.user).select_related("state").filter(pk=pk).first()
    if event is None:
        raise Http404
    return _calendar([event], f"rendez-vous-{event.pk}.ics", name="")


@require_safe
def agenda_ics(request):
    """Every coming public event: the address carries no account, hence no reserved event."""
    events = EventPage.objects.visible_to(None).select_related("state").upcoming()
    name = PortalSettings.for_request(request).name
    return _calendar(events, "agenda.ics", name=f"{name}, agenda")


def _calendar(events, filename: str, *, name: str) -> HttpResponse:
    content = ics.calendar(events, name=name, now=timezone.now())
    return HttpResponse(
        content,
        content_type=ics.CONTENT_TYPE,
        headers={"Content-Disposition": content_disposition_header(True, filename)},
    )
