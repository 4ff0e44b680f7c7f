"""Calendar files: one event, the agenda (whole, by theme, by centre), and what one person has a seat at."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from portal.base.models import PortalSettings
from portal.centres.models import CentrePage
from portal.registrations import ics, services
from portal.registrations.models import CalendarFeed, EventPage, Registration
from portal.themes.models import Theme

#: How long a personal calendar shows a cancelled session, so that every device has read it.
CANCELLED_SHOWN = dt.timedelta(days=30)
#: More names than any page of ours puts in an address.
MAX_ASKED = 20


@require_safe
def event_ics(request, pk: int):
    """The calendar file of one event, for who may read its page; a plain 404 for anyone else."""
    event = EventPage.objects.visible_to(request.user).select_related("state").filter(pk=pk).first()
    if event is None:
        raise Http404
    return _calendar([event], f"rendez-vous-{event.pk}.ics", name="")


@require_safe
def agenda_ics(request):
    """Every coming public event, or those of some themes (``theme``) and centres (``centre``), by slug.

    The address carries no account, hence no reserved event. Both parameters repeat: any of the themes, at any
    of the centres. A slug that does not exist answers 404: a calendar must not follow the whole agenda because
    of a misspelt theme.
    """
    events = EventPage.objects.visible_to(None).select_related("state")
    names = []
    if slugs := request.GET.getlist("theme"):
        themes = _all_named(Theme.objects, slugs)
        # In two steps: a join would bring an event once for each of its themes.
        filed = EventPage.objects.filter(themes__in=themes)
        events = events.filter(pk__in=filed.values("pk"))
        names += [theme.label for theme in themes]
    if slugs := request.GET.getlist("centre"):
        centres = _all_named(CentrePage.objects.visible_to(None), slugs)
        below = Q()
        for centre in centres:
            below |= Q(path__startswith=centre.path)
        events = events.filter(below)
        names += [centre.title for centre in centres]
    portal = PortalSettings.for_request(request).name
    return _calendar(
        events.upcoming(), "agenda.ics", name=f"{portal}, {', '.join(names) if names else 'agenda'}"
    )


@require_safe
def personal_ics(request, token: str):
    """The seats of one person, at an address that she alone knows; 404 once she took it back.

    Confirmed seats of what she may still read, past ones included; a cancelled session for thirty days. No
    link to join: calendars are shared.
    """
    feed = CalendarFeed.objects.filter(token=token, user__is_active=True).select_related("user").first()
    if feed is None:
        raise Http404
    now = timezone.now()
    seats = Registration.objects.confirmed().filter(user=feed.user)
    recent = Q(state__cancelled_at=None) | Q(state__cancelled_at__gte=now - CANCELLED_SHOWN)
    events = (
        EventPage.objects.visible_to(feed.user)
        .filter(recent, pk__in=seats.values("event_id"))
        .select_related("state")
        .order_by("start", "pk")
    )
    response = _calendar(
        events, "mon-agenda.ics", name=f"{PortalSettings.for_request(request).name}, mon agenda"
    )
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_POST
def change_feed(request):
    """Make, replace or take back the address of one's own calendar, from « Mon espace »."""
    now, user = timezone.now(), request.user
    action = request.POST.get("action")
    if action == "creer":
        services.open_feed(user=user, now=now)
        messages.success(request, "Votre adresse d’agenda est prête.")
    elif action == "remplacer":
        services.replace_feed(user=user, now=now)
        messages.success(request, "Votre adresse d’agenda a changé\u00a0: l’ancienne ne répond plus.")
    elif action == "retirer":
        services.close_feed(user=user)
        messages.success(request, "Votre adresse d’agenda est retirée\u00a0: elle ne répond plus.")
    else:
        messages.error(request, "Rien n’a changé\u00a0: cette demande n’est pas connue.")
    return redirect("/mon-espace/#mon-agenda")


def _all_named(queryset, slugs: list[str]) -> list:
    """The rows named by ``slugs``, in order of name; 404 unless every one exists."""
    asked = set(slugs)
    if len(asked) > MAX_ASKED or any("\x00" in slug for slug in asked):
        raise Http404
    found = list(queryset.filter(slug__in=asked).order_by("slug"))
    if {row.slug for row in found} != asked:
        raise Http404
    return found


def _calendar(events, filename: str, *, name: str) -> HttpResponse:
    content = ics.calendar(events, name=name, now=timezone.now())
    return HttpResponse(
        content,
        content_type=ics.CONTENT_TYPE,
        headers={"Content-Disposition": content_disposition_header(True, filename)},
    )
