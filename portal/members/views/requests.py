"""The requests that one may answer: an animator those of her region, Avise all of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal.members import approval
from portal.members.approval import ApprovalError
from portal.members.forms import RefusalForm
from portal.members.groups import APPROVE_MEMBERS
from portal.members.models import AccessRequest, Fonction
from portal.members.profiles import profile_of

from .access import private


@require_safe
@private
def request_list(request):
    requests = approval.requests_for(request.user)
    if not requests and not _decides(request.user):
        raise PermissionDenied("not a decider")
    return render(
        request,
        "members/requests.html",
        {"requests": requests, "is_avise": request.user.has_perm(APPROVE_MEMBERS)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private
def request_detail(request, pk):
    access_request = get_object_or_404(
        AccessRequest.objects.select_related("user", "region", "decided_by"), pk=pk
    )
    if not approval.may_decide(user=request.user, access_request=access_request):
        return _too_late_or_refused(request, access_request)
    form = RefusalForm()
    if request.method == "POST":
        action = request.POST.get("action")
        now = timezone.now()
        form = RefusalForm(request.POST if action == "refuse" else None)
        try:
            if action == "approve":
                approval.approve_member(user=access_request.user, by=request.user, now=now)
                messages.success(request, f"{access_request.user} a maintenant accès au réseau, et le sait.")
                return redirect("members:requests")
            if action == "refuse" and form.is_valid():
                approval.refuse_request(
                    access_request=access_request,
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                    now=now,
                )
                messages.success(request, "La demande est refusée ; la personne a reçu votre phrase.")
                return redirect("members:requests")
            if action == "pass":
                approval.pass_to_avise(access_request=access_request, by=request.user, now=now)
                messages.success(request, "La demande est chez l’Avise.")
                return redirect("members:requests")
        except ApprovalError as error:
            messages.error(request, str(error))
            return redirect("members:requests")
    return render(
        request,
        "members/request.html",
        {
            "access_request": access_request,
            "person": access_request.user,
            "profile": profile_of(access_request.user),
            "form": form,
            "is_with_region": access_request.state == AccessRequest.State.REGION,
            "is_avise": request.user.has_perm(APPROVE_MEMBERS),
        },
    )


def _decides(user) -> bool:
    return user.has_perm(APPROVE_MEMBERS) or (
        user.is_approved and profile_of(user).fonction == Fonction.REGIONAL
    )


def _too_late_or_refused(request, access_request):
    """Tell a decider that the request is out of her hands; anyone else learns nothing."""
    if not _decides(request.user) or access_request.user_id == request.user.pk:
        raise PermissionDenied("not a decider")
    if (
        request.user.has_perm(APPROVE_MEMBERS)
        or access_request.region_id == profile_of(request.user).region_id
    ):
        messages.info(request, "Cette demande a déjà reçu une réponse, ou elle est passée à l’Avise.")
        return redirect("members:requests")
    raise PermissionDenied("another region")
