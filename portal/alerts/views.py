"""Alerts, from the search page, from one's own space, from a mail. A GET shows what a POST would do."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from portal.notifications.categories import wants
from search.forms import SearchParameters
from search.labels import facet_labels, in_words

from . import services
from .forms import AlertForm, suggested_name
from .links import BadLink, Purpose, read_token
from .messages import ALERTS
from .models import SavedSearch

#: What the buttons of one's own space do, and what is said once it is done.
ACTS = {
    "pause": (
        services.pause,
        "L’alerte est en pause\u00a0: plus rien n’est envoyé.",
    ),
    "reprendre": (services.resume, "L’alerte reprend\u00a0: ce qui a paru entre-temps vous sera signalé."),
    "terminer": (services.end, "L’alerte est terminée."),
    "renvoyer": (services.ask_again, "Le courriel de confirmation repart."),
}
#: What a link of a mail does, and what would refuse it: nothing refuses an end.
LINK_ACTS = {
    Purpose.CONFIRM: (services.check_may_confirm, services.confirm),
    Purpose.PAUSE: (services.check_may_pause, services.pause),
    Purpose.END: (None, services.end),
}
BAD_LINK = (
    "Ce lien n’est pas le bon, il a été coupé en route, ou son alerte n’existe plus\u00a0: "
    "reprenez-le dans le courriel, ou passez par votre espace."
)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """GET shows the search in words and asks how often; POST keeps it and mails a link to confirm it.

    The search is in the address, as on the search page: signing in on the way loses nothing.
    """
    labels = facet_labels(request.user)
    try:
        parameters = services.cleaned(SearchParameters.parse(request.GET, labels))
    except services.NothingToWatch as refusal:
        return _refused(request, refusal, status=400)
    words = in_words(parameters, labels)
    form = AlertForm(
        request.POST if request.method == "POST" else None, initial={"name": suggested_name(words)}
    )
    existing = services.same_alert(user=request.user, parameters=parameters)
    if existing is None and form.is_valid():
        try:
            services.create_alert(
                user=request.user, parameters=parameters, now=timezone.now(), **form.cleaned_data
            )
        except services.AlreadySaved:
            existing = services.same_alert(user=request.user, parameters=parameters)
        except services.AlertRefused as refusal:
            return _refused(request, refusal, status=409)
        else:
            messages.success(
                request,
                f"Encore un geste\u00a0: un courriel part à {request.user.email}, "
                "et le lien qu’il contient met l’alerte en route.",
            )
            return _to_my_alerts()
    context = {
        "form": form,
        "words": words,
        "existing": existing,
        "results": f"{reverse('search')}?{parameters.query_string()}",
        "refuses_mail": not wants(request.user, ALERTS),
    }
    status = 409 if existing and request.method == "POST" else 422 if form.errors else 200
    return render(request, "alerts/new.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk: int):
    """Another name, another frequency."""
    alert = get_object_or_404(SavedSearch.objects.live(), pk=pk, user=request.user)
    form = AlertForm(
        request.POST if request.method == "POST" else None,
        initial={"name": alert.name, "frequency": alert.frequency},
    )
    if form.is_valid():
        try:
            services.change_alert(alert=alert, now=timezone.now(), **form.cleaned_data)
        except services.AlertRefused as refusal:
            messages.info(request, refusal.sentence)
        else:
            messages.success(request, "C’est noté.")
        return _to_my_alerts()
    words = in_words(alert.parameters, facet_labels(request.user))
    context = {"form": form, "alert": alert, "words": words}
    return render(request, "alerts/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def change(request, pk: int, act: str):
    """One of ``ACTS`` on an alert of one's own; doing it again changes nothing."""
    if act not in ACTS:
        raise Http404
    alert = get_object_or_404(SavedSearch, pk=pk, user=request.user)
    service, done = ACTS[act]
    try:
        service(alert=alert, now=timezone.now())
    except services.AlertRefused as refusal:
        messages.info(request, refusal.sentence)
    else:
        messages.success(request, done)
    return _to_my_alerts()


# The token is the proof, and a mail program that unsubscribes with one POST (RFC 8058) holds nothing else.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request, token: str):
    """The links of a mail, signed in or not: GET says what the button does, POST does it.

    POST answers with a page, not with a redirection, which RFC 8058 advises against.
    """
    try:
        purpose, alerts = read_token(token)
    except BadLink:
        return render(request, "alerts/link_refused.html", {"sentence": BAD_LINK}, status=404)
    check, service = LINK_ACTS[purpose]
    now, kept, refusal = timezone.now(), [], None
    for alert in alerts:
        try:
            if request.method == "POST":
                alert = service(alert=alert, now=now)
            elif check:
                check(alert, now=now)
        except services.AlertRefused as error:
            # Of several alerts, those that remain are shown, and done.
            refusal = error
        else:
            kept.append(alert)
    if not kept:
        return render(request, "alerts/link_refused.html", {"sentence": refusal.sentence}, status=410)
    context = {
        "alerts": kept,
        "alert": kept[0],
        "purpose": purpose.value,
        "is_done": all(_is_done(purpose, alert) for alert in kept),
    }
    return render(request, "alerts/by_link.html", context)


def _is_done(purpose: Purpose, alert: SavedSearch) -> bool:
    if purpose == Purpose.CONFIRM:
        return alert.confirmed_at is not None
    wanted = SavedSearch.State.PAUSED if purpose == Purpose.PAUSE else SavedSearch.State.ENDED
    return alert.state == wanted


def _refused(request, refusal: services.AlertRefused, *, status: int):
    return render(request, "alerts/refused.html", {"sentence": refusal.sentence}, status=status)


def _to_my_alerts():
    return redirect(f"{reverse('members:espace')}#mes-alertes")
