"""« Signaler ce manque », what is to be written, and what one waits for. GET shows, POST does."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.base.listing import paginate
from portal.members.views.access import for_members, private

from . import board, services
from .forms import GapForm
from .links import WrongLink, user_of
from .models import REPORT_LENGTH, GapReport, Need, Watch

#: How often the form is listened to, by address (a whole office may share one); see also ``services.report_gap``.
RATES = {"report": "20/h/ip"}
PER_PAGE = 40
THANKS = (
    "Merci\u00a0: c’est transmis à l’Avise, qui relit et reformule avant de proposer la fiche aux centres."
)
SEARCHED_LENGTH = GapReport._meta.get_field("searched").max_length


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_gap(request):
    """``/recherche/manque/?q=``: GET shows the form, filled in with what was searched; POST writes."""
    user = request.user
    if request.method != "POST":
        form = GapForm(user=user, initial=_initial(request))
        return render(request, "commissioning/report_gap.html", {"form": form})
    form = GapForm(request.POST, user=user)
    if form.is_from_a_program:
        # It is told what a person is told.
        return _thanks(request)
    if form.is_valid():
        values = {name: form.cleaned_data.get(name) for name in ("text", "searched", "theme")}
        try:
            if ratelimit.consume(request, app="portal.commissioning", action="report", config=RATES) is None:
                raise services.TooManyReports
            services.report_gap(
                **values,
                wants_to_be_told=bool(form.cleaned_data.get("wants_to_be_told")),
                user=user if user.is_authenticated else None,
                now=timezone.now(),
            )
        except services.TooManyReports as refusal:
            form.add_error(None, refusal.sentence)
            return render(request, "commissioning/report_gap.html", {"form": form}, status=429)
        return _thanks(request)
    return render(request, "commissioning/report_gap.html", {"form": form}, status=422)


def _initial(request) -> dict:
    searched = " ".join(request.GET.get("q", "").replace("\x00", "").split())
    return {
        "text": searched[:REPORT_LENGTH],
        "searched": searched[:SEARCHED_LENGTH],
        "theme": request.GET.get("theme", "").replace("\x00", ""),
    }


def _thanks(request):
    messages.success(request, THANKS)
    return redirect("search")


@require_safe
@for_members
def needs(request):
    """``/recherche/a-ecrire/``: what centres write and what is still to be taken, for members."""
    awaited = set(Watch.objects.filter(user=request.user).values_list("need", flat=True))
    return render(
        request,
        "commissioning/needs.html",
        {
            "needs": paginate(board.needs_to_write(), request, per_page=PER_PAGE),
            "answers": board.latest_answers(request.user),
            "awaited": awaited,
            "today": timezone.localdate(),
        },
    )


@require_POST
@for_members
def watch(request, pk: int):
    """« Cela m’aiderait aussi »; again changes nothing."""
    need = get_object_or_404(Need, pk=pk)
    try:
        services.watch(user=request.user, need=need, now=timezone.now())
    except services.NothingToAwait as refusal:
        messages.info(request, refusal.sentence)
    else:
        messages.success(
            request, "C’est noté\u00a0: nous vous écrirons, une fois, quand la fiche sera publiée."
        )
    return redirect(f"{reverse('needs')}#besoin-{need.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@private
def unwatch(request, pk: int):
    """Wait for a fiche no more: GET asks, POST does, and again changes nothing."""
    need = get_object_or_404(Need, pk=pk)
    if request.method != "POST":
        if not Watch.objects.filter(user=request.user, need=need).exists():
            raise Http404
        return render(request, "commissioning/unwatch.html", {"need": need})
    if services.unwatch(user=request.user, need=need):
        messages.success(request, f"C’est noté\u00a0: vous n’attendez plus «\u00a0{need.question}\u00a0».")
    else:
        messages.info(request, "Vous n’attendiez pas cette fiche\u00a0: rien n’a changé.")
    return redirect(f"{reverse('members:espace')}#fiches-attendues")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop_waiting(request, token: str):
    """The link of the message: GET says what the button does, POST ends all that its person waits for."""
    try:
        user = user_of(token)
    except WrongLink:
        return render(request, "commissioning/bad_link.html", status=400)
    done = request.method == "POST"
    if done:
        services.unwatch_all(user=user)
    context = {"number": services.awaited_by(user), "done": done}
    return render(request, "commissioning/stop_waiting.html", context)
