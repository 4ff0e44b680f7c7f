"""The roster in the admin: the list, its import in two steps, and the invitations."""

from __future__ import annotations

import django_filters
from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton

from portal.members import roster
from portal.members.models import Fonction, RosterEntry
from portal.members.roster_file import RosterRow, UnreadableRoster, read_roster
from portal.themes.models import Departement, Region

from .access import MembersSection, SectionView

#: Where a file that was read waits for its confirmation.
PENDING_KEY = "members_roster_import"
SHOWN_ROWS = 300


class RosterFilterSet(WagtailFilterSet):
    compte = django_filters.ChoiceFilter(
        label="Compte",
        method="by_account",
        choices=[("oui", "Avec un compte"), ("invite", "Invitée, sans compte"), ("non", "Jamais invitée")],
        empty_label="Tous",
    )
    fonction = django_filters.ChoiceFilter(label="Fonction", choices=Fonction.choices, empty_label="Toutes")
    region = django_filters.ModelChoiceFilter(
        label="Région", queryset=Region.objects.all(), empty_label="Toutes"
    )

    class Meta:
        model = RosterEntry
        fields = []

    def by_account(self, queryset, name, value):
        if value == "oui":
            return queryset.filter(user__isnull=False)
        return queryset.filter(user=None, invited_at__isnull=value == "non")


class RosterIndexView(SectionView, generic.IndexView):
    model = RosterEntry
    page_title = "Liste du réseau"
    header_icon = "list-ul"
    filterset_class = RosterFilterSet
    search_fields = ["email", "name", "bearer"]
    index_url_name = "membres_liste:index"
    index_results_url_name = "membres_liste:index_results"
    verbose_name_plural = "personnes"
    paginate_by = 50

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "name",
                label="Nom",
                accessor="name",
                get_url=lambda e: reverse("membres_liste:entry", args=[e.pk]),
                sort_key="name",
                width="22%",
            ),
            Column("email", label="Adresse", sort_key="email"),
            Column("fonction", label="Fonction", accessor="get_fonction_display"),
            Column("region", label="Région", accessor=lambda e: e.region or "–"),
            Column("bearer", label="Structure porteuse", accessor=lambda e: e.bearer or "–"),
            Column("user", label="Compte", accessor=lambda e: "oui" if e.user_id else "non"),
            DateColumn("invited_at", label="Invitée", sort_key="invited_at"),
        ]

    def get_base_queryset(self):
        return RosterEntry.objects.select_related("region")

    @cached_property
    def header_buttons(self):
        return [HeaderButton("Importer la liste", url=reverse("membres_liste:import"), icon_name="upload")]


class RosterMixin(SectionView, PermissionCheckedMixin, WagtailAdminTemplateMixin):
    header_icon = "list-ul"

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("membres_liste:index"), "label": "Liste du réseau"},
            {"url": "", "label": self.get_page_title()},
        ]


class RosterEntryView(RosterMixin, TemplateView):
    """One person of the roster: invite her, or take her off the list."""

    template_name = "members/admin/roster_entry.html"

    @cached_property
    def entry(self):
        return get_object_or_404(
            RosterEntry.objects.select_related("region", "departement", "user"), pk=self.kwargs["pk"]
        )

    def get_page_title(self):
        return self.entry.name

    def get_context_data(self, **kwargs):
        return super().get_context_data(entry=self.entry, **kwargs)

    def post(self, request, *args, **kwargs):
        action = request.POST.get("action")
        if action == "remove":
            roster.remove_entry(entry=self.entry, by=request.user)
            messages.success(
                request, f"{self.entry.name} n’est plus dans la liste. Un accès déjà donné reste ouvert."
            )
            return redirect("membres_liste:index")
        if action == "invite":
            entries = RosterEntry.objects.filter(pk=self.entry.pk)
            sent = roster.send_invitations(entries=entries, by=request.user, now=timezone.now())
            if sent:
                messages.success(request, f"L’invitation part vers {self.entry.email}.")
            else:
                messages.info(request, "Cette personne a déjà un compte : pas d’invitation.")
        return redirect("membres_liste:entry", pk=self.entry.pk)


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Classeur XLSX",
        help_text=(
            "Une ligne de titres, dans n’importe quel ordre : nom (ou prénom et nom), e-mail, fonction, département, "
            "région, structure porteuse. Rien n’est écrit avant votre confirmation."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide.",
        },
    )

    def clean_file(self):
        try:
            self.roster = read_roster(self.cleaned_data["file"])
        except UnreadableRoster as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data["file"]


class RosterImportView(RosterMixin, FormView):
    """First step: read the file and keep what was understood for the preview."""

    template_name = "members/admin/roster_import.html"
    form_class = UploadForm
    page_title = "Importer la liste"

    def form_valid(self, form):
        self.request.session[PENDING_KEY] = {
            "name": form.cleaned_data["file"].name[:120],
            "rows": [_pack(row) for row in form.roster.rows],
            "errors": form.roster.errors,
            "merged": form.roster.merged,
        }
        return redirect("membres_liste:preview")


class ConfirmForm(forms.Form):
    invitations = forms.ChoiceField(
        label="Invitations",
        choices=[
            ("aucune", "N’inviter personne maintenant"),
            ("nouvelles", "Inviter les personnes ajoutées par cet import"),
            ("toutes", "Inviter toutes les personnes de ce fichier qui n’ont pas de compte"),
        ],
        initial="aucune",
        widget=forms.RadioSelect,
    )


class RosterPreviewView(RosterMixin, FormView):
    """Second step: what will change, the errors, and the confirmation."""

    template_name = "members/admin/roster_preview.html"
    form_class = ConfirmForm
    page_title = "Vérifier avant d’importer"

    def dispatch(self, request, *args, **kwargs):
        self.pending = request.session.get(PENDING_KEY)
        if self.pending is None and self.user_has_permission(self.permission_required):
            messages.info(request, "Choisissez d’abord un fichier.")
            return redirect("membres_liste:import")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def rows(self):
        return _unpack(self.pending["rows"])

    def get_context_data(self, **kwargs):
        changes = roster.plan_import(self.rows)
        changing = [change for change in changes if change.is_new or change.changed or change.approves]
        return super().get_context_data(
            file_name=self.pending["name"],
            errors=self.pending["errors"],
            merged=self.pending["merged"],
            total=len(changes),
            new_count=sum(change.is_new for change in changes),
            updated_count=sum(bool(change.changed) for change in changes),
            unchanged_count=len(changes) - len(changing),
            approved_count=sum(change.approves for change in changes),
            changes=changing[:SHOWN_ROWS],
            hidden_count=max(0, len(changing) - SHOWN_ROWS),
            **kwargs,
        )

    def form_valid(self, form):
        request, now = self.request, timezone.now()
        result = roster.import_roster(rows=self.rows, by=request.user, now=now)
        del request.session[PENDING_KEY]
        sent = 0
        if (choice := form.cleaned_data["invitations"]) != "aucune":
            entries = RosterEntry.objects.filter(imported_at=now)
            if choice == "nouvelles":
                entries = entries.filter(pk__in=result.created)
            sent = roster.send_invitations(entries=entries, by=request.user, now=now)
        messages.success(
            request,
            f"Import terminé : {len(result.created)} ajout(s), {result.updated} mise(s) à jour, "
            f"{result.approved} compte(s) accepté(s), {sent} invitation(s) envoyée(s).",
        )
        return redirect("membres_liste:index")


def _pack(row: RosterRow) -> list:
    departement, region = row.departement, row.region
    return [
        row.line,
        row.email,
        row.name,
        row.fonction,
        departement.code if departement else "",
        region.code if region else "",
        row.bearer,
    ]


def _unpack(packed: list[list]) -> list[RosterRow]:
    departements = {departement.code: departement for departement in Departement.objects.all()}
    regions = {region.code: region for region in Region.objects.all()}
    return [
        RosterRow(line, email, name, fonction, departements.get(departement), regions.get(region), bearer)
        for line, email, name, fonction, departement, region, bearer in packed
    ]


class RosterViewSet(MembersSection):
    name = "membres_liste"
    url_prefix = "membres/liste"
    icon = "list-ul"
    menu_label = "Liste du réseau"
    menu_name = "membres-liste"

    def get_urlpatterns(self):
        return [
            path("", RosterIndexView.as_view(), name="index"),
            path("resultats/", RosterIndexView.as_view(results_only=True), name="index_results"),
            path("importer/", RosterImportView.as_view(), name="import"),
            path("importer/verifier/", RosterPreviewView.as_view(), name="preview"),
            path("<id:pk>/", RosterEntryView.as_view(), name="entry"),
        ]


class ImportShortcut(MembersSection):
    """The import has its own line in the menu: it is what one comes for."""

    name = "membres_import"
    icon = "upload"
    menu_label = "Importer la liste"
    menu_name = "membres-import"

    @cached_property
    def menu_url(self):
        return reverse("membres_liste:import")
