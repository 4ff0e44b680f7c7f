"""What may name someone: rare searches and reported gaps, for the one role that reads them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from portal.base.listing import paginate
from portal.commissioning import services
from portal.commissioning.models import GapReport
from portal.commissioning.permissions import may_see_board, may_see_rare
from portal.registrations.traces import traces_in
from search import journal
from search.viewsets import MENU_HOOK

from . import forms
from .board import BoardMixin

PER_PAGE = 50


class RareMixin(BoardMixin):
    """For the one role; its page stands under « Recherches rares »."""

    header_icon = "view"
    check = staticmethod(may_see_rare)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("rare_searches:index"), "label": RareView.page_title},
            {"url": "", "label": self.page_title},
        ]


class RareView(RareMixin, TemplateView):
    page_title = "Recherches rares"
    template_name = "commissioning/admin/rare.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        now = timezone.now()
        waiting = GapReport.objects.filter(state=GapReport.State.WAITING)
        reports = list(waiting.select_related("theme").order_by("created_at", "pk")[:PER_PAGE])
        for report in reports:
            report.days_left = max(0, (report.created_at + services.REPORTS_KEPT - now).days)
        return super().get_context_data(
            searches=paginate(journal.rare_searches(now=now), self.request, per_page=PER_PAGE),
            reports=reports,
            sees_board=may_see_board(self.request.user),
            **kwargs,
        )


class RewordingView(RareMixin, FormView):
    """GET shows the words and a form to say them otherwise; POST publishes those of the form."""

    page_title = "Publier au tableau"
    template_name = "commissioning/admin/publish.html"

    def get_context_data(self, **kwargs):
        words = self.words()
        context = super().get_context_data(
            words=words, traces=traces_in(words), back=reverse("rare_searches:index"), **kwargs
        )
        return context | {"media": context["form"].media}

    def publish(self, form, *, by, now):
        raise NotImplementedError

    def form_valid(self, form):
        try:
            self.publish(form, by=self.request.user, now=timezone.now())
        except services.BoardRefused as refusal:
            messages.error(self.request, refusal.sentence)
        else:
            messages.success(
                self.request, "C’est au tableau, dans vos mots\u00a0: les centres peuvent l’écrire."
            )
        return redirect("rare_searches:index")


class PublishRareView(RewordingView):
    form_class = forms.RareForm

    @cached_property
    def search(self):
        key = self.request.GET.get("mots", "").replace("\x00", "")
        try:
            return services.rare(key=key, now=timezone.now())
        except services.NoSuchSearch as gone:
            raise Http404 from gone

    def words(self):
        return self.search.text

    def get_initial(self):
        return {"themes": [self.search.theme] if self.search.theme else []}

    def publish(self, form, *, by, now):
        services.publish_rare(key=self.search.key, by=by, now=now, **form.values())


class PublishReportView(RewordingView):
    form_class = forms.ReportForm

    @cached_property
    def report(self) -> GapReport:
        waiting = GapReport.objects.filter(state=GapReport.State.WAITING)
        return get_object_or_404(waiting.select_related("theme"), pk=self.kwargs["pk"])

    def words(self):
        return self.report.text

    def get_initial(self):
        return {"themes": [self.report.theme] if self.report.theme else []}

    def publish(self, form, *, by, now):
        if need := form.cleaned_data["same_as"]:
            services.join_report(report=self.report, need=need, by=by, now=now)
        else:
            services.publish_report(report=self.report, by=by, now=now, **form.values())


class LetGoView(RareMixin, WagtailAdminTemplateMixin, TemplateView):
    """Let a rare search (``mots``) or a report (``signalement``) go: GET asks, POST forgets the words."""

    page_title = "Laisser partir"
    template_name = "commissioning/admin/let_go.html"

    @cached_property
    def report(self) -> GapReport | None:
        pk = self.request.GET.get("signalement", "")
        if not (pk.isascii() and pk.isdigit() and len(pk) < 10):
            return None
        return get_object_or_404(GapReport, pk=pk, state=GapReport.State.WAITING)

    @cached_property
    def search(self):
        try:
            return services.rare(key=self.request.GET.get("mots", "").replace("\x00", ""), now=timezone.now())
        except services.NoSuchSearch as gone:
            raise Http404 from gone

    def get_context_data(self, **kwargs):
        words = self.report.text if self.report else self.search.text
        return super().get_context_data(words=words, back=reverse("rare_searches:index"), **kwargs)

    def post(self, request, *args, **kwargs):
        now = timezone.now()
        try:
            if self.report:
                services.let_report_go(report=self.report, by=request.user, now=now)
            else:
                services.let_rare_go(key=self.search.key, by=request.user, now=now)
        except services.BoardRefused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "Les mots sont effacés\u00a0; il n’en reste que le compte.")
        return redirect("rare_searches:index")


class RareMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see_rare(request.user)


class RareViewSet(ViewSet):
    name = "recherches-rares"
    url_namespace = "rare_searches"
    menu_label = RareView.page_title
    menu_icon = icon = "view"
    menu_order = 262
    menu_hook = MENU_HOOK
    menu_item_class = RareMenuItem

    def get_urlpatterns(self):
        return [
            path("", RareView.as_view(), name="index"),
            path("publier/", PublishRareView.as_view(), name="publish"),
            path("signalements/<id:pk>/publier/", PublishReportView.as_view(), name="publish_report"),
            path("laisser-partir/", LetGoView.as_view(), name="let_go"),
        ]
