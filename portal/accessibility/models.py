"""The accessibility statement, the plan of improvements, and the obstacles that people report."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField

from portal.base import richtext
from portal.base.blocks import EditorialBlock
from portal.base.models import BasePage

from . import addresses, rgaa
from .blocks import ActionBlock, ActionState

#: An answer is due within a week (« Réponse aux usagers », RGAA, obligations).
ANSWER_WITHIN = dt.timedelta(days=7)
#: A multi-year scheme runs over three years at most (law no. 2005-102, article 47).
LONGEST_SCHEME = 3


def default_remedies() -> str:
    """The ways to the Défenseur des droits, as the RGAA's model of a statement gives them."""
    return (
        "<ul>"
        '<li><a href="https://www.defenseurdesdroits.fr/nous-contacter-355">'
        "Écrire un message au Défenseur des droits</a></li>"
        '<li><a href="https://www.defenseurdesdroits.fr/carte-des-delegues">'
        "Contacter la personne déléguée du Défenseur des droits dans votre région</a></li>"
        "<li>Envoyer un courrier par la poste (gratuit, ne pas mettre de timbre)\u00a0: "
        "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07</li>"
        "</ul>"
    )


class StatementPage(BasePage):
    """``/accessibilite/``: the statement, by the RGAA's model. Its status is a setting, its rate is computed."""

    kind_label = "Page"
    kind = "page"

    entity = models.CharField(
        "qui déclare",
        max_length=200,
        blank=True,
        help_text="Le nom de l’organisme qui édite le portail.",
    )
    established_on = models.DateField("établie le", null=True, blank=True)
    updated_on = models.DateField("mise à jour le", null=True, blank=True)
    shows_assessment = models.BooleanField(
        "publie l’auto-évaluation",
        default=True,
        help_text=(
            "La grille des 106\u00a0critères, son taux et ses non-conformités. "
            "À décocher quand un audit la remplace."
        ),
    )
    audit_result = RichTextField(
        "résultats de l’audit",
        blank=True,
        features=richtext.SECTION,
        help_text="Qui l’a mené, le pourcentage de critères respectés, la grille. Vide\u00a0: aucun audit.",
    )
    other_failures = RichTextField("autres contenus non accessibles", blank=True, features=richtext.SECTION)
    exemptions = RichTextField(
        "dérogations pour charge disproportionnée", blank=True, features=richtext.SECTION
    )
    out_of_scope = RichTextField("contenus non soumis à l’obligation", blank=True, features=richtext.SECTION)
    technologies = RichTextField("technologies", blank=True, features=richtext.SECTION)
    environment = RichTextField("environnement de test", blank=True, features=richtext.SECTION)
    instruments = RichTextField("outils", blank=True, features=richtext.SECTION)
    remedies = RichTextField(
        "moyens de saisir le Défenseur des droits", default=default_remedies, features=richtext.SECTION
    )

    template = "accessibility/statement_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["accessibility.PlanPage"]
    max_count = 1
    is_creatable = True
    content_panels = [
        *BasePage.content_panels,
        "summary",
        MultiFieldPanel(["entity", FieldRowPanel(["established_on", "updated_on"])], heading="Établissement"),
        MultiFieldPanel(["shows_assessment", "audit_result"], heading="Résultats"),
        MultiFieldPanel(["other_failures", "exemptions", "out_of_scope"], heading="Contenus non accessibles"),
        MultiFieldPanel(["technologies", "environment", "instruments"], heading="Comment c’est vérifié"),
        FieldPanel("remedies"),
    ]

    class Meta:
        verbose_name = "déclaration d’accessibilité"
        verbose_name_plural = "déclarations d’accessibilité"

    def clean(self):
        super().clean()
        if self.established_on and self.updated_on and self.updated_on < self.established_on:
            raise ValidationError({"updated_on": "La mise à jour ne peut pas précéder l’établissement."})

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["plan"] = PlanPage.objects.visible_to(request.user).child_of(self).first()
        if self.shows_assessment:
            found = rgaa.assessment()
            context |= {
                "assessment": found,
                "failures": [with_pages(found, one) for one in found.with_status(rgaa.Status.FAILED)],
                "unchecked": [with_pages(found, one) for one in found.with_status(rgaa.Status.UNCHECKED)],
            }
        return context


def with_pages(found: rgaa.Assessment, finding: rgaa.Finding) -> dict:
    """A finding and where it was made: the names of the pages that have its status; none for the whole sample."""
    keys = finding.pages(finding.status)
    return {"finding": finding, "pages": [] if len(keys) == len(found.pages) else found.names(keys)}


class PlanPage(BasePage):
    """The multi-year scheme, and the actions of each of its years with their state."""

    kind_label = "Page"
    kind = "page"

    first_year = models.PositiveSmallIntegerField(
        "première année", validators=[MinValueValidator(2020), MaxValueValidator(2100)]
    )
    last_year = models.PositiveSmallIntegerField(
        "dernière année",
        validators=[MinValueValidator(2020), MaxValueValidator(2100)],
        help_text="Trois ans au plus, la première comprise.",
    )
    scheme = StreamField(EditorialBlock(), verbose_name="schéma pluriannuel", blank=True)
    actions = StreamField([("action", ActionBlock())], verbose_name="actions", blank=True)

    template = "accessibility/plan_page.html"
    parent_page_types = ["accessibility.StatementPage"]
    subpage_types: list[str] = []
    max_count = 1
    is_creatable = True
    content_panels = [
        *BasePage.content_panels,
        "summary",
        FieldRowPanel(["first_year", "last_year"], heading="Années couvertes"),
        "scheme",
        "actions",
    ]

    class Meta:
        verbose_name = "plan d’accessibilité"
        verbose_name_plural = "plans d’accessibilité"

    def clean(self):
        super().clean()
        errors = {}
        if self.first_year and self.last_year:
            if self.last_year < self.first_year:
                errors["last_year"] = "La dernière année ne peut pas précéder la première."
            elif self.last_year - self.first_year >= LONGEST_SCHEME:
                errors["last_year"] = "La loi limite le schéma à trois ans, la première année comprise."
            elif outside := [
                action.value["quoi"]
                for action in self.actions
                if not self.first_year <= action.value["echeance"].year <= self.last_year
            ]:
                errors["actions"] = f"Hors des années du schéma\u00a0: «\u00a0{outside[0]}\u00a0»."
        if errors:
            raise ValidationError(errors)

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["years"] = self.by_year()
        return context

    def by_year(self) -> list[dict]:
        """The actions of each year in order of their date, and how many are done."""
        actions = sorted((action.value for action in self.actions), key=lambda action: action["echeance"])
        return [
            {
                "year": year,
                "actions": (of_year := list(group)),
                "done": sum(action["etat"] == ActionState.DONE for action in of_year),
            }
            for year, group in groupby(actions, key=lambda action: action["echeance"].year)
        ]


class ObstacleReport(models.Model):
    """An obstacle that somebody met. Times are UTC.

    What may be personal (her words, her aid, which may tell of her health, her address) goes after a year; that an
    obstacle was met on this page, and what became of it, stays.
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        RECEIVED = "recu", "Reçu"
        IN_PROGRESS = "en-cours", "En cours"
        FIXED = "corrige", "Corrigé"
        ANSWERED = "repondu", "Réponse donnée"

    #: Somebody still has to act.
    OPEN = (State.RECEIVED, State.IN_PROGRESS)

    page = models.CharField("page", max_length=addresses.LENGTH, blank=True)
    tried = models.TextField("ce qui était tenté", max_length=1000, blank=True)
    blocked = models.TextField("ce qui a bloqué", max_length=1000, blank=True)
    aid = models.CharField("aide utilisée", max_length=200, blank=True)
    email = models.EmailField("adresse", blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField("signalé le")
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.RECEIVED)
    changed_at = models.DateTimeField("dernier changement")
    answer = models.TextField("réponse", max_length=3000, blank=True)
    answered_at = models.DateTimeField("réponse le", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="réponse de",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    emptied_at = models.DateTimeField("textes effacés le", null=True, blank=True)

    class Meta:
        verbose_name = "obstacle signalé"
        verbose_name_plural = "obstacles signalés"
        indexes = [models.Index(fields=["emptied_at", "created_at"], name="accessibility_to_empty")]

    def __str__(self):
        return f"{self.where}, {self.created_at:%d/%m/%Y}"

    @property
    def where(self) -> str:
        return self.page or "Tout le portail"

    @property
    def answer_due_at(self) -> dt.datetime:
        return self.created_at + ANSWER_WITHIN
