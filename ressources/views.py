from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.base.models import BasePage
from portal.registrations.models import Takeaway

from . import drafts
from .services import NotAllowed, record_use, withdraw_use


@login_required
@require_POST
def use(request, pk: int):
    """Say that one used a fiche or a tool, or take it back (``retirer``); back to the page."""
    page = get_object_or_404(BasePage.objects.visible_to(request.user), pk=pk)
    try:
        if "retirer" in request.POST:
            withdraw_use(page=page, user=request.user)
            messages.success(request, "C’est retiré.")
        else:
            record_use(page=page, user=request.user, now=timezone.now())
            messages.success(request, "Merci : vos collègues savent maintenant que cette pratique voyage.")
    except NotAllowed:
        raise Http404 from None
    return redirect(page.url)


@login_required
@require_POST
def open_draft(request, takeaway_pk: int):
    """Open the draft fiche of what a session left; on to the draft, or back where one may not edit it."""
    takeaway = get_object_or_404(Takeaway.objects.select_related("event"), pk=takeaway_pk)
    try:
        fiche = drafts.open_draft(takeaway=takeaway, by=request.user, now=timezone.now())
    except drafts.MayNotOpen:
        # She is told no more than that.
        raise Http404 from None
    except drafts.DraftRefused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("registrations:animation", pk=takeaway.event_id)
    if fiche.permissions_for_user(request.user).can_edit():
        return redirect("wagtailadmin_pages:edit", fiche.pk)
    messages.success(
        request,
        f"Le brouillon est chez {fiche.centre.title}\u00a0: son équipe est prévenue, et le complètera.",
    )
    return redirect("registrations:animation", pk=takeaway.event_id)
