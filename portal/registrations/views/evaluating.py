"""The three questions after a session: GET shows, POST adds an answer that is nobody's."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.registrations import services
from portal.registrations.evaluation_forms import EvaluationForm
from portal.registrations.models import EventPage

from .events import event_or_404


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def evaluate(request, pk: int):
    """Who attended answers once; asked again, the page says that it is done."""
    event = _attended_or_404(request, pk)
    now = timezone.now()
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    try:
        services.check_may_evaluate(event, request.user, now=now)
        if form.is_valid():
            answer = {name: form.cleaned_data[name] for name in ("useful", "will_try", "to_change")}
            services.evaluate(event=event, user=request.user, now=now, **answer)
            messages.success(request, "Merci\u00a0! Votre réponse est notée, sans votre nom.")
            return redirect("members:espace")
    except services.AnsweredAlready:
        # A double click, or the link of the message opened again.
        messages.info(request, "Vous avez déjà répondu pour ce rendez-vous\u00a0: merci\u00a0!")
        return redirect("members:espace")
    except services.RegistrationRefused as refusal:
        context = {"event": event, "sentence": refusal.sentence}
        return render(request, "registrations/evaluation_refused.html", context, status=409)
    context = {"event": event, "form": form, "shown_from": services.SHOWN_FROM}
    return render(request, "registrations/evaluation.html", context, status=422 if form.errors else 200)


def _attended_or_404(request, pk: int) -> EventPage:
    """The event: whoever had a seat answers, even where she may not read its page any more."""
    mine = EventPage.objects.filter(registrations__user=request.user, registrations__state="confirmee")
    if mine.filter(pk=pk).exists():
        return get_object_or_404(EventPage.objects.select_related("state"), pk=pk)
    return event_or_404(request, pk)
