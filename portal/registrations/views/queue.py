"""A seat on offer, and « prévenez-moi de la prochaine sur ce thème »: GET shows, POST does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.registrations import services
from portal.registrations.models import EventPage, Registration
from portal.registrations.status import status_of
from portal.registrations.watch_forms import WatchForm
from portal.themes.models import Theme

from .events import event_or_404


@login_required
@require_http_methods(["GET", "POST"])
def take_seat(request, pk: int):
    """A seat on offer in the last hours: GET says where it stands, POST takes it, once."""
    waits = Registration.objects.active().filter(event_id=pk, user=request.user)
    registration = waits.select_related("event__state", "event__cycle").first()
    if registration is None:
        # She may join the queue first, and find the same offer there.
        return redirect("registrations:register", pk=event_or_404(request, pk).pk)
    if registration.state == Registration.State.CONFIRMED:
        return redirect("registrations:registered", pk=pk)
    event, now = registration.event, timezone.now()
    sentence = ""
    if request.method == "POST":
        try:
            services.take_offered_seat(registration=registration, now=now)
        except services.AlreadyRegistered:
            return redirect("registrations:registered", pk=pk)
        except services.NotAvailable as gone:
            raise Http404 from gone
        except services.RegistrationRefused as refusal:
            sentence = refusal.sentence
        else:
            return redirect("registrations:registered", pk=pk)
    context = {"event": event, "status": status_of(event, request.user, now=now), "sentence": sentence}
    return render(request, "registrations/take_seat.html", context, status=409 if sentence else 200)


@login_required
@require_http_methods(["GET", "POST"])
def watch(request, pk: int):
    """GET proposes the themes of an event, POST asks to be told of the next session on them."""
    event = _mine_or_visible(request, pk)
    themes = Theme.objects.filter(pk__in=[theme.pk for theme in event.themes.all()])
    if not themes:
        raise Http404
    form = WatchForm(request.POST if request.method == "POST" else None, themes=themes)
    if form.is_valid():
        chosen = form.cleaned_data["themes"]
        services.watch_themes(user=request.user, themes=chosen, now=timezone.now())
        messages.success(
            request, "C’est noté\u00a0: nous vous écrirons, une fois, quand le prochain s’ouvrira."
        )
        return redirect(f"{reverse('members:espace')}#themes-attendus")
    context = {"event": event, "form": form}
    return render(request, "registrations/watch.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def unwatch(request, pk: int):
    """Wait for a theme no more; doing it again changes nothing and says so."""
    theme = get_object_or_404(Theme, pk=pk)
    if services.unwatch(user=request.user, theme=theme, now=timezone.now()):
        messages.success(
            request, f"C’est noté\u00a0: rien ne vous sera écrit sur «\u00a0{theme.label}\u00a0»."
        )
    else:
        messages.info(request, "Vous n’attendiez rien sur ce thème\u00a0: rien n’a changé.")
    return redirect(f"{reverse('members:espace')}#mes-rendez-vous")


def _mine_or_visible(request, pk: int) -> EventPage:
    """An event that she may read, or that she registered for: who was told of it may ask about the next one."""
    mine = Registration.objects.filter(event_id=pk, user=request.user).select_related("event").first()
    return mine.event if mine else event_or_404(request, pk)
