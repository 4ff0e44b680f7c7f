"""What the page of an event shows beside its own fields."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from django import template
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from portal.base.models import BasePage
from portal.base.templatetags.portal_tags import local_hours
from portal.registrations.access import Access, access_to
from portal.registrations.models import EventPage
from portal.themes.models import Theme

register = template.Library()


@dataclass(frozen=True)
class Linked:
    """What an event is tied to, as far as the reader may open it: fiches, other pages, dates of its cycle."""

    fiches: list
    others: list
    dates: list
    themes: list

    def __bool__(self):
        return bool(self.fiches or self.others or self.dates or self.themes)


@register.simple_tag(takes_context=True)
def linked_pages(context, event) -> Linked:
    """What ``event`` is tied to, among what the reader may open. A constant number of queries."""
    user = context["request"].user
    ids = [link.page_id for link in event.related_links.all()]
    pages = (
        list(BasePage.objects.filter(pk__in=ids).visible_to(user).order_by("title").specific()) if ids else []
    )
    dates = []
    if event.cycle_id:
        dates = list(
            EventPage.objects.filter(cycle_id=event.cycle_id)
            .exclude(pk=event.pk)
            .visible_to(user)
            .prefetch_related("state")
            .order_by("start", "pk")
        )
    themes = [theme.pk for theme in event.themes.all()]
    return Linked(
        fiches=[page for page in pages if getattr(page, "kind", "") == "fiche"],
        others=[page for page in pages if getattr(page, "kind", "") != "fiche"],
        dates=dates,
        themes=list(Theme.objects.filter(pk__in=themes).select_related("page")) if themes else [],
    )


@register.simple_tag(takes_context=True)
def other_clocks(context, event) -> list[str]:
    """« 5 h 30 à Cayenne »: the hour where the event is held and where the reader works, if not Paris time."""
    zones = [event.time_zone]
    # Nobody may be signed in, or the profile may say no region.
    with contextlib.suppress(AttributeError, ObjectDoesNotExist):
        zones.append(context["request"].user.profile.region.time_zone)
    hours = (local_hours(event.start, zone) for zone in zones)
    return list(dict.fromkeys(hour for hour in hours if hour))


@register.simple_tag
def meeting_access(event, registration=None) -> Access:
    """The meeting link and phone, when it is time and for whom they are (see ``portal.registrations.access``)."""
    return access_to(event, registration, now=timezone.now())
