"""Ill at eight in the morning: hand over, or cancel, from a phone. GET shows, a first POST asks, the next does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.registrations import services
from portal.registrations.animation_forms import CancelForm, HandOverForm
from portal.registrations.permissions import may_facilitate

from .animation import run_by_or_404


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def hand_over(request, pk: int):
    """Choose who takes over, read once more, confirm."""
    event = run_by_or_404(request, pk)
    if not may_facilitate(request.user, event):
        messages.info(request, services.DoesNotFacilitate.sentence)
        return redirect("registrations:animation", pk=event.pk)
    form = HandOverForm(request.POST if request.method == "POST" else None, event=event, by=request.user)
    context = {"event": event, "form": form, "to": None}
    if form.is_valid():
        if request.POST.get("confirmed") == "oui":
            try:
                services.hand_over(event=event, to=form.to, by=request.user, now=timezone.now())
            except services.RegistrationRefused as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(
                    request, f"C’est fait\u00a0: {form.to} a la main, et tout ce qu’il lui faut."
                )
                return redirect("members:espace")
        else:
            context["to"] = form.to
    return render(
        request, "registrations/animation/hand_over.html", context, status=422 if form.errors else 200
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def cancel(request, pk: int):
    """Cancel the session: GET says who will be told, POST does."""
    event = run_by_or_404(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.cancel_event(
                event=event, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except services.RegistrationRefused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "Le rendez-vous est annulé\u00a0; chaque personne est prévenue.")
        return redirect("registrations:animation", pk=event.pk)
    concerned = event.registrations.active().count()
    context = {"event": event, "form": form, "concerned": concerned, "is_past": event.is_past()}
    return render(request, "registrations/animation/cancel.html", context, status=422 if form.errors else 200)
