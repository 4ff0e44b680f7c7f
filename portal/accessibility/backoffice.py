"""« Obstacles signalés » in the admin: read, answered, and forgotten in time. None is added or deleted by hand."""

from __future__ import annotations

import django_filters
from django.contrib.auth.models import Permission
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

from portal.base.templatetags.portal_tags import short_date

from .forms import FollowForm
from .models import ObstacleReport
from .services import Refused, follow_up


class ObstacleFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(label="État", choices=ObstacleReport.State.choices)
    created_at = django_filters.DateFromToRangeFilter(label="Date", widget=DateRangePickerWidget)

    class Meta:
        model = ObstacleReport
        fields = ["state", "created_at"]


def due(report: ObstacleReport) -> str:
    """Until when it is to be answered; nothing where it is settled."""
    if report.state not in ObstacleReport.OPEN or report.answered_at:
        return ""
    day = short_date(report.answer_due_at)
    return f"En retard depuis le {day}" if report.answer_due_at < timezone.now() else f"Avant le {day}"


class ObstacleIndexView(generic.IndexView):
    page_title = "Obstacles signalés"
    any_permission_required = ["change"]


class FollowView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, generic.base.View):
    """GET shows a report and where it is; POST notes the answer, and mails it where there is an address."""

    model = ObstacleReport
    permission_required = "change"
    page_title = "Obstacle signalé"
    header_icon = "warning"
    template_name = "accessibility/admin/follow.html"

    def get_page_subtitle(self):
        return self.object.where

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("obstacles:index"), "label": ObstacleIndexView.page_title},
            {"url": "", "label": self.object.where},
        ]

    def show(self, form):
        return self.render_to_response(
            self.get_context_data(report=self.object, form=form, due=due(self.object))
        )

    def get(self, request, *args, **kwargs):
        return self.show(FollowForm(initial={"state": self.object.state, "answer": self.object.answer}))

    def post(self, request, *args, **kwargs):
        form = FollowForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            report = follow_up(report=self.object, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
            return self.show(form)
        is_mailed = report.email and report.answer != self.object.answer
        messages.success(request, "La réponse part par courriel." if is_mailed else "C’est noté.")
        return redirect("obstacles:index")


class ObstacleViewSet(ModelViewSet):
    model = ObstacleReport
    name = "obstacles"
    icon = "warning"
    menu_label = "Obstacles signalés"
    menu_order = 270
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = ObstacleIndexView
    filterset_class = ObstacleFilterSet
    form_fields: list[str] = []
    search_fields = ["page"]
    ordering = "-created_at"
    list_per_page = 50
    list_display = [
        TitleColumn("where", label="Page", sort_key="page", url_name="obstacles:follow"),
        Column("state", label="État", accessor="get_state_display", sort_key="state"),
        Column("due", label="Réponse", accessor=due),
        DateColumn("created_at", label="Signalé", sort_key="created_at"),
        DateColumn("answered_at", label="Réponse donnée", sort_key="answered_at"),
    ]

    def get_common_view_kwargs(self, **kwargs):
        # Reports are not added, edited or deleted by hand: those views do not exist.
        absent = dict.fromkeys(
            ["add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name"]
        )
        return super().get_common_view_kwargs(**{**absent, **kwargs})

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<id:pk>/", FollowView.as_view(), name="follow"),
        ]

    def register_admin_url_finder(self):
        """Wagtail's finder links to the edit view, which does not exist."""

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="accessibility", codename="change_obstaclereport"
        )
