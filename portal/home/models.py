"""Pages that gather what every feature brings: home, themes, phases, agenda, glossary, editorial pages."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import models
from django.utils import timezone
from django.utils.http import urlencode
from wagtail.admin.panels import MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField, StreamField

from cafes.models import CafePage
from portal.base import richtext
from portal.base.addresses import address_of
from portal.base.blocks import EditorialBlock
from portal.base.listing import paginate
from portal.base.models import BasePage
from portal.base.prepared import Fixed, prepared, read
from portal.centres.models import CentrePage
from portal.registrations.models import EventPage, event_cards
from portal.themes.filters import filter_of, narrow, read_filters
from portal.themes.models import Expansion, Phase, Terme, Theme
from ressources.cards import ressource_cards
from ressources.models import DispositifPage, FichePage, OutilPage, UrgencePage, latest_fiches
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
        user, now = request.user, timezone.now()
        context |= {
            "next_events": coming_events(user=user, now=now)[:4],
            "next_cafe": next((read(CafePage, pk=pk) for pk in next_cafes(user=user, now=now)), None),
            "latest_fiches": latest_fiches(user=user)[:3],
            "phases": phase_summaries(user, now),
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
        context |= {
            "theme_counts": theme_counts(request.user),
            "phases": phase_summaries(request.user, timezone.now()),
        }
        return context


class FiledUnder(BasePage):
    """Abstract: a page that shows everything filed under one entry of a closed list."""

    section = "/themes/"
    kept_parameters = ("page",)

    intro = RichTextField("introduction", blank=True, features=richtext.SECTION)

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        filed = {
            "field": Fixed(self.filing_field),
            "entry": getattr(self, f"{self.entry_field}_id"),
            "user": request.user,
        }
        now = timezone.now()
        context |= {
            "fiches": paginate(filed_fiches(**filed), request),
            "tools": filed_tools(**filed),
            "next_events": filed_events(**filed, now=now)[:6],
            "replays": filed_replays(**filed, now=now)[:6],
            "schemes": [
                {
                    "url": address_of(row["url_path"]),
                    "title": row["title"],
                    "summary": row["summary"],
                    "get_eligible_display": DispositifPage.Eligible(row["eligible"]).label,
                }
                for row in filed_schemes(**filed)
            ],
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
    filtered_by = ("theme", "region")
    kept_parameters = ("mois", "page", "periode", "type", *filtered_by)

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
        filters = [
            filter_of(request.GET, "type", "Type", "Tous les types", list(agenda_kinds().items())),
            *read_filters(request.GET, self.filtered_by),
        ]
        kind, theme, region = (one.chosen for one in filters)
        asked = {"kind": Fixed(kind), "theme": theme or None, "region": region or None}
        context = {
            "filters": filters,
            "chosen": [one for one in filters if one.chosen],
            "theme": theme,
            "note": "Avec les rendez-vous ouverts à toute la France." if region else "",
            "this_month": timezone.localdate(now).strftime("%Y-%m"),
        }
        month, past = parse_month(request.GET.get("mois")), request.GET.get("periode") == "passe"
        # What a choice of filters, or of none, leaves as it is.
        kept = {"mois": f"{month:%Y-%m}"} if month else {"periode": "passe"} if past else {}
        context |= {
            "kept": list(kept.items()),
            "cleared": f"{self.url}?{urlencode(kept)}" if kept else self.url,
            "past": past,
        }
        if month:
            today = timezone.localdate(now)
            # Of all that the reader may see: a filter changes what a month holds, not where months end.
            ends = EventPage.objects.visible_to(request.user).aggregate(
                models.Min("start"), models.Max("end")
            )
            bounds = bounds_of(ends["start__min"], ends["end__max"], today=today)
            first, last = ends_of_month(month)
            events = events_between(user=request.user, **asked, first=first, last=last)
            context["month"] = month_grid(month, events, today=today, bounds=bounds)
            return self.render(request, context_overrides=context, template="home/agenda_month.html")
        listing = past_events if past else events_to_come
        items = paginate(listing(user=request.user, **asked, now=now), request, per_page=20)
        context |= {"items": items, "months": by_month(items, today=timezone.localdate(now))}
        return self.render(request, context_overrides=context, template="home/agenda_page.html")


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
        # Rows, not objects: there are hundreds, and a manager of expansions for each took longer than the page.
        meanings = defaultdict(list)
        for term, text in Expansion.objects.values_list("terme", "text"):
            meanings[term].append(text)
        letters: dict[str, list[dict]] = {}
        for term in Terme.objects.values("pk", "sigle", "slug", "definition"):
            letters.setdefault(term["sigle"][0].upper(), []).append(
                term | {"expansions": meanings[term["pk"]]}
            )
        context["letters"] = sorted(letters.items())
        return context


def agenda_kinds() -> dict[str, str]:
    """The kinds of sessions that the agenda filters by: value and label."""
    return {**dict(CafePage.Format.choices), "webinaire": "Webinaire"}


def ends_of_month(month: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return when the month of ``month`` begins and when the next one does, in Paris."""
    following = (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return tuple(dt.datetime(day.year, day.month, 1, tzinfo=PARIS) for day in (month, following))


def filtered(user, kind: str, theme: str | None, region: str | None):
    """The events that ``user`` may read, of a kind ("": any), a theme and a region (slugs; None: any)."""
    events = EventPage.objects.visible_to(user)
    if kind == "webinaire":
        events = events.filter(webinairepage__isnull=False)
    elif kind:
        events = events.filter(cafepage__format=kind)
    return narrow(events, theme=theme, region=region)


@event_cards(EventPage)
def events_to_come(user, kind, theme, region, now):
    return filtered(user, kind, theme, region).upcoming(now)


@event_cards(EventPage)
def past_events(user, kind, theme, region, now):
    return filtered(user, kind, theme, region).past(now)


@event_cards(EventPage)
def events_between(user, kind, theme, region, first, last):
    """The events that touch the time from ``first`` to ``last``, in order."""
    return filtered(user, kind, theme, region).filter(start__lt=last, end__gt=first).order_by("start", "pk")


@event_cards(EventPage)
def coming_events(user, now):
    return EventPage.objects.visible_to(user).not_cancelled().upcoming(now)


@ressource_cards(FichePage)
def filed_fiches(field, entry, user):
    """Fiches filed under the entry (its id) of the closed list ``field``; so with the others below."""
    return FichePage.objects.visible_to(user).filter(**{field: entry}).latest_first()


@ressource_cards(OutilPage)
def filed_tools(field, entry, user):
    return OutilPage.objects.visible_to(user).filter(**{field: entry}).order_by("title")


@event_cards(EventPage)
def filed_events(field, entry, user, now):
    return EventPage.objects.visible_to(user).not_cancelled().filter(**{field: entry}).upcoming(now)


@event_cards(WebinairePage)
def filed_replays(field, entry, user, now):
    return WebinairePage.objects.visible_to(user).filter(**{field: entry}).replays(now)


@prepared
def filed_schemes(field, entry, user):
    schemes = DispositifPage.objects.visible_to(user).filter(**{field: entry}).order_by("need_order", "title")
    return schemes.values("url_path", "title", "summary", "eligible")


def theme_counts(user) -> list[dict]:
    """Themes that have a page: ``label``, ``slug``, ``summary``, ``url``, ``fiches_count`` readable by ``user``."""
    counts = {row["entry"]: row["number"] for row in fiches_by_theme(user=user)}
    return [
        {**row, "url": address_of(row["page__url_path"]), "fiches_count": counts.get(row["pk"], 0)}
        for row in themes_with_a_page()
    ]


def phase_summaries(user, now: dt.datetime) -> list[dict]:
    """The four phases with their numbers of fiches, of sessions to come and of schemes, and their address."""
    counts: dict[tuple[int, str], int] = {}
    for row in contents_by_phase(user=user, now=now):
        counts[row["entry"], row["what"]] = row["number"]
    return [
        {
            **row,
            **{
                name: counts.get((row["pk"], name), 0)
                for name in ("fiches_count", "events_count", "schemes_count")
            },
        }
        for row in phases_addressed()
    ]


def phases_addressed() -> list[dict]:
    """The four phases in order: ``slug``, ``label``, ``short_label``, ``summary``, and their ``address``, "" where
    there is no page. Two queries.
    """
    urgence = next(iter(urgence_page()), "")
    return [
        {
            **row,
            "address": address_of(
                urgence if row["slug"] == "urgence" and urgence else row["page__url_path"] or ""
            ),
        }
        for row in phases()
    ]


@prepared
def themes_with_a_page():
    return Theme.objects.filter(page__live=True).values("pk", "label", "slug", "summary", "page__url_path")


@prepared
def phases():
    return Phase.objects.values("pk", "label", "short_label", "slug", "summary", "page__url_path")


@prepared
def urgence_page():
    return UrgencePage.objects.live().values_list("url_path", flat=True)[:1]


def _counted(pages, model, field: str, what: str):
    """How many of ``pages`` each entry of the list ``field`` of ``model`` holds.

    From the links, and with any pages that may be read: joining each link to the tables of its page's type took
    six times as long.
    """
    list_field = model._meta.get_field(field)
    page, entry = list_field.m2m_field_name(), list_field.m2m_reverse_field_name()
    links = list_field.remote_field.through.objects.filter(**{f"{page}__in": pages.order_by().values("pk")})
    groups = links.order_by().values(entry=models.F(f"{entry}_id"))
    return groups.annotate(number=models.Count("pk"), what=models.Value(what)).values(
        "entry", "what", "number"
    )


@prepared
def fiches_by_theme(user):
    return _counted(BasePage.objects.visible_to(user), FichePage, "themes", "fiches_count")


@prepared
def contents_by_phase(user, now):
    """Fiches, sessions to come and schemes of each phase, in one query."""
    readable = BasePage.objects.visible_to(user)
    coming = EventPage.objects.visible_to(user).not_cancelled().upcoming(now)
    counts = [
        _counted(pages, model, "phases", what)
        for model, pages, what in (
            (FichePage, readable, "fiches_count"),
            (EventPage, coming, "events_count"),
            (DispositifPage, readable, "schemes_count"),
        )
    ]
    return counts[0].union(*counts[1:], all=True)


@prepared
def next_cafes(user, now):
    """The next café that is not cancelled, by its id."""
    cafes = CafePage.objects.visible_to(user).filter(format=CafePage.Format.CAFE).not_cancelled()
    return cafes.upcoming(now).values_list("pk", flat=True)[:1]
