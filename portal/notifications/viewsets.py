"""« Courriels envoyés » in the admin: what left, what waits, what failed. Never what a secret says."""

from __future__ import annotations

import django_filters
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
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
from wagtail.admin.widgets.button import Button

from portal.background.outbox import OutboxState

from .messages import label_of
from .models import OutgoingMessage
from .reading import read
from .services import CannotResend, resend


class OutgoingMessageFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(label="État", choices=OutboxState.choices)
    kind = django_filters.MultipleChoiceFilter(label="Type", choices=lambda: _kinds())
    created_at = django_filters.DateFromToRangeFilter(label="Date", widget=DateRangePickerWidget)
    maybe_sent_twice = django_filters.BooleanFilter(label="Peut-être envoyé deux fois")

    class Meta:
        model = OutgoingMessage
        fields = ["state", "kind", "created_at", "maybe_sent_twice"]


def _kinds() -> list[tuple[str, str]]:
    kinds = OutgoingMessage.objects.order_by().values_list("kind", flat=True).distinct()
    return sorted(((kind, label_of(kind)) for kind in kinds), key=lambda pair: pair[1])


def _remark(row: OutgoingMessage) -> str:
    if row.maybe_sent_twice:
        return "Peut-être envoyé deux fois"
    return row.last_error.split("\n")[0][:120]


class OutgoingMessageIndexView(generic.IndexView):
    page_title = "Courriels envoyés"
    any_permission_required = ["view"]

    def get_base_queryset(self):
        # The bytes may be large and are not shown in a list.
        return super().get_base_queryset().defer("content")

    def get_list_more_buttons(self, instance):
        if instance.is_secret or instance.wiped_at or instance.state not in OutgoingMessage.SETTLED:
            return []
        address = reverse("courriels:resend", args=[instance.pk])
        return [Button("Renvoyer", url=address, icon_name="redirect", priority=10)]


class MessageView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin):
    """What the views of one message share."""

    model = OutgoingMessage
    permission_required = "view"
    header_icon = "mail"

    def get_page_subtitle(self):
        return self.object.subject

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("courriels:index"), "label": "Courriels envoyés"},
            {"url": "", "label": self.object.subject},
        ]


class DetailView(MessageView, generic.base.View):
    page_title = "Courriel"
    template_name = "notifications/admin/detail.html"

    def get(self, request, *args, **kwargs):
        row = self.object
        letter = None if row.is_secret else read(row)
        context = self.get_context_data(row=row, letter=letter, kind=label_of(row.kind), remark=_remark(row))
        return self.render_to_response(context)


class ResendView(MessageView, generic.base.View):
    """GET asks, POST sends again; a secret is never sent again by hand."""

    page_title = "Renvoyer"
    template_name = "notifications/admin/confirm_resend.html"

    def dispatch(self, request, *args, **kwargs):
        if self.object.is_secret:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data(row=self.object))

    def post(self, request, *args, **kwargs):
        try:
            resend(message=self.object, now=timezone.now())
        except CannotResend:
            messages.error(
                request, "Ce courriel ne peut pas être renvoyé : il n’est pas parti, ou son texte est effacé."
            )
        else:
            messages.success(request, f"Le courriel repart vers {self.object.recipient}.")
        return redirect("courriels:index")


class OutgoingMessageViewSet(ModelViewSet):
    model = OutgoingMessage
    name = "courriels"
    icon = "mail"
    menu_label = "Courriels envoyés"
    menu_order = 900
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = OutgoingMessageIndexView
    filterset_class = OutgoingMessageFilterSet
    form_fields: list[str] = []
    search_fields = ["recipient", "subject"]
    ordering = "-created_at"
    list_per_page = 50
    list_display = [
        TitleColumn("recipient", label="Destinataire", sort_key="recipient", url_name="courriels:detail"),
        Column("subject", label="Objet"),
        Column("kind", label="Type", accessor=lambda row: label_of(row.kind), sort_key="kind"),
        Column("state", label="État", accessor="state_label", sort_key="state"),
        DateColumn("created_at", label="Écrit", sort_key="created_at"),
        DateColumn("sent_at", label="Envoyé", sort_key="sent_at"),
        Column("remark", label="Remarque", accessor=_remark),
    ]

    def get_common_view_kwargs(self, **kwargs):
        # Mail is not added, edited or deleted by hand: those views do not exist.
        absent = dict.fromkeys(
            ["add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name"]
        )
        return super().get_common_view_kwargs(**{**absent, **kwargs})

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<id:pk>/", DetailView.as_view(), name="detail"),
            path("<id:pk>/renvoyer/", ResendView.as_view(), name="resend"),
        ]

    def register_admin_url_finder(self):
        """Wagtail's finder links to the edit view, which does not exist."""

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="notifications", codename="view_outgoingmessage"
        )
