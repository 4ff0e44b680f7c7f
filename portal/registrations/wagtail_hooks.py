"""« Inscriptions » in the admin, and what may not be done to an event that people registered for."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import widgets
from wagtail.models import Page

from portal.base.permissions import reason_not_to_delete

from .backoffice.listing import RegistrationsViewSet, permissions_to_offer
from .models import EventPage
from .permissions import may_follow


@hooks.register("register_admin_viewset")
def register_registrations():
    return RegistrationsViewSet()


@hooks.register("register_permissions")
def register_permissions():
    return permissions_to_offer()


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("registrations.cancel", "Rendez-vous annulé", "Rendez-vous annulé")


@hooks.register("register_page_header_buttons")
def header_button(page, user, view_name, next_url=None):
    """From the page of an event to its registrations."""
    if _takes_registrations(page, user):
        address = reverse("inscriptions:event", args=[page.pk])
        yield widgets.Button("Inscriptions", address, icon_name="calendar-check", priority=15)


@hooks.register("register_page_listing_more_buttons")
def listing_button(page, user, next_url=None):
    """From a line of the explorer to the registrations of an event."""
    if _takes_registrations(page, user):
        address = reverse("inscriptions:event", args=[page.pk])
        yield widgets.Button("Inscriptions", address, icon_name="calendar-check", priority=15)


def _takes_registrations(page, user) -> bool:
    event_class = page.specific_class
    return bool(event_class and issubclass(event_class, EventPage)) and may_follow(user, page)


@hooks.register("before_bulk_action")
def refuse_bulk_deletion(request, action_type, objects, action):
    """Say why some of the chosen pages stay; none is deleted then, so that nobody has to guess which."""
    if action_type != "delete" or not issubclass(action.model, Page):
        return None
    allowed, refused = action.get_actionable_objects()
    pages = [*allowed, *refused["items_with_no_access"]]
    reasons = [reason for page in pages if (reason := reason_not_to_delete(page))]
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return redirect(action.next_url)


@hooks.register("before_copy_page")
def refuse_alias(request, page):
    """An alias of an event would take registrations of its own beside the event's."""
    if request.method != "POST" or not request.POST.get("alias"):
        return None
    copied = EventPage.objects.filter(path__startswith=page.path)
    if not request.POST.get("copy_subpages"):
        copied = copied.filter(pk=page.pk)
    if not copied.exists():
        return None
    messages.error(
        request,
        "Un rendez-vous ne se copie pas en alias\u00a0: copiez-le, ses inscriptions repartent de zéro.",
    )
    return redirect("wagtailadmin_pages:copy", page.pk)
