from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.base.models import BasePage

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
            messages.success(request, "Merci : vos collègues savent maintenant que cette pratique voyage.")
    except NotAllowed:
        raise Http404 from None
    return redirect(page.url)
