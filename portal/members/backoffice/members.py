"""« Membres » in the admin: everyone with an account, those who wait first, and one page a person."""

from __future__ import annotations

import django_filters
from django.contrib import messages
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
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

from portal.members import approval
from portal.members.approval import ApprovalError
from portal.members.forms import ProfileForm, RefusalForm
from portal.members.models import AccessRequest, Fonction, User
from portal.members.privacy import ERASED_DOMAIN, may_erase
from portal.members.profiles import profile_of, save_profile
from portal.themes.models import Region

from .access import MembersSection, SectionView

STATES = (
    ("demande", "Demande à traiter"),
    ("attente", "En attente, sans demande"),
    ("membre", "Membre du réseau"),
    ("ferme", "Compte fermé"),
)
STATE_LABELS = dict(STATES)


def people():
    """Every account that is not erased, with its ``etat``; those whose request waits come first."""
    waiting = AccessRequest.objects.filter(user=OuterRef("pk"), state__in=AccessRequest.OPEN)
    return (
        User.objects.exclude(email__endswith=f"@{ERASED_DOMAIN}")
        .annotate(
            etat=Case(
                When(is_active=False, then=Value("ferme")),
                When(approved_at__isnull=False, then=Value("membre")),
                When(Exists(waiting), then=Value("demande")),
                default=Value("attente"),
            ),
            rank=Case(
                When(etat="demande", then=Value(0)),
                When(etat="attente", then=Value(1)),
                When(etat="membre", then=Value(2)),
                default=Value(3),
            ),
        )
        .select_related("profile", "profile__region")
        .order_by("rank", F("approved_at").desc(nulls_first=True), "-date_joined", "pk")
    )


class MemberFilterSet(WagtailFilterSet):
    etat = django_filters.ChoiceFilter(label="État", choices=STATES, empty_label="Tous")
    fonction = django_filters.ChoiceFilter(
        label="Fonction", field_name="profile__fonction", choices=Fonction.choices, empty_label="Toutes"
    )
    region = django_filters.ModelChoiceFilter(
        label="Région", field_name="profile__region", queryset=Region.objects.all(), empty_label="Toutes"
    )

    class Meta:
        model = User
        fields = []


class MemberIndexView(SectionView, generic.IndexView):
    model = User
    page_title = "Membres"
    header_icon = "group"
    filterset_class = MemberFilterSet
    search_fields = ["email", "first_name", "last_name", "profile__structure"]
    index_url_name = "membres:index"
    index_results_url_name = "membres:index_results"
    verbose_name_plural = "comptes"
    paginate_by = 50

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "name",
                label="Nom",
                accessor=str,
                get_url=lambda user: reverse("membres:person", args=[user.pk]),
                width="22%",
            ),
            Column("email", label="Adresse", sort_key="email"),
            Column("etat", label="État", accessor=lambda user: STATE_LABELS[user.etat]),
            Column(
                "fonction",
                label="Fonction",
                accessor=lambda user: _profile_text(user, "get_fonction_display"),
            ),
            Column("region", label="Région", accessor=lambda user: _profile_text(user, "region")),
            DateColumn("date_joined", label="Compte créé", sort_key="date_joined"),
        ]

    def get_base_queryset(self):
        return people()


def _profile_text(user, name):
    profile = getattr(user, "profile", None)
    value = getattr(profile, name, None) if profile else None
    return (value() if callable(value) else value) or "–"


class PersonMixin(SectionView, PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """A page about one person of the list."""

    header_icon = "user"

    @cached_property
    def person(self):
        return get_object_or_404(people(), pk=self.kwargs["pk"])

    def get_page_title(self):
        return "Membre"

    def get_page_subtitle(self):
        return str(self.person)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("membres:index"), "label": "Membres"},
            {"url": "", "label": str(self.person)},
        ]


class PersonView(PersonMixin, TemplateView):
    """What is known of a person, her requests, and the answer to give."""

    template_name = "members/admin/person.html"

    def get_context_data(self, **kwargs):
        person, requests = (
            self.person,
            list(self.person.access_requests.select_related("region", "decided_by")),
        )
        opened = next((one for one in requests if one.state in AccessRequest.OPEN), None)
        if opened:
            can_decide = approval.may_decide(user=self.request.user, access_request=opened)
        else:
            can_decide = person.pk != self.request.user.pk
        return super().get_context_data(
            person=person,
            etat=STATE_LABELS[person.etat],
            profile=profile_of(person),
            addresses=person.emailaddress_set.order_by("-primary", "email"),
            requests=requests,
            open_request=opened,
            can_approve=can_decide and person.is_active and not person.is_approved,
            refusal_form=kwargs.pop("refusal_form", None) or RefusalForm(),
            may_erase=may_erase(user=person, by=self.request.user),
            may_edit_account=self.request.user.has_perm("members.change_user"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        now, action = timezone.now(), request.POST.get("action")
        try:
            if action == "approve":
                approval.approve_member(user=self.person, by=request.user, now=now)
                messages.success(
                    request, f"{self.person} a maintenant accès au réseau ; un message le lui dit."
                )
            elif action == "refuse":
                form = RefusalForm(request.POST)
                if not form.is_valid():
                    return self.render_to_response(self.get_context_data(refusal_form=form))
                opened = get_object_or_404(self.person.access_requests, state__in=AccessRequest.OPEN)
                reason = form.cleaned_data["reason"]
                approval.refuse_request(access_request=opened, by=request.user, reason=reason, now=now)
                messages.success(request, "La demande est refusée ; la personne a reçu votre phrase.")
            else:
                messages.error(request, "Rien n’a été fait : l’action n’est pas reconnue.")
        except ApprovalError as error:
            messages.error(request, str(error))
        return redirect("membres:person", pk=self.person.pk)


class PersonProfileView(PersonMixin, FormView):
    """A profile in the hands of Avise: function and region too, which the person may not change alone."""

    template_name = "wagtailadmin/generic/form.html"
    form_class = ProfileForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.person, "by": self.request.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            action_url=self.request.path, submit_button_label="Enregistrer", **kwargs
        )

    def form_valid(self, form):
        save_profile(user=self.person, by=self.request.user, values=form.values())
        messages.success(self.request, "Le profil est à jour.")
        return redirect("membres:person", pk=self.person.pk)


class RequestFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label="État", choices=AccessRequest.State.choices, empty_label="Tous")
    region = django_filters.ModelChoiceFilter(
        label="Région", queryset=Region.objects.all(), empty_label="Toutes"
    )

    class Meta:
        model = AccessRequest
        fields = []


class RequestIndexView(SectionView, generic.IndexView):
    model = AccessRequest
    page_title = "Demandes d’accès"
    header_icon = "mail"
    filterset_class = RequestFilterSet
    search_fields = ["user__email", "user__first_name", "user__last_name"]
    index_url_name = "membres_demandes:index"
    index_results_url_name = "membres_demandes:index_results"
    verbose_name_plural = "demandes"
    paginate_by = 50

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "user",
                label="Personne",
                width="25%",
                accessor="user",
                get_url=lambda asked: reverse("membres:person", args=[asked.user_id]),
            ),
            Column("state", label="État", accessor="get_state_display"),
            Column("region", label="Région", accessor=lambda asked: asked.region or "–"),
            DateColumn("created_at", label="Déposée", sort_key="created_at"),
            DateColumn("escalates_at", label="Chez l’Avise le", sort_key="escalates_at"),
            Column("decided_by", label="Répondue par", accessor=lambda asked: asked.decided_by or "–"),
        ]

    def get_base_queryset(self):
        is_open = Case(When(Q(state__in=AccessRequest.OPEN), then=Value(0)), default=Value(1))
        requests = AccessRequest.objects.select_related("user", "region", "decided_by")
        return requests.annotate(rank=is_open).order_by("rank", "-created_at", "-pk")


class MembersViewSet(MembersSection):
    name = "membres"
    icon = "group"
    menu_label = "Comptes"
    menu_name = "membres-comptes"

    def get_urlpatterns(self):
        return [
            path("", MemberIndexView.as_view(), name="index"),
            path("resultats/", MemberIndexView.as_view(results_only=True), name="index_results"),
            path("<id:pk>/", PersonView.as_view(), name="person"),
            path("<id:pk>/profil/", PersonProfileView.as_view(), name="profile"),
        ]


class RequestsViewSet(MembersSection):
    name = "membres_demandes"
    url_prefix = "membres/demandes"
    icon = "mail"
    menu_label = "Demandes d’accès"
    menu_name = "membres-demandes"

    def get_urlpatterns(self):
        return [
            path("", RequestIndexView.as_view(), name="index"),
            path("resultats/", RequestIndexView.as_view(results_only=True), name="index_results"),
        ]
