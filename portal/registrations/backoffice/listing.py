"""Every registration that a person may follow: filtered, searched, taken away as a spreadsheet."""

from __future__ import annotations

import django_filters
from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.functional import cached_property
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button

from portal.centres.models import CentrePage
from portal.registrations.models import Registration
from portal.registrations.permissions import RegistrationPermissionPolicy, events_followed_by

from . import event as event_views
from .cells import attendance_of, in_paris, person_of, state_of
from .evidence import EvidenceView, SheetView
from .exports import SpreadsheetMixin
from .facilitators import FacilitatorsView, RemoveFacilitatorView, ToCloseView
from .rescheduling import RescheduleView
from .second_date import SecondDateView
from .series import SeriesView

policy = RegistrationPermissionPolicy(Registration)


def _events(request):
    return events_followed_by(request.user).order_by("-start")


def _centres(request):
    """The centres that organise something that the person may follow."""
    paths = events_followed_by(request.user).order_by().values_list("path", flat=True)
    steps = CentrePage.steplen
    return CentrePage.objects.filter(path__in={path[:-steps] for path in paths}).order_by("title")


class RegistrationFilterSet(WagtailFilterSet):
    event = django_filters.ModelChoiceFilter(label="Rendez-vous", queryset=_events, empty_label="Tous")
    centre = django_filters.ModelChoiceFilter(
        label="Centre", queryset=_centres, method="in_centre", empty_label="Tous"
    )
    state = django_filters.MultipleChoiceFilter(label="État", choices=Registration.State.choices)
    attendance = django_filters.MultipleChoiceFilter(
        label="Présence", choices=[choice for choice in Registration.Attendance.choices if choice[0]]
    )
    date = django_filters.DateFromToRangeFilter(
        label="Date du rendez-vous", field_name="event__start", widget=DateRangePickerWidget
    )

    class Meta:
        model = Registration
        fields = []

    def in_centre(self, registrations, name, centre):
        return registrations.filter(event__path__startswith=centre.path)


class RegistrationIndexView(SpreadsheetMixin, generic.IndexView):
    """The list, and its spreadsheet: what someone brought or needs is in neither."""

    model = Registration
    permission_policy = policy
    any_permission_required = ["view"]
    page_title = "Inscriptions"
    header_icon = "calendar-check"
    filterset_class = RegistrationFilterSet
    search_fields = ["user__first_name", "user__last_name", "user__email", "event__title"]
    index_url_name = "inscriptions:index"
    index_results_url_name = "inscriptions:index_results"
    verbose_name_plural = "inscriptions"
    default_ordering = ("-event__start", "pk")
    paginate_by = 50

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "person",
                label="Personne",
                accessor=person_of,
                get_url=lambda row: reverse("inscriptions:event", args=[row.event_id]),
                sort_key="user__last_name",
            ),
            Column("event", label="Rendez-vous", accessor="event.title", sort_key="event__title"),
            Column(
                "start",
                label="Date",
                accessor=lambda row: in_paris(row.event.start),
                sort_key="event__start",
            ),
            Column("state", label="État", accessor=state_of, sort_key="state"),
            Column(
                "attendance",
                label="Présence",
                accessor=attendance_of,
            ),
            DateColumn("created_at", label="Inscription", sort_key="created_at"),
        ]

    def get_base_queryset(self):
        followed = policy.instances_user_has_any_permission_for(self.request.user, ["view"])
        return followed.select_related("event__state", "user").with_rank()

    @cached_property
    def header_more_buttons(self):
        # Wagtail offers CSV too: one format, in which nothing can pass for a formula.
        kept = [button for button in super().header_more_buttons if "export=csv" not in (button.url or "")]
        return [
            Button(
                "Rendez-vous à clôturer", reverse("inscriptions:to_close"), icon_name="check", priority=10
            ),
            *kept,
        ]


class RegistrationsMenuItem(MenuItem):
    def is_shown(self, request):
        return policy.user_has_permission(request.user, "view")


class RegistrationsViewSet(ViewSet):
    name = "inscriptions"
    menu_label = "Inscriptions"
    menu_icon = icon = "calendar-check"
    menu_order = 250
    add_to_admin_menu = True
    menu_item_class = RegistrationsMenuItem

    def get_urlpatterns(self):
        return [
            path("", RegistrationIndexView.as_view(), name="index"),
            path("results/", RegistrationIndexView.as_view(results_only=True), name="index_results"),
            path("rendez-vous/<id:pk>/", event_views.EventRegistrationsView.as_view(), name="event"),
            path("rendez-vous/<id:pk>/ajouter/", event_views.AddView.as_view(), name="add"),
            path("rendez-vous/<id:pk>/deplacer/", RescheduleView.as_view(), name="reschedule"),
            path("rendez-vous/<id:pk>/serie/", SeriesView.as_view(), name="series"),
            path("rendez-vous/<id:pk>/seconde-date/", SecondDateView.as_view(), name="second_date"),
            path("a-cloturer/", ToCloseView.as_view(), name="to_close"),
            path("rendez-vous/<id:pk>/animation/", FacilitatorsView.as_view(), name="facilitators"),
            path(
                "rendez-vous/<id:pk>/animation/<id:user_pk>/retirer/",
                RemoveFacilitatorView.as_view(),
                name="remove_facilitator",
            ),
            path("rendez-vous/<id:pk>/justificatif/", EvidenceView.as_view(), name="evidence"),
            path("rendez-vous/<id:pk>/emargement/", SheetView.as_view(), name="sheet"),
            path("rendez-vous/<id:pk>/annuler/", event_views.CancelEventView.as_view(), name="cancel_event"),
            path("<id:pk>/annuler/", event_views.CancelRegistrationView.as_view(), name="cancel"),
        ]


def permissions_to_offer():
    """The rights that « Groupes » lets an administrator give."""
    return Permission.objects.filter(
        content_type__app_label="registrations",
        codename__in=[
            "view_registration",
            "change_registration",
            "view_sheetline",
            "view_exportrecord",
            "view_yearfigures",
        ],
    )
