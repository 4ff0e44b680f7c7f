"""Sessions between peers: cafés difficultés, codéveloppement, analyse de pratiques, trainings, seminars."""

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from portal.base import richtext
from portal.base.listing import ListingPage
from portal.base.models import BasePage
from portal.registrations.models import EventPage


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
        sessions = CafePage.objects.visible_to(request.user).for_cards()
        return sessions.past() if request.GET.get("periode") == "passe" else sessions.upcoming()


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

    icon = "cafe"

    format = models.CharField("format", max_length=24, choices=Format.choices, default=Format.CAFE)
    genre = models.CharField("genre", max_length=12, choices=Genre.choices, default=Genre.THEMATIQUE)
    about = RichTextField("de quoi parle-t-on", blank=True, features=richtext.TEXT)
    how = RichTextField("comment ça se passe", blank=True, features=richtext.TEXT)
    for_whom = RichTextField("pour qui", blank=True, features=richtext.TEXT)
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
        "summary",
        FieldRowPanel(["format", "genre"]),
        *EventPage.event_panels,
        MultiFieldPanel(["about", "how", "for_whom"], heading="Présentation"),
        FieldPanel("takeaways"),
        *EventPage.filing_panels,
        *BasePage.audience_panels,
    ]

    class Meta:
        verbose_name = "café ou groupe"
        verbose_name_plural = "cafés et groupes"

    @property
    def kind_label(self) -> str:
        return self.get_format_display()

    @property
    def kind(self) -> str:
        return self.format
