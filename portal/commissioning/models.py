"""Fiches to write: what is asked for, who writes it, who waits for it; and the gaps that readers report."""

from django.conf import settings
from django.db import models

from portal.base.models import BasePage
from portal.base.templatetags.portal_tags import plural
from portal.centres.models import CentrePage
from portal.registrations.disclosure import one as as_shown
from portal.themes.models import Phase, Secteur, Theme

#: How long a report is: a sentence or two, and no story.
REPORT_LENGTH = 400


class NeedQuerySet(models.QuerySet):
    def to_write(self):
        """Nobody has published them, and nobody gave them up."""
        return self.filter(state__in=Need.TO_WRITE)

    def for_board(self):
        """Everything that a line of the board reads, in a constant number of queries."""
        waiting = Watch.objects.filter(need=models.OuterRef("pk")).order_by()
        counted = waiting.values("need").annotate(number=models.Count("pk")).values("number")
        return (
            self.select_related("centre", "claimed_by", "page", "phase", "secteur", "first_theme")
            .prefetch_related("themes")
            .annotate(watchers_count=models.functions.Coalesce(models.Subquery(counted), 0))
        )

    def theme_by_theme(self):
        """The most asked for first inside of each theme; what has none comes last."""
        return self.order_by(
            models.F("first_theme__order").asc(nulls_last=True),
            "first_theme__label",
            "-searches",
            "-sessions",
            "pk",
        )


class Need(models.Model):
    """A fiche to write. Its counts are computed by services (``services.evidence``), never typed."""

    # Written by services, with a history of its own: each save would queue a task of references otherwise.
    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        OPEN = "ouverte", "À prendre"
        TAKEN = "prise", "Prise"
        PUBLISHED = "publiee", "Publiée"
        SET_ASIDE = "ecartee", "Écartée"

    class Origin(models.TextChoices):
        NO_RESULT = "sans-resultat", "Recherche sans résultat"
        FREQUENT = "frequente", "Recherche fréquente, sans suite"
        RARE = "rare", "Recherche rare, reformulée"
        REPORTED = "signale", "Manque signalé"
        DIFFICULTIES = "difficultes", "Difficultés apportées"
        AVISE = "avise", "Proposition de l’Avise"

    TO_WRITE = (State.OPEN, State.TAKEN)

    question = models.CharField(
        "la question, en clair",
        max_length=200,
        help_text="Comme un·e collègue la poserait. Rien qui fasse reconnaître une structure.",
    )
    details = models.TextField(
        "précisions",
        blank=True,
        max_length=600,
        help_text="Ce que la fiche devrait dire, à qui elle servirait.",
    )
    themes = models.ManyToManyField(Theme, verbose_name="thèmes", blank=True, related_name="+")
    #: The one that the board files it under.
    first_theme = models.ForeignKey(
        Theme, verbose_name="thème", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    phase = models.ForeignKey(
        Phase, verbose_name="moment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    secteur = models.ForeignKey(
        Secteur, verbose_name="secteur", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    origin = models.CharField("d’où elle vient", max_length=15, choices=Origin.choices, default=Origin.AVISE)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.OPEN)
    #: Of the searches it comes from (``SearchEntry.key``); empty where their words are not kept.
    key = models.CharField("mots cherchés", max_length=200, blank=True, editable=False)

    searches = models.PositiveIntegerField("recherches", default=0, editable=False)
    search_days = models.PositiveIntegerField("jours distincts", default=0, editable=False)
    sessions = models.PositiveIntegerField("rendez-vous", default=0, editable=False)
    reports = models.PositiveIntegerField("signalements", default=0, editable=False)
    counted_at = models.DateTimeField("compté le", null=True, blank=True, editable=False)

    centre = models.ForeignKey(
        CentrePage, verbose_name="centre", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="prise par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    claimed_at = models.DateTimeField("prise le", null=True, blank=True)
    promised_on = models.DateField("promise pour le", null=True, blank=True)
    #: Kept while the page is unpublished: published again, it answers again.
    page = models.ForeignKey(
        BasePage,
        verbose_name="page qui y répond",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    reason = models.CharField("pourquoi elle est écartée", max_length=300, blank=True)
    created_at = models.DateTimeField("proposée le")
    changed_at = models.DateTimeField("dernier changement")

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche à écrire"
        verbose_name_plural = "fiches à écrire"
        indexes = [models.Index(fields=["state", "changed_at"], name="commissioning_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key=""), name="commissioning_one_need_a_search"
            )
        ]

    def __str__(self):
        return self.question

    @property
    def is_to_write(self) -> bool:
        return self.state in self.TO_WRITE

    @property
    def evidence(self) -> list[str]:
        """What stands behind it, in French; few sessions are not counted out: a centre would know which. No query."""
        said = []
        if self.searches:
            days = plural(self.search_days, "jour", "jours")
            said.append(f"{plural(self.searches, 'recherche', 'recherches')} sur {days}")
        if self.sessions:
            shown = as_shown(self.sessions)
            number = "moins de 5\u00a0rendez-vous" if shown.is_hidden else f"{shown.value}\u00a0rendez-vous"
            said.append(f"thème apporté à {number}")
        if self.reports:
            said.append(plural(self.reports, "signalement", "signalements"))
        # From ``for_board``.
        if waiting := getattr(self, "watchers_count", 0):
            said.append(plural(waiting, "personne l’attend", "personnes l’attendent"))
        return said


class NeedChange(models.Model):
    """One line of a need's history: what was done, by whom, for which centre, with which words."""

    wagtail_reference_index_ignore = True

    class Action(models.TextChoices):
        PROPOSED = "proposee", "Proposée"
        REWORDED = "reformulee", "Reformulée"
        CLAIMED = "prise", "Prise"
        ASSIGNED = "confiee", "Confiée"
        PROMISED = "promise", "Date changée"
        GIVEN_BACK = "rendue", "Rendue"
        PUBLISHED = "publiee", "Fiche publiée"
        UNPUBLISHED = "depubliee", "Fiche dépubliée"
        SET_ASIDE = "ecartee", "Écartée"
        REOPENED = "rouverte", "Rouverte"

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField("le")
    action = models.CharField("quoi", max_length=12, choices=Action.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    #: Its name as it was: a centre may leave the site.
    centre = models.CharField("centre", max_length=255, blank=True)
    words = models.CharField("détail", max_length=300, blank=True)

    class Meta:
        verbose_name = "changement"
        verbose_name_plural = "changements"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_action_display()} · {self.need}"


class Watch(models.Model):
    """« Cela m’aiderait aussi » : whoever waits for a fiche is told once, when she may read it."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="awaited_fiches",
    )
    need = models.ForeignKey(
        Need, verbose_name="fiche à écrire", on_delete=models.CASCADE, related_name="watches"
    )
    created_at = models.DateTimeField("demandé le")
    told_at = models.DateTimeField("prévenu·e le", null=True, blank=True)

    class Meta:
        verbose_name = "fiche attendue"
        verbose_name_plural = "fiches attendues"
        constraints = [models.UniqueConstraint(fields=["user", "need"], name="commissioning_one_watch")]

    def __str__(self):
        return f"{self.user} · {self.need}"


class GapReport(models.Model):
    """« Signaler ce manque », in a reader's words: they may name someone, so one role of Avise alone reads them.

    The words go when the report is answered, and after thirty days in any case; that it was made stays.
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        WAITING = "attente", "À relire"
        RELEASED = "publie", "Publié au tableau"
        LET_GO = "parti", "Laissé partir"

    text = models.TextField("ce qui manque", max_length=REPORT_LENGTH, blank=True)
    searched = models.CharField("recherche faite", max_length=200, blank=True)
    theme = models.ForeignKey(
        Theme, verbose_name="thème", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Who asked to be told, and until the report is answered, who signed it.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    is_anonymous = models.BooleanField("sans compte", default=True)
    wants_to_be_told = models.BooleanField("veut être prévenu·e", default=False)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    need = models.ForeignKey(
        Need,
        verbose_name="fiche à écrire",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="gap_reports",
    )
    created_at = models.DateTimeField("signalé le")
    answered_at = models.DateTimeField("traité le", null=True, blank=True)

    class Meta:
        verbose_name = "manque signalé"
        verbose_name_plural = "manques signalés"
        indexes = [models.Index(fields=["state", "created_at"], name="commissioning_report")]

    def __str__(self):
        return self.text or "(mots effacés)"
