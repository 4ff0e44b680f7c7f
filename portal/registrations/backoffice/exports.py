"""Registrations taken away as a spreadsheet, and the list of who took what."""

from __future__ import annotations

import datetime as dt

from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from portal.centres.models import CentrePage
from portal.registrations import services
from portal.registrations.models import EventPage, ExportRecord, Facilitator
from portal.registrations.rules import rule_of
from portal.registrations.spreadsheets import neutralised

from .cells import attendance_of, in_paris, person_of

#: In the place of a name that the rule of the event keeps in the group.
KEPT_IN_THE_GROUP = "Gardé dans le groupe (entre pairs)"


class SpreadsheetMixin:
    """The spreadsheet of a list of registrations: what someone brought or needs is not in it, ever."""

    FORMATS = ("xlsx",)
    list_export = [
        "event.title",
        "start",
        "person",
        "email",
        "get_state_display",
        "get_attendance_display",
        "created",
        "over_capacity",
    ]
    export_headings = {
        "event.title": "Rendez-vous",
        "start": "Date",
        "person": "Personne",
        "email": "Adresse",
        "get_state_display": "État",
        "get_attendance_display": "Présence",
        "created": "Inscription",
        "over_capacity": "Au-delà des places",
    }

    def get_filename(self):
        return f"inscriptions-{timezone.localdate():%Y-%m-%d}"

    @cached_property
    def show_export_buttons(self):
        return True

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.request.user)

    def as_spreadsheet(self, queryset, spreadsheet_format):
        """Write the export down, then give it."""
        services.record_export(
            what=f"Inscriptions\u00a0: {self.filters_said()}",
            rows=queryset.count(),
            by=self.request.user,
            now=timezone.now(),
        )
        return super().as_spreadsheet(queryset, spreadsheet_format)

    def filters_said(self) -> str:
        """The filters in use, in French. Not the words searched for: they may be somebody's name."""
        form = self.filters.form
        said = [
            f"{form.fields[name].label.lower()} {_said(form.fields[name], value)}"
            for name, value in form.cleaned_data.items()
            if value
        ]
        if self.is_searching:
            said.append("une recherche")
        return ", ".join(said) or "toutes"

    def to_row_dict(self, item):
        named = rule_of(item.event).exports_names or item.event in self.runs
        return {
            "event.title": item.event.title,
            "start": in_paris(item.event.start),
            "person": person_of(item) if named else KEPT_IN_THE_GROUP,
            "email": item.user.email if named and item.user else "",
            "get_state_display": item.get_state_display(),
            "get_attendance_display": attendance_of(item),
            "created": in_paris(item.created_at),
            "over_capacity": "oui" if item.over_capacity_by_id else "",
        }

    def preprocess_field_value(self, field, value, export_format):
        return neutralised(str(value))


class Runs:
    """The events that a person runs: she facilitates them, or works in their centre. Two queries in all."""

    def __init__(self, user):
        self._events = set(Facilitator.objects.filter(user=user).values_list("event_id", flat=True))
        centres = CentrePage.objects.filter(group__in=user.groups.all())
        self._paths = tuple(centres.values_list("path", flat=True))

    def __contains__(self, event: EventPage) -> bool:
        return event.pk in self._events or event.path.startswith(self._paths)


def _said(field, value) -> str:
    if isinstance(value, slice):
        days = [("du", value.start), ("au", value.stop)]
        return " ".join(f"{word} {_day(day)}" for word, day in days if day)
    if isinstance(value, list):
        labels = dict(field.choices)
        return " ou ".join(str(labels[one]) for one in value)
    return f"«\u00a0{value}\u00a0»"


def _day(moment: dt.date) -> str:
    local = timezone.localdate(moment) if isinstance(moment, dt.datetime) else moment
    return local.strftime("%d/%m/%Y")


# -- who took what

policy = ModelPermissionPolicy(ExportRecord)


class ExportIndexView(generic.IndexView):
    model = ExportRecord
    permission_policy = policy
    any_permission_required = ["view"]
    page_title = "Exports"
    header_icon = "download"
    index_url_name = "exports:index"
    index_results_url_name = "exports:index_results"
    verbose_name_plural = "exports"
    default_ordering = ("-at", "-pk")
    paginate_by = 50
    columns = [
        DateColumn("at", label="Le", sort_key="at"),
        Column("user", label="Par", accessor=lambda record: record.user or "–"),
        Column("what", label="Quoi"),
        Column("rows", label="Lignes", sort_key="rows"),
    ]

    def get_base_queryset(self):
        return ExportRecord.objects.select_related("user")


class ExportsMenuItem(MenuItem):
    def is_shown(self, request):
        return policy.user_has_permission(request.user, "view")


class ExportsViewSet(ViewSet):
    name = "exports"
    menu_label = "Exports"
    menu_icon = icon = "download"
    menu_order = 1200
    menu_hook = "register_reports_menu_item"
    menu_item_class = ExportsMenuItem

    def get_urlpatterns(self):
        return [
            path("", ExportIndexView.as_view(), name="index"),
            path("resultats/", ExportIndexView.as_view(results_only=True), name="index_results"),
        ]
