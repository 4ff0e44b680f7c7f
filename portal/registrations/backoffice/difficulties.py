"""« Difficultés apportées »: what comes back, theme by theme and month by month, once the texts are gone."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils import timezone
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from portal.registrations.difficulties import difficulties_by_theme

MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
FIRST_YEAR = 2000


def may_read(user) -> bool:
    """Avise alone: a centre that saw one line in a month would know whose session it was."""
    return user.is_active and user.has_perm("registrations.view_registration")


class DifficultiesView(WagtailAdminTemplateMixin, TemplateView):
    page_title = "Difficultés apportées"
    header_icon = "list-ul"
    template_name = "registrations/admin/difficulties.html"

    def dispatch(self, request, *args, **kwargs):
        if not may_read(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        this_year = timezone.localdate().year
        asked = self.request.GET.get("annee", "")
        year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else this_year
        year = min(max(year, FIRST_YEAR), this_year)
        return super().get_context_data(
            year=year,
            before=year - 1 if year > FIRST_YEAR else None,
            after=year + 1 if year < this_year else None,
            months=MONTHS,
            themes=difficulties_by_theme(year),
            **kwargs,
        )


class DifficultiesMenuItem(MenuItem):
    def is_shown(self, request):
        return may_read(request.user)


class DifficultiesViewSet(ViewSet):
    name = "difficultes"
    menu_label = DifficultiesView.page_title
    menu_icon = icon = "list-ul"
    menu_order = 1100
    menu_hook = "register_reports_menu_item"
    menu_item_class = DifficultiesMenuItem

    def get_urlpatterns(self):
        return [path("", DifficultiesView.as_view(), name="index")]
