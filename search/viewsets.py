"""« Recherche » in the admin: what is searched, what finds nothing, what is not opened."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import Permission
from django.core.paginator import Paginator
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from portal.registrations.spreadsheets import neutralised
from portal.themes.models import Theme

from .figures import PERIODS, Line, View, entries_of, grouped, lines_of, summary_of
from .models import SearchEntry

policy = ModelPermissionPolicy(SearchEntry)

#: The menu « Recherche »: an app above adds its own entry by this hook (``menu_hook`` of its viewset).
MENU_HOOK = "register_search_menu_item"

VIEWS = {
    View.FREQUENT: "Les plus fréquentes",
    View.EMPTY: "Sans résultat",
    View.UNOPENED: "Sans clic",
}
PER_PAGE = 50
#: Lines of an export; the first ones are those to look at.
MOST_EXPORTED = 2_000


class PeriodForm(forms.Form):
    """Which part of the journal; nonsense in the address is the usual part."""

    periode = forms.ChoiceField(
        label="Période",
        choices=[(name, label) for name, (label, _) in PERIODS.items()],
        widget=forms.Select(attrs={"class": "w-w-full"}),
        required=False,
    )
    theme = forms.ModelChoiceField(
        label="Thème",
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label="Tous les thèmes",
        widget=forms.Select(attrs={"class": "w-w-full"}),
        required=False,
    )

    def chosen(self) -> tuple[str, Theme | None]:
        """The period and the theme, whatever was asked for."""
        self.is_valid()
        return self.cleaned_data.get("periode") or "30-jours", self.cleaned_data.get("theme")


class SearchedView(SpreadsheetExportMixin, PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Three lists of one period, on every theme or on one; the words of rare searches are in none."""

    permission_policy = policy
    permission_required = "view"
    page_title = "Ce qui se cherche"
    header_icon = "search"
    template_name = "search/admin/searched.html"
    list_export = [
        "text",
        "theme",
        "searches",
        "days",
        "average",
        "empty",
        "share_opened",
        "median_rank",
    ]
    export_headings = {
        "text": "Recherche",
        "theme": "Thème",
        "searches": "Fois",
        "days": "Jours différents",
        "average": "Résultats en moyenne",
        "empty": "Fois sans résultat",
        "share_opened": "Part ouverte",
        "median_rank": "Rang médian ouvert",
    }

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        asked = request.GET.get("liste", "")
        self.chosen_view = View(asked) if asked in set(View) else View.FREQUENT
        self.period, self.theme = PeriodForm(request.GET).chosen()

    def get(self, request, *args, **kwargs):
        if self.is_export:
            lines = lines_of(self.rows[:MOST_EXPORTED], self.entries)
            return self.as_spreadsheet(lines, request.GET["export"])
        return super().get(request, *args, **kwargs)

    @cached_property
    def entries(self):
        return entries_of(period=self.period, theme=self.theme, now=self.now)

    @cached_property
    def rows(self):
        return grouped(self.entries, view=self.chosen_view, now=self.now)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        paginator = Paginator(self.rows, PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        chosen = {"periode": self.period, "theme": self.theme.slug if self.theme else ""}
        return super().get_context_data(
            form=PeriodForm(initial=chosen, label_suffix=""),
            views=[
                {"name": view.value, "label": label, "is_current": view is self.chosen_view}
                for view, label in VIEWS.items()
            ],
            chosen_view=self.chosen_view.value,
            period=PERIODS[self.period][0],
            theme=self.theme,
            chosen=chosen,
            summary=summary_of(self.entries, now=self.now),
            lines=lines_of(page.object_list, self.entries),
            page_obj=page,
            elided_page_range=paginator.get_elided_page_range(page.number),
            **kwargs,
        )

    # -- the spreadsheet

    def get_filename(self):
        return f"recherches-{self.chosen_view}-{timezone.localdate(self.now):%Y-%m-%d}"

    def to_row_dict(self, item: Line):
        return {
            "text": neutralised(item.text),
            "theme": str(item.theme or ""),
            "searches": item.searches,
            "days": item.days,
            "average": round(item.average, 1),
            "empty": item.empty,
            "share_opened": round(item.share_opened, 2),
            "median_rank": "" if item.median_rank is None else item.median_rank,
        }


class SearchedMenuItem(MenuItem):
    def is_shown(self, request):
        return policy.user_has_permission(request.user, "view")


class SearchedViewSet(ViewSet):
    name = "recherches"
    menu_label = SearchedView.page_title
    menu_icon = icon = "search"
    menu_order = 100
    menu_hook = MENU_HOOK
    menu_item_class = SearchedMenuItem

    def get_urlpatterns(self):
        return [path("", SearchedView.as_view(), name="index")]


def search_menu_item() -> SubmenuMenuItem:
    """The menu of all that concerns the search; it shows to whoever may use one of its entries."""
    return SubmenuMenuItem(
        "Recherche", Menu(register_hook_name=MENU_HOOK), name="recherche", icon_name="search", order=360
    )


def permissions_to_offer():
    """The right that « Groupes » lets an administrator give. Rare searches are for one managed group alone."""
    return Permission.objects.filter(content_type__app_label="search", codename="view_searchentry")
