"""Finding the event that an address speaks of."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from portal.base.audience import Audience
from portal.registrations.models import EventPage


def event_or_404(request, pk: int) -> EventPage:
    """Return the live event in its own type.

    404 where there is none to read. The one exception is an account that awaits approval: what is kept for
    the network answers 403, and the page says why and what comes next.
    """
    try:
        event = EventPage.objects.live().select_related("state", "cycle").get(pk=pk)
    except EventPage.DoesNotExist as gone:
        raise Http404 from gone
    if not event.is_visible_to(request.user):
        if event.audience == Audience.RESEAU and request.user.is_authenticated:
            raise PermissionDenied("reserved")
        raise Http404
    return event


@require_safe
def show(request, pk: int):
    """The address of an event that tells nothing of it, for shared calendars: leads to its page.

    Who is not signed in learns nothing either: what she cannot read, or does not exist, asks her to sign in.
    """
    if not request.user.is_authenticated:
        event = EventPage.objects.visible_to(request.user).filter(pk=pk).first()
        return redirect(event.url) if event else redirect_to_login(request.path)
    return redirect(event_or_404(request, pk).url)
