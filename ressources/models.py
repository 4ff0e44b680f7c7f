"""What stays: fiches, tools, and the schemes to refer to in an emergency."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, MultipleChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable

from portal.base import richtext
from portal.base.audience import is_approved
from portal.base.blocks import FigureBlock, QuoteBlock, StepBlock
from portal.base.listing import ListingPage
from portal.base.models import BasePage, BasePageManager, BasePageQuerySet
from portal.base.prepared import Fixed, prepared
from portal.centres.models import centre_of
from portal.registrations.models import EventPage, event_cards
from portal.registrations.takeaways import KEPT_FOR_MEMBERS, events_behind
from portal.themes.filters import narrow, read_filters
from portal.themes.models import Departement, ThemedPage, boxes

from .cards import minutes_to_read, ressource_cards
from .forms import FicheForm
from .panels import OriginPanel


class RessourceIndexPage(ListingPage):
    """``/ressources/``: fiches and tools, the latest first."""

    kind_label = "Ressources"
    template = "ressources/ressource_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    is_creatable = True
    filtered_by = ("theme", "phase", "secteur", "region")
    kept_parameters = (*ListingPage.kept_parameters, *filtered_by)

    class Meta:
        verbose_name = "liste des ressources"

    def get_context(self, request, *args, **kwargs):
        self.filters = read_filters(request.GET, self.filtered_by)
        context = super().get_context(request, *args, **kwargs)
        tools = request.GET.get("type") == "outil"
        context |= {
            "tools": tools,
            "filters": self.filters,
            "chosen": [one for one in self.filters if one.chosen],
            "kept": [("type", "outil")] if tools else [],
            "cleared": f"{self.url}?type=outil" if tools else self.url,
        }
        return context

    def get_items(self, request):
        """Fiches, or tools with ``?type=outil``, the latest published first, as far as the filters let."""
        listing = latest_tools if request.GET.get("type") == "outil" else latest_fiches
        return listing(user=request.user, **{one.name: one.chosen for one in self.filters if one.chosen})


class RessourceQuerySet(BasePageQuerySet):
    def latest_first(self):
        return self.order_by("-first_published_at", "-pk")


RessourceManager = BasePageManager.from_queryset(RessourceQuerySet)


class Ressource(ThemedPage, BasePage):
    """Abstract: what fiches and tools share."""

    section = "/ressources/"
    #: The fields that are read from one end to the other: their length is told on cards.
    read_fields: tuple[str, ...] = ()

    verified_on = models.DateField("vérifiée le", null=True, blank=True)
    review_on = models.DateField("à revoir le", null=True, blank=True)
    authors = models.CharField("auteur·es", max_length=255, blank=True)

    filing_panels = [
        MultiFieldPanel(
            [boxes(name) for name in ("phases", "themes", "secteurs", "structures", "regions")],
            heading="Classement",
        ),
    ]
    freshness_panels = [
        MultiFieldPanel(
            ["authors", FieldRowPanel(["verified_on", "review_on"])], heading="Auteur·es et fraîcheur"
        ),
    ]

    objects = RessourceManager()

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        user = request.user
        context["related_fiches"] = fiches_close_to(self, user)
        if self.pk is None:
            # A preview before the first save: nobody can have linked to it or used it.
            return context
        now = timezone.now()
        open_only = self.hides_its_origin and not is_approved(user)
        regions = use_regions(page=self.pk)
        context |= {
            "origin_events": events_left_by(page=self.pk, user=user, now=now, open_only=open_only)[:3],
            "related_events": coming_events_on(page=self.pk, user=user, now=now)[:3],
            "uses_count": sum(row["number"] for row in regions),
            "use_regions": [row["region__label"] for row in regions if row["region__label"]][:USE_REGIONS],
            "used_by_me": user.is_authenticated and self.uses.filter(user=user).exists(),
        }
        return context

    @property
    def hides_its_origin(self) -> bool:
        """Tell whether a session "entre pairs" behind this page is the network's own business: without consent to
        be named, a date and a circle of peers would say who.
        """
        return False

    @property
    def centre_name(self) -> str:
        """The centre's name, "" without a centre; see ``centre``."""
        return self.centre.title if self.centre else ""

    @property
    def centre(self):
        """The centre whose subtree this page stands in; cached, one query."""
        if not hasattr(self, "_centre"):
            self._centre = centre_of(self)
        return self._centre


#: How many regions a page names where it was used.
USE_REGIONS = 2


class FichePage(Ressource):
    """A capitalisation sheet: what was done, with whom, what came of it, what to take from it."""

    class Staff(models.TextChoices):
        S1 = "1-2", "1 ou 2 salarié·es"
        S3 = "3-5", "3 à 5 salarié·es"
        S6 = "6-9", "6 à 9 salarié·es"
        S10 = "10-19", "10 à 19 salarié·es"
        S20 = "20-49", "20 à 49 salarié·es"
        S50 = "50-99", "50 à 99 salarié·es"
        S100 = "100+", "100 salarié·es et plus"

    class Support(models.TextChoices):
        INDIVIDUEL = "individuel", "Individuel"
        COLLECTIF = "collectif", "Collectif"
        LES_DEUX = "individuel-puis-collectif", "Individuel puis collectif"

    class Consent(models.TextChoices):
        ANONYMOUS = "anonymisee", "Structure anonymisée"
        NAMED = "nommee", "Structure nommée, avec son accord"

    kind_label = "Fiche"
    kind = "fiche"
    icon = "doc"

    external_url = models.URLField(
        "fiche sur le site du centre", blank=True, help_text="La fiche est ailleurs : le résumé y mène."
    )
    en_bref = RichTextField("en bref", blank=True, features=richtext.TEXT, help_text="Trois à cinq points.")
    contexte = RichTextField("contexte", blank=True, features=richtext.SECTION)
    demande = RichTextField("demande initiale", blank=True, features=richtext.SECTION)
    demarche = RichTextField(
        "démarche", blank=True, features=richtext.SECTION, help_text="Ce que vous avez fait, dans l’ordre."
    )
    chiffres = StreamField([("chiffre", FigureBlock())], verbose_name="chiffres", blank=True, max_num=4)
    etapes = StreamField([("etape", StepBlock())], verbose_name="étapes", blank=True)
    acteurs = RichTextField("acteurs mobilisés", blank=True, features=richtext.SECTION)
    moyens = RichTextField("moyens", blank=True, features=richtext.SECTION)
    resultats = RichTextField("résultats", blank=True, features=richtext.SECTION)
    temoignage = StreamField([("citation", QuoteBlock())], verbose_name="témoignage", blank=True, max_num=1)
    facteurs = RichTextField("facteurs de réussite", blank=True, features=richtext.SECTION)
    vigilance = RichTextField("points de vigilance", blank=True, features=richtext.SECTION)
    enseignements = RichTextField("si c’était à refaire", blank=True, features=richtext.SECTION)
    transferer = RichTextField("transférer ailleurs", blank=True, features=richtext.SECTION)
    pour_aller_plus_loin = RichTextField("pour aller plus loin", blank=True, features=richtext.SECTION)
    tools = models.ManyToManyField(
        "ressources.OutilPage", through="ressources.FicheTool", related_name="fiches"
    )
    staff = models.CharField("effectif", max_length=6, choices=Staff.choices, blank=True)
    support = models.CharField("appui", max_length=30, choices=Support.choices, blank=True)
    consent = models.CharField(
        "accord de la structure", max_length=12, choices=Consent.choices, default=Consent.ANONYMOUS
    )
    consent_note = models.CharField(
        "preuve de l’accord",
        max_length=300,
        blank=True,
        help_text="Qui a donné l’accord, et quand : demandé si la structure est nommée. Jamais montré sur le site.",
    )

    #: The sections in reading order: anchor, title, field.
    SECTIONS = (
        ("en-bref", "En bref", "en_bref"),
        ("contexte", "Contexte", "contexte"),
        ("demande", "Demande initiale", "demande"),
        ("demarche", "Démarche", "demarche"),
        ("etapes", "Étapes", "etapes"),
        ("acteurs", "Acteurs mobilisés", "acteurs"),
        ("moyens", "Moyens", "moyens"),
        ("resultats", "Résultats", "resultats"),
        ("facteurs", "Facteurs de réussite", "facteurs"),
        ("vigilance", "Points de vigilance", "vigilance"),
        ("enseignements", "Si c’était à refaire", "enseignements"),
        ("transferer", "Transférer ailleurs", "transferer"),
        ("pour-aller-plus-loin", "Pour aller plus loin", "pour_aller_plus_loin"),
    )

    read_fields = tuple(field for _, _, field in SECTIONS)

    base_form_class = FicheForm

    template = "ressources/fiche_page.html"
    parent_page_types = ["centres.CentrePage"]
    subpage_types: list[str] = []
    is_creatable = True

    content_panels = [
        HelpPanel(template="ressources/admin/fiche_help.html"),
        OriginPanel(heading="D’où vient cette fiche"),
        MultiFieldPanel(
            [*BasePage.content_panels, "summary", boxes("phases"), boxes("themes"), "demarche"],
            heading="L’indispensable",
        ),
        FieldPanel("external_url"),
        MultiFieldPanel(["en_bref", "contexte", "demande"], heading="La situation", classname="collapsed"),
        MultiFieldPanel(
            ["chiffres", "etapes", "acteurs", "moyens"], heading="Le déroulé", classname="collapsed"
        ),
        MultiFieldPanel(
            ["resultats", "temoignage", "facteurs", "vigilance", "enseignements", "transferer"],
            heading="Ce qu’on en tire",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                MultipleChooserPanel("tool_links", chooser_field_name="tool", label="Outil"),
                "pour_aller_plus_loin",
            ],
            heading="Pour aller plus loin",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                boxes("secteurs"),
                boxes("structures"),
                FieldRowPanel(["staff", "support"]),
                boxes("regions"),
                FieldRowPanel(["consent", "consent_note"]),
                FieldPanel("details_checked", required_on_save=True),
            ],
            heading="Carte d’identité",
        ),
        *Ressource.freshness_panels,
        *BasePage.audience_panels,
    ]

    class Meta:
        verbose_name = "fiche"
        verbose_name_plural = "fiches"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        # By the links, which a preview has before they are saved.
        chosen = [link.tool_id for link in self.tool_links.all()]
        context["tools_to_take"] = OutilPage.objects.filter(pk__in=chosen).visible_to(request.user)
        return context

    @property
    def hides_its_origin(self) -> bool:
        return self.consent == self.Consent.ANONYMOUS

    def sections(self) -> list[dict]:
        """The sections that hold something: ``anchor``, ``title``, ``field``, ``value``."""
        return [
            {"anchor": anchor, "title": title, "field": field, "value": getattr(self, field)}
            for anchor, title, field in self.SECTIONS
            if getattr(self, field)
        ]

    @property
    def reading_minutes(self) -> int:
        """Whole minutes needed to read the sections, 0 where there is none."""
        fields = (self._meta.get_field(name) for name in self.read_fields)
        return minutes_to_read(type(self), tuple(field.value_to_string(self) or "" for field in fields))


def fiches_close_to(page: Ressource, user, *, limit: int = 3) -> list:
    """The cards of the fiches that share the most themes and sectors with ``page``, among those ``user`` may read.

    First which ones, then what their cards say: sorting thousands of them by what they share with all their texts
    in hand took a fifth of a second.
    """
    themes = sorted(theme.pk for theme in page.themes.all())
    secteurs = sorted(secteur.pk for secteur in page.secteurs.all())
    keys = closest_fiches(page=page.pk or 0, user=user, themes=themes, secteurs=secteurs, limit=Fixed(limit))
    return sorted(chosen_fiches(keys=keys), key=lambda card: keys.index(card.pk)) if keys else []


@prepared
def closest_fiches(page, user, themes, secteurs, limit):
    """The ids of fiches but ``page``, those that share the most first: two for a theme, one for a sector."""
    shared, either = models.Value(0), models.Q(pk__in=[])
    for name, entry, entries, weight in (
        ("themes", "theme", themes, 2),
        ("secteurs", "secteur", secteurs, 1),
    ):
        if entries:
            links = getattr(FichePage, name).through.objects.filter(**{f"{entry}__in": entries}).order_by()
            number = links.filter(fichepage=models.OuterRef("pk")).values("fichepage")
            number = number.annotate(number=models.Count("pk")).values("number")
            shared = shared + Coalesce(models.Subquery(number), 0) * weight
            either |= models.Q(pk__in=links.values("fichepage"))
    others = FichePage.objects.visible_to(user).exclude(pk=page).filter(either).annotate(shared=shared)
    ordered = others.order_by("-shared", "-first_published_at", "-pk")
    return ordered.values_list("pk", flat=True)[:limit]


@ressource_cards(FichePage)
def chosen_fiches(keys):
    return FichePage.objects.filter(pk__in=keys).order_by()


@ressource_cards(FichePage)
def latest_fiches(user, theme=None, phase=None, secteur=None, region=None):
    fiches = FichePage.objects.visible_to(user)
    return narrow(fiches, theme=theme, phase=phase, secteur=secteur, region=region).latest_first()


@event_cards(EventPage)
def events_left_by(page, user, now, open_only):
    """The past events that ``page`` came out of, the latest first; ``open_only``: but those kept for members."""
    events = events_behind(page).visible_to(user).past(now)
    return events.exclude(confidentiality__in=KEPT_FOR_MEMBERS) if open_only else events


@event_cards(EventPage)
def coming_events_on(page, user, now):
    """The events to come that ``page`` is tied to."""
    return events_behind(page).visible_to(user).upcoming(now)


@prepared
def use_regions(page):
    """How many people used ``page``, by region (None: not told), the most first."""
    uses = Usage.objects.filter(page=page).values("region__label").annotate(number=models.Count("pk"))
    return uses.order_by("-number", "region__label")


class OutilPage(Ressource):
    """A tool to take away: a file and how to use it."""

    kind_label = "Outil"
    kind = "outil"
    guarded_files = ("file",)
    icon = "tool"

    body = RichTextField("mode d’emploi", blank=True, features=richtext.SECTION)
    file = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name="fichier",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    external_url = models.URLField("outil sur un autre site", blank=True)

    template = "ressources/outil_page.html"
    parent_page_types = ["centres.CentrePage"]
    subpage_types: list[str] = []
    is_creatable = True

    content_panels = [
        *BasePage.content_panels,
        "summary",
        "file",
        "external_url",
        "body",
        *Ressource.filing_panels,
        *Ressource.freshness_panels,
        *BasePage.audience_panels,
    ]

    class Meta:
        verbose_name = "outil"
        verbose_name_plural = "outils"

    def clean(self):
        super().clean()
        if not self.file_id and not self.external_url:
            raise ValidationError({"file": "Joignez un fichier, ou indiquez le lien de l’outil."})


@ressource_cards(OutilPage)
def latest_tools(user, theme=None, phase=None, secteur=None, region=None):
    tools = OutilPage.objects.visible_to(user)
    return narrow(tools, theme=theme, phase=phase, secteur=secteur, region=region).latest_first()


class FicheTool(Orderable):
    """A tool that goes with a fiche."""

    fiche = ParentalKey(FichePage, on_delete=models.CASCADE, related_name="tool_links")
    tool = models.ForeignKey(OutilPage, verbose_name="outil", on_delete=models.CASCADE, related_name="+")

    panels = ["tool"]

    class Meta(Orderable.Meta):
        verbose_name = "outil joint"
        verbose_name_plural = "outils joints"

    def __str__(self):
        return str(self.tool)


class Usage(models.Model):
    """« J’ai utilisé cette fiche »: evidence that a practice travels. One per person and page."""

    page = models.ForeignKey(BasePage, on_delete=models.CASCADE, related_name="uses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="uses"
    )
    region = models.ForeignKey("themes.Region", null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField("le")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "utilisation"
        verbose_name_plural = "utilisations"
        constraints = [models.UniqueConstraint(fields=["page", "user"], name="ressources_one_use")]

    def __str__(self):
        return f"{self.user} · {self.page}"


class UrgencePage(BasePage):
    """``/urgence/``: readable in a minute, printable on a sheet; the schemes are its children."""

    kind_label = "Urgence"
    icon = "bouee"
    kept_parameters = ("departement",)

    questions = RichTextField("cinq questions à poser", blank=True, features=["bold", "ol"])
    clocks = RichTextField("les horloges légales", blank=True, features=["bold", "ul", "link"])
    mistakes = RichTextField("les erreurs à éviter", blank=True, features=["bold", "ul"])
    afterwards = RichTextField("ce que le DLA fait ensuite", blank=True, features=["bold", "ul", "link"])

    template = "ressources/urgence_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["ressources.DispositifPage"]
    max_count = 1
    is_creatable = True

    content_panels = [*BasePage.content_panels, "summary", "questions", "clocks", "mistakes", "afterwards"]

    class Meta:
        verbose_name = "page d’urgence"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        asked = request.GET.get("departement", "").replace("\x00", "").strip()[:20].upper()
        known = Departement.objects.select_related("region").filter(code=asked.zfill(2))
        departement = known.first() if asked else None
        schemes = DispositifPage.objects.child_of(self).visible_to(request.user)
        context |= {
            "departements": Departement.objects.all(),
            "departement": departement,
            "unknown_departement": bool(asked and not departement),
            "by_need": DispositifPage.by_need(schemes.for_departement(departement)),
        }
        return context


class DispositifQuerySet(BasePageQuerySet):
    def for_departement(self, departement):
        """National schemes, and those of ``departement``; every scheme where it is None."""
        schemes = self.order_by("need_order", "title")
        if departement is None:
            return schemes
        return schemes.filter(models.Q(national=True) | models.Q(departements=departement)).distinct()


DispositifManager = BasePageManager.from_queryset(DispositifQuerySet)


class DispositifPage(ThemedPage, BasePage):
    """A scheme or a desk to refer to: is an association eligible, how fast, where, says who, checked when."""

    class Nature(models.TextChoices):
        URGENCE = "urgence-sociale", "Protéger les salaires et les personnes"
        ETALEMENT = "etalement", "Obtenir du temps pour payer"
        MEDIATION = "mediation", "Renouer avec un créancier"
        PROCEDURE = "procedure", "Se placer sous la protection du tribunal"
        FINANCEMENT = "financement", "Trouver de la trésorerie"
        CONSEIL = "conseil", "Parler à quelqu’un, en confiance"
        EMPLOI = "emploi", "Tenir l’emploi"

    class Eligible(models.TextChoices):
        YES = "oui", "Ouvert aux associations"
        CONDITIONS = "conditions", "Sous conditions"
        NO = "non", "Fermé aux associations"

    kind_label = "Dispositif"
    typographed_fields = (*BasePage.typographed_fields, "conditions", "delay", "source")
    kind = "dispositif"
    icon = "bouee"

    nature = models.CharField("besoin", max_length=20, choices=Nature.choices)
    need_order = models.PositiveSmallIntegerField("ordre du besoin", default=9, editable=False)
    eligible = models.CharField("associations", max_length=12, choices=Eligible.choices)
    conditions = models.CharField("à quelles conditions", max_length=400, blank=True)
    delay = models.CharField("délai", max_length=300, blank=True)
    official_url = models.URLField("adresse officielle", blank=True)
    source = models.CharField("source", max_length=200)
    checked_on = models.DateField("vérifié le")
    national = models.BooleanField("partout en France", default=True)
    departements = ParentalManyToManyField(Departement, verbose_name="départements", blank=True)
    purpose = RichTextField("à quoi ça sert", blank=True, features=richtext.TEXT)
    whom = RichTextField("qui contacter", blank=True, features=richtext.TEXT)
    how = RichTextField("comment faire", blank=True, features=richtext.TEXT)
    beware = RichTextField("attention", blank=True, features=richtext.TEXT)

    objects = DispositifManager()

    template = "ressources/dispositif_page.html"
    parent_page_types = ["ressources.UrgencePage"]
    subpage_types: list[str] = []
    is_creatable = True

    content_panels = [
        *BasePage.content_panels,
        "summary",
        MultiFieldPanel(
            [FieldRowPanel(["nature", "eligible"]), "conditions", "delay"], heading="En un coup d’œil"
        ),
        MultiFieldPanel(["purpose", "whom", "how", "beware"], heading="En détail"),
        MultiFieldPanel(["official_url", FieldRowPanel(["source", "checked_on"])], heading="Source"),
        MultiFieldPanel(["national", boxes("departements")], heading="Où"),
        MultiFieldPanel([boxes("themes"), boxes("phases")], heading="Classement"),
    ]

    class Meta:
        verbose_name = "dispositif"
        verbose_name_plural = "dispositifs"

    def save(self, *args, **kwargs):
        self.need_order = list(self.Nature.values).index(self.nature)
        super().save(*args, **kwargs)

    @classmethod
    def by_need(cls, schemes) -> list[tuple[str, str, list]]:
        """Group schemes by need, in the order that a structure meets them: value, label, schemes."""
        groups: dict[str, list] = {}
        for scheme in schemes:
            groups.setdefault(scheme.nature, []).append(scheme)
        return [(value, label, groups[value]) for value, label in cls.Nature.choices if value in groups]
