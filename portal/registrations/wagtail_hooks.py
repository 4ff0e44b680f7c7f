"""« Inscriptions » in the admin, and what may not be done to an event that people registered for."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin import widgets
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter
from wagtail.models import Page

from portal.base.permissions import reason_not_to_delete

from .backoffice.difficulties import DifficultiesViewSet
from .backoffice.exports import ExportsViewSet
from .backoffice.listing import RegistrationsViewSet, permissions_to_offer
from .cautions import cautions_about
from .models import EventPage
from .permissions import may_follow, may_see_figures

#: What services write in the history of an event's page.
LOG_ACTIONS = {
    "cancel": "Rendez-vous annulé",
    "move": "Rendez-vous déplacé",
    "series": "Série créée",
    "second_date": "Seconde date ouverte",
}
#: The same, of somebody: whoever is named reads what people bring, so the history says who.
LOG_ACTIONS_OF_SOMEONE = {
    "facilitator_named": "Animation confiée",
    "facilitator_removed": "Animation retirée",
    "evidence": "Émargement gardé pour un financeur",
    "no_evidence": "Émargement rendu à la durée ordinaire",
    "handed_over": "Main passée",
}


@hooks.register("register_admin_viewset")
def register_registrations():
    return RegistrationsViewSet()


@hooks.register("register_admin_viewset")
def register_reports():
    return [DifficultiesViewSet(), ExportsViewSet()]


class AnnualPageMenuItem(MenuItem):
    """From the reports to the annual page, which is on the site: pilots read it too."""

    def is_shown(self, request):
        return may_see_figures(request.user)


@hooks.register("register_reports_menu_item")
def annual_page_item():
    return AnnualPageMenuItem(
        "Bilan annuel", reverse("registrations:figures_last"), icon_name="calendar-check", order=700
    )


@hooks.register("register_permissions")
def register_permissions():
    return permissions_to_offer()


def _naming(said: str) -> type[LogFormatter]:
    """A log formatter that says of whom the entry speaks."""

    class Naming(LogFormatter):
        label = said

        def format_message(self, log_entry):
            return f"{said}\u00a0: {log_entry.data.get('person', '')}"

    return Naming


@hooks.register("register_log_actions")
def register_actions(actions):
    for name, label in LOG_ACTIONS.items():
        actions.register_action(f"registrations.{name}", label, label)
    for name, label in LOG_ACTIONS_OF_SOMEONE.items():
        actions.register_action(f"registrations.{name}")(_naming(label))


@hooks.register("register_page_header_buttons")
def header_button(page, user, view_name, next_url=None):
    """From the page of an event to its registrations."""
    if _takes_registrations(page, user):
        address = reverse("inscriptions:event", args=[page.pk])
        yield widgets.Button("Inscriptions", address, icon_name="calendar-check", priority=15)
    yield from _series_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_button(page, user, next_url=None):
    """From a line of the explorer to the registrations of an event, and to a series of it."""
    if _takes_registrations(page, user):
        address = reverse("inscriptions:event", args=[page.pk])
        yield widgets.Button("Inscriptions", address, icon_name="calendar-check", priority=15)
    yield from _series_button(page, user)


def _is_event(page) -> bool:
    page_class = page.specific_class
    return bool(page_class and issubclass(page_class, EventPage))


def _takes_registrations(page, user) -> bool:
    return _is_event(page) and may_follow(user, page)


def _series_button(page, user):
    if _is_event(page) and page.permissions_for_user(user).can_edit():
        address = reverse("inscriptions:series", args=[page.pk])
        yield widgets.Button("Créer une série", address, icon_name="date", priority=16)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def warn_organiser(request, page):
    """Say what the organiser may want to look at again; not as she types, each draft saved by itself repeating it."""
    if isinstance(page, EventPage) and request.accepts("text/html"):
        for caution in cautions_about(page, now=timezone.now()):
            (messages.info if caution.is_mild else messages.warning)(request, caution.sentence)


@hooks.register("after_copy_page")
def warn_who_copies(request, page, new_page):
    warn_organiser(request, new_page.specific)


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
