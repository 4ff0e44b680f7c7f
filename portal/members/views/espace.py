"""« Mon espace »: what is next, one's profile, and where one's request stands."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal.members import approval
from portal.members.approval import ApprovalError
from portal.members.espace import render_panels
from portal.members.forms import AccessRequestForm, ProfileForm
from portal.members.models import AccessRequest
from portal.members.profiles import profile_of, save_profile

from .access import private

#: What a profile needs to be useful to colleagues, in the words of the page.
WANTED = (
    ("fonction", "votre fonction"),
    ("structure", "votre structure"),
    ("region", "votre région"),
    ("themes", "les thèmes que vous suivez"),
    ("presentation", "quelques mots sur vous"),
)


@require_safe
@private
def espace(request):
    profile = profile_of(request.user)
    return render(
        request,
        "members/espace.html",
        {
            "profile": profile,
            "missing": missing_from(profile),
            "panels": render_panels(request),
            "to_decide": approval.requests_for(request.user).count(),
            **request_state(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private
def profile(request):
    state = request_state(request.user)
    asking = not request.user.is_approved and not state["is_waiting"]
    form_class = AccessRequestForm if asking else ProfileForm
    form = form_class(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        save_profile(user=request.user, by=request.user, values=form.values())
        if not asking:
            messages.success(request, "Votre profil est à jour.")
            return redirect("members:espace")
        try:
            approval.submit_request(
                user=request.user, message=form.cleaned_data["message"], now=timezone.now()
            )
        except ApprovalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Votre demande est partie.")
        return redirect("members:espace")
    return render(request, "members/profile.html", {"form": form, "asking": asking, **state})


def request_state(user) -> dict:
    """Where the access of ``user`` stands: her last request, who has it, and whether it is waiting."""
    last = None
    if not user.is_approved:
        last = user.access_requests.select_related("region").order_by("created_at").last()
    waiting = last is not None and last.state in AccessRequest.OPEN
    with_region = waiting and last.state == AccessRequest.State.REGION
    return {
        "access_request": last,
        "is_waiting": waiting,
        "is_with_region": with_region,
        "is_refused": last is not None and last.state == AccessRequest.State.REFUSED,
        "animators_count": approval.animators_of(last.region).count() if with_region else 0,
    }


def missing_from(profile) -> list[str]:
    """Say what a profile still lacks, in words that follow « il manque »."""
    missing = [] if profile.user.get_full_name() else ["votre nom"]
    for name, label in WANTED:
        filled = profile.pk and profile.themes.exists() if name == "themes" else getattr(profile, name)
        if not filled:
            asked_of_avise = name == "fonction" and profile.user.is_approved
            missing.append(f"{label} (l’Avise la donne)" if asked_of_avise else label)
    return missing
