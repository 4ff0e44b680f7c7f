"""Sessions between peers: cafés difficultés, codéveloppement, analyse de pratiques, trainings, seminars."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from portal.base import richtext
from portal.base.listing import ListingPage
from portal.base.models import BasePage
from portal.registrations.models import EventPage, event_cards

from .panels import FormatPanel
from .run_sheets import CODEVELOPPEMENT

#: Guides on codéveloppement: below, too few points of view; above, no room for each (Payette, Champagne).
SMALLEST_GROUP, LARGEST_GROUP = 4, 8


class CafeIndexPage(ListingPage):
    """``/cafes/``: what is to come, then what took place."""

    kind_label = "Cafés difficultés"
    icon = "cafe"
    template = "cafes/cafe_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    is_creatable = True

    class Meta:
        verbose_name = "liste des cafés difficultés"

    def get_items(self, request):
        """Pages of the list: sessions to come first, or past ones with ``?periode=passe``."""
        listing = past_sessions if request.GET.get("periode") == "passe" else coming_sessions
        return listing(user=request.user, now=timezone.now())


class CafePage(EventPage):
    """One date of a session between peers."""

    class Format(models.TextChoices):
        CAFE = "cafe", "Café difficultés"
        CODEV = "codeveloppement", "Codéveloppement"
        APP = "analyse-de-pratiques", "Analyse de pratiques"
        FORMATION = "formation", "Formation"
        SEMINAIRE = "seminaire", "Séminaire"

    class Genre(models.TextChoices):
        THEMATIQUE = "thematique", "Thématique"
        SECTORIEL = "sectoriel", "Sectoriel"
        POSTURE = "posture", "Posture"

    section = "/cafes/"
    icon = "cafe"

    format = models.CharField("format", max_length=24, choices=Format.choices, default=Format.CAFE)
    genre = models.CharField("genre", max_length=12, choices=Genre.choices, default=Genre.THEMATIQUE)
    about = RichTextField("de quoi parle-t-on", blank=True, features=richtext.TEXT)
    how = RichTextField("comment ça se passe", blank=True, features=richtext.TEXT)
    for_whom = RichTextField("pour qui", blank=True, features=richtext.TEXT)
    objectives = RichTextField("objectifs", blank=True, features=richtext.TEXT)
    prerequisites = RichTextField("prérequis", blank=True, features=richtext.TEXT)
    gives_certificate = models.BooleanField(
        "donne une attestation de formation",
        default=False,
        help_text="Ses objectifs y figurent.",
    )
    takeaways = RichTextField(
        "ce qu’on en retient",
        blank=True,
        features=richtext.TEXT,
        help_text="Après : en termes généraux, sans structure.",
    )

    template = "cafes/cafe_page.html"
    parent_page_types = ["centres.CentrePage"]
    subpage_types: list[str] = []
    is_creatable = True

    content_panels = [
        *BasePage.content_panels,
        *EventPage.essential_panels,
        MultiFieldPanel(
            [FieldRowPanel(["format", "genre"])],
            heading="Format : café, codéveloppement, formation…",
            classname="collapsed",
        ),
        MultiFieldPanel(
            ["summary", "about", "how", "for_whom"], heading="Présentation", classname="collapsed"
        ),
        *EventPage.event_panels,
        FormatPanel(
            ["objectives", "prerequisites", "gives_certificate"],
            heading="Formation",
            formats=[Format.FORMATION],
        ),
        FormatPanel(
            [
                HelpPanel(
                    "<p>Les étapes minutées que l’animation suit, avec un chronomètre, depuis son téléphone. "
                    "Un codéveloppement laissé vide prend le déroulé habituel en deux heures.</p>"
                ),
                InlinePanel("run_sheet_steps", label="Étape"),
            ],
            heading="Déroulé",
            formats=[Format.CODEV, Format.APP],
        ),
        *EventPage.filing_panels,
        MultiFieldPanel(
            [FieldPanel("takeaways")], heading="Après : ce qu’on en retient", classname="collapsed"
        ),
    ]
    #: A copy is another date: what was written after this one stays with it.
    exclude_fields_in_copy = ["takeaways"]

    class Meta:
        verbose_name = "café ou groupe"
        verbose_name_plural = "cafés et groupes"

    def certificate_text(self) -> str | None:
        return self.objectives if self.gives_certificate else None

    def clean(self):
        super().clean()
        here = self.registration_mode == self.RegistrationMode.HERE
        is_too_large = self.capacity is None or self.capacity > LARGEST_GROUP
        if self.format == self.Format.CODEV and here and is_too_large:
            raise ValidationError(
                {
                    "capacity": (
                        f"Un groupe de codéveloppement réunit de {SMALLEST_GROUP} à {LARGEST_GROUP} pairs : "
                        f"indiquez {LARGEST_GROUP} places au plus."
                    )
                }
            )

    @classmethod
    def card_columns(cls, prefix: str) -> dict:
        return {"session_format": F(f"{prefix}format")}

    @classmethod
    def card_traits(cls, row: dict) -> dict:
        kind = row["session_format"]
        return super().card_traits(row) | {"kind": kind, "kind_label": dict(cls.Format.choices)[kind]}

    # -- traits (see ``portal.registrations.models.traits``)

    @property
    def asks_role(self) -> bool:
        return self.format == self.Format.CODEV

    @property
    def wants_unrelated_peers(self) -> bool:
        return self.format == self.Format.CODEV

    @property
    def smallest_group(self) -> int | None:
        return SMALLEST_GROUP if self.format == self.Format.CODEV else None

    @property
    def is_noted(self) -> bool:
        return bool(self.takeaways)

    def run_sheet(self):
        """The timed steps of the session, in order; those of the method where a codéveloppement has none."""
        steps = tuple(self.run_sheet_steps.all())
        return steps or (CODEVELOPPEMENT if self.format == self.Format.CODEV else ())

    @property
    def kind_label(self) -> str:
        return self.get_format_display()

    @property
    def kind(self) -> str:
        return self.format


class RunSheetStep(Orderable):
    """A timed step of a session, as the facilitator's clock runs it."""

    page = ParentalKey(CafePage, on_delete=models.CASCADE, related_name="run_sheet_steps")
    label = models.CharField("étape", max_length=120)
    minutes = models.PositiveSmallIntegerField("minutes")
    note = models.CharField("consigne", max_length=300, blank=True)

    panels = [FieldRowPanel(["label", "minutes"]), "note"]

    class Meta(Orderable.Meta):
        verbose_name = "étape du déroulé"
        verbose_name_plural = "étapes du déroulé"

    def __str__(self):
        return f"{self.label} ({self.minutes} min)"


@event_cards(CafePage)
def coming_sessions(user, now):
    return CafePage.objects.visible_to(user).upcoming(now)


@event_cards(CafePage)
def past_sessions(user, now):
    return CafePage.objects.visible_to(user).past(now)
