"""What a session leaves: written from a phone, agreed to, and told of a month later. GET shows, POST does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.registrations import services
from portal.registrations.models import EventPage, Takeaway
from portal.registrations.permissions import may_rewrite
from portal.registrations.rules import rule_of
from portal.registrations.takeaway_forms import FollowUpForm, TakeawayForm

from .animation import run_by_or_404


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def add(request, pk: int):
    """« Ce qu’on en retient », for who runs the session."""
    return _write(request, run_by_or_404(request, pk))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edit(request, pk: int, takeaway_pk: int):
    """The same, taken up again."""
    event = run_by_or_404(request, pk)
    rows = event.takeaway_notes.select_related("registration__user", "fiche", "event")
    takeaway = get_object_or_404(rows, pk=takeaway_pk)
    if not may_rewrite(request.user, takeaway):
        raise Http404
    return _write(request, event, takeaway)


def _write(request, event: EventPage, takeaway: Takeaway | None = None):
    form = TakeawayForm(request.POST if request.method == "POST" else None, event=event, takeaway=takeaway)
    if form.is_valid():
        written = {
            "situation": form.cleaned_data["situation"],
            "leads": form.cleaned_data["leads"],
            "brought_by": form.cleaned_data.get("brought_by"),
            "by": request.user,
            "now": timezone.now(),
        }
        try:
            if takeaway:
                takeaway = services.rewrite_takeaway(takeaway=takeaway, **written)
            else:
                takeaway = services.write_takeaway(event=event, **written)
        except services.RegistrationRefused as refusal:
            # What was typed stays on the screen.
            form.add_error(None, refusal.sentence)
        else:
            asked = takeaway.agreement == Takeaway.Agreement.ASKED
            messages.success(
                request,
                "C’est noté. Un courriel demande son accord à la personne qui a apporté la situation."
                if asked
                else "C’est noté.",
            )
            return redirect("registrations:animation", pk=event.pk)
    context = {"event": event, "form": form, "takeaway": takeaway, "rule": rule_of(event)}
    return render(
        request, "registrations/animation/takeaway_form.html", context, status=422 if form.errors else 200
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def agreement(request, pk: int):
    """The exact text, for who brought the situation and nobody else; POST says yes or no."""
    takeaway = _hers(request, pk)
    if takeaway.agreement == Takeaway.Agreement.NOT_NEEDED:
        raise Http404
    if request.method == "POST":
        answer = request.POST.get("answer")
        if answer not in ("oui", "non"):
            messages.error(request, "Votre réponse n’est pas arrivée\u00a0: rien n’a changé.")
            return redirect("registrations:agreement", pk=takeaway.pk)
        try:
            services.answer_agreement(
                takeaway=takeaway,
                user=request.user,
                agrees=answer == "oui",
                seen=request.POST.get("seen", ""),
                now=timezone.now(),
            )
        except services.RegistrationRefused as refusal:
            messages.warning(request, refusal.sentence)
        else:
            messages.success(
                request,
                "Merci\u00a0! Votre accord est noté."
                if answer == "oui"
                else "C’est noté\u00a0: le texte est effacé, seules les pistes restent.",
            )
        return redirect("registrations:agreement", pk=takeaway.pk)
    return render(request, "registrations/agreement.html", {"takeaway": takeaway, "event": takeaway.event})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def followup(request, pk: int):
    """A month later: what she tried. Asked once, answered once."""
    takeaway = _hers(request, pk)
    if not services.may_tell_what_followed(takeaway, request.user):
        raise Http404
    form = FollowUpForm(request.POST if request.method == "POST" else None)
    if takeaway.followup_at:
        if request.method == "POST":
            messages.info(request, services.AnsweredAlready.sentence)
            return redirect("registrations:followup", pk=takeaway.pk)
    elif form.is_valid():
        try:
            services.answer_followup(
                takeaway=takeaway, user=request.user, text=form.cleaned_data["text"], now=timezone.now()
            )
        except services.RegistrationRefused as refusal:
            messages.warning(request, refusal.sentence)
        else:
            messages.success(request, "Merci\u00a0! C’est noté.")
        return redirect("registrations:followup", pk=takeaway.pk)
    context = {"takeaway": takeaway, "event": takeaway.event, "form": form}
    return render(request, "registrations/followup.html", context, status=422 if form.errors else 200)


def _hers(request, pk: int) -> Takeaway:
    """The takeaway of a situation that the reader brought; 404 for anyone else, facilitators included."""
    rows = Takeaway.objects.select_related("event", "registration", "fiche")
    return get_object_or_404(rows, pk=pk, registration__user=request.user)
