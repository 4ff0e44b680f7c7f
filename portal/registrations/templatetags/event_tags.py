"""What the page of an event shows beside its own fields."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from portal.base.models import BasePage
from portal.registrations import clocks, rules
from portal.registrations.access import Access, access_to
from portal.registrations.models import EventPage
from portal.registrations.participants import may_see_participants
from portal.registrations.permissions import may_facilitate
from portal.registrations.status import EventStatus, Status, status_of
from portal.registrations.takeaways import fiches_of
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


@dataclass(frozen=True)
class Ticket:
    """What the ticket of an event's page says to this reader; the component takes each part by its name."""

    status: EventStatus
    clocks: list[str]
    access: Access
    sees_participants: bool
    facilitates: bool


@register.simple_tag(takes_context=True)
def ticket_of(context, event) -> Ticket:
    """``{% ticket_of page as ticket %}``: where the reader stands with ``event``, and what that opens to her.

    The queries of ``status_of``, one for who facilitates and at most two for who comes.
    """
    request = context.get("request")
    user, now = (request.user if request else AnonymousUser()), timezone.now()
    status = status_of(event, user, now=now)
    has_seat = status.state == Status.CONFIRMED
    was_there = status.state == Status.PAST and status.registration is not None
    return Ticket(
        status=status,
        clocks=[] if status.state == Status.PAST else clocks.other_clocks(event, user),
        access=access_to(event, status.registration if has_seat else None, now=now),
        sees_participants=(has_seat or was_there)
        and may_see_participants(event, user, status.registration, now=now),
        facilitates=bool(event.pk and may_facilitate(user, event)),
    )


@register.simple_tag(takes_context=True)
def linked_pages(context, event) -> Linked:
    """What ``event`` is tied to, among what the reader may open. A constant number of queries.

    By its editor, or by what was kept of it; what hides where it comes from is not told here either.
    """
    user = context["request"].user
    ids = {link.page_id for link in event.related_links.all()}
    if event.pk and event.is_past():
        ids |= fiches_of(event)
    pages = (
        list(BasePage.objects.filter(pk__in=ids).visible_to(user).order_by("title").specific()) if ids else []
    )
    if event.is_past() and not rules.may_read_takeaways(event, user):
        pages = [page for page in pages if not getattr(page, "hides_its_origin", False)]
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
    """« 5 h 30 à Cayenne »: the hour where the event is held and where the reader works, if not Paris time.

    An included card has no context of its own (« only »): the request comes with the context itself.
    """
    request = getattr(context, "request", None)
    return clocks.other_clocks(event, request.user if request else None)


@register.simple_tag
def meeting_access(event, registration=None) -> Access:
    """The meeting link and phone, when it is time and for whom they are (see ``portal.registrations.access``)."""
    return access_to(event, registration, now=timezone.now())


@register.simple_tag(takes_context=True)
def may_read_takeaways(context, event) -> bool:
    """Tell whether the rule of ``event`` lets the reader see what is kept of it."""
    return rules.may_read_takeaways(event, context["request"].user)


@register.simple_tag(takes_context=True)
def sees_participants(context, event, registration) -> bool:
    """Tell whether the reader, whose active ``registration`` this is (or None), may see who comes."""
    return may_see_participants(event, context["request"].user, registration, now=timezone.now())
