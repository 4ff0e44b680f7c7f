"""« Tâches planifiées » in the admin: what the clock runs, what each run did, and what the next would do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from .jobs import Job, all_jobs, job_named
from .models import JobEntry, JobRun
from .services import NoDryRun, next_run, preview_job

policy = ModelPermissionPolicy(JobEntry)


@dataclass(frozen=True)
class Line:
    """A job as the list shows it; ``run`` is None before its first run."""

    job: Job
    run: JobRun | None
    next_at: dt.datetime

    @property
    def has_dry_run(self) -> bool:
        # A template would call the preview itself.
        return self.job.preview is not None


class ClockMixin(PermissionCheckedMixin):
    permission_policy = policy
    permission_required = "view"
    header_icon = "history"


class JobsView(ClockMixin, WagtailAdminTemplateMixin, TemplateView):
    """Every job, its last run and its next; two queries."""

    page_title = "Tâches planifiées"
    template_name = "background/admin/jobs.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        now, runs = timezone.now(), JobRun.objects.in_bulk()
        lines = []
        for job in sorted(all_jobs(), key=lambda job: job.label):
            run = runs.get(job.name)
            lines.append(Line(job, run, next_run(job, run and run.last_started_at, now=now)))
        return super().get_context_data(lines=lines, **kwargs)


class DryRunView(ClockMixin, generic.base.View):
    """« Lancer à blanc »: say what a job would do now; nothing is changed."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        job = job_named(self.kwargs["name"])
        if job is None:
            raise Http404
        try:
            told = preview_job(name=job.name, now=timezone.now())
        except NoDryRun as missing:
            raise Http404 from missing
        messages.info(request, f"{job.label}, à blanc\u00a0: {told}. Rien n’a été changé.")
        return redirect("taches:index")


class HistoryView(ClockMixin, generic.IndexView):
    """The log of one job."""

    model = JobEntry
    any_permission_required = ["view"]
    index_url_name = "taches:history"
    verbose_name_plural = "passages"
    default_ordering = "-started_at"
    paginate_by = 50
    columns = [
        DateColumn("started_at", label="Départ"),
        Column("duration", label="Durée", accessor=lambda entry: duration_of(entry)),
        Column("told", label="Résultat", accessor=lambda entry: told_by(entry)),
    ]

    @cached_property
    def job(self) -> Job:
        job = job_named(self.kwargs["name"])
        if job is None:
            raise Http404
        return job

    def get_page_title(self):
        return "Passages"

    def get_page_subtitle(self):
        return self.job.label

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("taches:index"), "label": JobsView.page_title},
            {"url": "", "label": self.job.label},
        ]

    def get_index_url(self):
        return reverse(self.index_url_name, args=[self.job.name])

    def get_base_queryset(self):
        return JobEntry.objects.filter(name=self.job.name)


def duration_of(entry: JobEntry) -> str:
    """How long the run took, in seconds; « interrompue » where it never ended."""
    if entry.finished_at is None:
        return "en cours, ou interrompue"
    return f"{(entry.finished_at - entry.started_at).total_seconds():.0f}\u00a0s"


def told_by(entry: JobEntry) -> str:
    return f"En échec\u00a0: {entry.error}" if entry.error else entry.result


class ClockMenuItem(MenuItem):
    def is_shown(self, request):
        return policy.user_has_permission(request.user, "view")


class ClockViewSet(ViewSet):
    name = "taches"
    menu_label = "Tâches planifiées"
    menu_icon = icon = "history"
    menu_order = 910
    add_to_settings_menu = True
    menu_item_class = ClockMenuItem

    def get_urlpatterns(self):
        return [
            path("", JobsView.as_view(), name="index"),
            path("<str:name>/passages/", HistoryView.as_view(), name="history"),
            path("<str:name>/a-blanc/", DryRunView.as_view(), name="dry_run"),
        ]


def permissions_to_offer():
    """The right that « Groupes » lets an administrator give."""
    return Permission.objects.filter(content_type__app_label="background", codename="view_jobentry")
