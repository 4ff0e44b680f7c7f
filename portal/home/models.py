"""Pages that gather what every feature brings: home, themes, phases, agenda, glossary, editorial pages."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone
from wagtail.admin.panels import MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField, StreamField

from cafes.models import CafePage
from portal.base import richtext
from portal.base.blocks import EditorialBlock
from portal.base.listing import paginate
from portal.base.models import BasePage
from portal.centres.models import CentrePage
from portal.registrations.models import EventPage
from portal.themes.models import Phase, Region, Terme, Theme
from ressources.models import DispositifPage, FichePage, OutilPage, UrgencePage
from webinaires.models import WebinairePage

from .agenda import PARIS, bounds_of, by_month, month_grid, parse_month


class HomePage(BasePage):
    """``/``"""

    kind_label = "Accueil"
    typographed_fields = (*BasePage.typographed_fields, "eyebrow", "lead", "phases_lead", "figures_title")

    eyebrow = models.CharField("surtitre", max_length=120, blank=True)
    lead = models.TextField("chapeau", max_length=400, blank=True)
    phases_lead = models.CharField("phrase des moments", max_length=200, blank=True)
    figures = StreamField(
        [("chiffre", EditorialBlock.base_blocks["chiffre"])], verbose_name="chiffres", blank=True, max_num=3
    )
    figures_title = models.CharField("titre des chiffres", max_length=120, blank=True)

    template = "home/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    is_creatable = True

    content_panels = [
        *BasePage.content_panels,
        "eyebrow",
        "lead",
        "summary",
        "phases_lead",
        MultiFieldPanel(["figures_title", "figures"], heading="Chiffres"),
    ]

    class Meta:
        verbose_name = "page d’accueil"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        user = request.user
        next_cafe = (
            CafePage.objects.visible_to(user)
            .filter(format=CafePage.Format.CAFE)
            .not_cancelled()
            .for_cards()
            .upcoming()
            .first()
        )
        context |= {
            "next_events": EventPage.objects.visible_to(user)
            .not_cancelled()
            .for_cards()
            .upcoming()
            .specific()[:4],
            "next_cafe": next_cafe,
            "latest_fiches": FichePage.objects.visible_to(user).for_cards().latest_first()[:3],
            "phases": phase_summaries(user),
            "theme_counts": theme_counts(user),
        }
        return context


class ThemeIndexPage(BasePage):
    """``/themes/``: the closed list of themes."""

    kind_label = "Thèmes"
    icon = "tag"
    template = "home/theme_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.ThemePage", "home.PhasePage"]
    max_count = 1
    is_creatable = True
    content_panels = [*BasePage.content_panels, "summary"]

    class Meta:
        verbose_name = "liste des thèmes"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context |= {"theme_counts": theme_counts(request.user), "phases": phase_summaries(request.user)}
        return context


class FiledUnder(BasePage):
    """Abstract: a page that shows everything filed under one entry of a closed list."""

    kept_parameters = ("page",)

    intro = RichTextField("introduction", blank=True, features=richtext.SECTION)

    class Meta:
        abstract = True

    def filed(self, pages):
        """Limit ``pages`` to what is filed under this page's entry."""
        return pages.filter(**{f"{self.filing_field}": getattr(self, self.entry_field)})

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        user = request.user
        fiches = self.filed(FichePage.objects.visible_to(user).for_cards()).order_by(
            "-first_published_at", "-pk"
        )
        events = self.filed(EventPage.objects.visible_to(user).not_cancelled().for_cards())
        replays = self.filed(WebinairePage.objects.visible_to(user).for_cards()).replays()
        context |= {
            "fiches": paginate(fiches, request),
            "tools": self.filed(OutilPage.objects.visible_to(user).for_cards()).order_by("title"),
            "next_events": events.upcoming().specific()[:6],
            "replays": replays[:6],
            "schemes": self.filed(DispositifPage.objects.visible_to(user)).order_by("need_order", "title"),
        }
        return context


class ThemePage(FiledUnder):
    """The public page of a theme; the Theme itself is a snippet that everything is filed under."""

    kind_label = "Thème"
    kind = "theme"
    icon = "tag"
    filing_field, entry_field = "themes", "theme"

    theme = models.OneToOneField(Theme, verbose_name="thème", on_delete=models.PROTECT, related_name="page")

    template = "home/theme_page.html"
    parent_page_types = ["home.ThemeIndexPage"]
    subpage_types: list[str] = []
    is_creatable = True
    content_panels = [*BasePage.content_panels, "theme", "summary", "intro"]

    class Meta:
        verbose_name = "page d’un thème"
        verbose_name_plural = "pages des thèmes"


class PhasePage(FiledUnder):
    """The public page of a phase: what to do when the structure is there."""

    kind_label = "Moment"
    kind = "page"
    icon = "boussole"
    filing_field, entry_field = "phases", "phase"

    phase = models.OneToOneField(Phase, verbose_name="moment", on_delete=models.PROTECT, related_name="page")

    template = "home/theme_page.html"
    parent_page_types = ["home.ThemeIndexPage"]
    subpage_types: list[str] = []
    is_creatable = True
    content_panels = [*BasePage.content_panels, "phase", "summary", "intro"]

    class Meta:
        verbose_name = "page d’un moment"
        verbose_name_plural = "pages des moments"

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {"phases": phases_addressed()}


class StandardPage(BasePage):
    """An editorial or legal page."""

    kind_label = "Page"
    kind = "page"

    body = StreamField(EditorialBlock(), verbose_name="texte", blank=True)
    shows_centres = models.BooleanField("montre la liste des centres", default=False)

    template = "home/standard_page.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    is_creatable = True
    content_panels = [*BasePage.content_panels, "summary", "body", "shows_centres", *BasePage.audience_panels]

    class Meta:
        verbose_name = "page éditoriale"
        verbose_name_plural = "pages éditoriales"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        if self.shows_centres:
            context["centres"] = CentrePage.objects.visible_to(request.user).order_by("path")
        return context


class AgendaPage(RoutablePageMixin, BasePage):
    """``/agenda/``: every session as a list and as a month; ``/agenda/…`` feeds are in ``urls``."""

    kind_label = "Agenda"
    icon = "cal"
    kept_parameters = ("mois", "page", "periode", "region", "theme", "type")

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    is_creatable = True
    content_panels = [*BasePage.content_panels, "summary"]

    class Meta:
        verbose_name = "agenda"

    @path("")
    def as_list_or_month(self, request):
        """Render the list, or the month asked for by ``?mois=2026-11``."""
        now = timezone.now()
        events, chosen = self.filtered(request)
        context = {
            "themes": Theme.objects.all(),
            "regions": Region.objects.all(),
            "chosen": chosen,
            "kinds": agenda_kinds(),
            "this_month": timezone.localdate(now).strftime("%Y-%m"),
        }
        month = parse_month(request.GET.get("mois"))
        if month:
            today = timezone.localdate(now)
            # Of all that the reader may see: a filter changes what a month holds, not where months end.
            ends = EventPage.objects.visible_to(request.user).aggregate(
                models.Min("start"), models.Max("end")
            )
            bounds = bounds_of(ends["start__min"], ends["end__max"], today=today)
            context["month"] = month_grid(
                month, in_month(events, month).specific(), today=today, bounds=bounds
            )
            return self.render(request, context_overrides=context, template="home/agenda_month.html")
        past = request.GET.get("periode") == "passe"
        items = paginate(
            (events.past(now) if past else events.upcoming(now)).specific(), request, per_page=20
        )
        context |= {"items": items, "months": by_month(items, today=timezone.localdate(now)), "past": past}
        return self.render(request, context_overrides=context, template="home/agenda_page.html")

    def filtered(self, request):
        """Return the visible events that the query string asks for, and what was understood of it."""
        events = EventPage.objects.visible_to(request.user).for_cards()
        chosen = {}
        kind = request.GET.get("type", "")
        if kind in agenda_kinds():
            chosen["type"] = kind
            events = (
                events.filter(webinairepage__isnull=False)
                if kind == "webinaire"
                else events.filter(cafepage__format=kind)
            )
        theme, region = (request.GET.get(name, "")[:80].replace("\x00", "") for name in ("theme", "region"))
        if theme:
            chosen["theme"] = theme
            events = events.filter(themes__slug=theme)
        if region:
            chosen["region"] = region
            # No region means the whole of France: someone who looks for hers is welcome there too.
            events = events.filter(models.Q(regions__slug=region) | models.Q(regions=None))
        return events, chosen


class GlossairePage(BasePage):
    """``/glossaire/``: the lexicon, by letter."""

    kind_label = "Glossaire"
    icon = "quote"
    template = "home/glossaire_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    is_creatable = True
    content_panels = [*BasePage.content_panels, "summary"]

    class Meta:
        verbose_name = "glossaire"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        letters: dict[str, list[Terme]] = {}
        for terme in Terme.objects.prefetch_related("expansions"):
            letters.setdefault(terme.sigle[0].upper(), []).append(terme)
        context["letters"] = sorted(letters.items())
        return context


def agenda_kinds() -> dict[str, str]:
    """The kinds of sessions that the agenda filters by: value and label."""
    return {**dict(CafePage.Format.choices), "webinaire": "Webinaire"}


def in_month(events, month: dt.date):
    """Limit ``events`` to those that touch the month of ``month``, in Paris time, in order."""
    first = dt.datetime(month.year, month.month, 1, tzinfo=PARIS)
    following = (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    last = dt.datetime(following.year, following.month, 1, tzinfo=PARIS)
    return events.filter(start__lt=last, end__gt=first).order_by("start", "pk")


def theme_counts(user) -> list[Theme]:
    """Themes that have a page, each with ``fiches_count`` readable by ``user``. Two queries."""
    counts = dict(
        FichePage.objects.visible_to(user)
        .order_by()  # the tree's own order would be grouped by
        .values_list("themes")
        .annotate(number=models.Count("pk", distinct=True))
        .values_list("themes", "number")
    )
    themes = list(Theme.objects.select_related("page").filter(page__live=True))
    for theme in themes:
        theme.fiches_count = counts.get(theme.pk, 0)
    return themes


def phase_summaries(user) -> list[Phase]:
    """The four phases with their numbers of fiches, of sessions to come and of schemes, and their address."""
    phases = phases_addressed()
    for name, pages in (
        ("fiches_count", FichePage.objects.visible_to(user)),
        ("events_count", EventPage.objects.visible_to(user).not_cancelled().upcoming()),
        ("schemes_count", DispositifPage.objects.visible_to(user)),
    ):
        counts = dict(
            pages.order_by()
            .values_list("phases")
            .annotate(number=models.Count("pk", distinct=True))
            .values_list("phases", "number")
        )
        for phase in phases:
            setattr(phase, name, counts.get(phase.pk, 0))
    return phases


def phases_addressed() -> list[Phase]:
    """The four phases in order, each with its ``address`` ("" where it has no page). Two queries."""
    phases = list(Phase.objects.select_related("page"))
    urgence = UrgencePage.objects.live().first()
    for phase in phases:
        page = getattr(phase, "page", None)
        phase.address = urgence.url if phase.slug == "urgence" and urgence else (page.url if page else "")
    return phases
