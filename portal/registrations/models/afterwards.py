"""What a session leaves: what is kept of it, what people thought of it, who came, and the figures of a year."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.db import models

#: How long an agreement is waited for; after that, silence is a no.
AGREEMENT_LASTS = dt.timedelta(days=30)


class Takeaway(models.Model):
    """« Ce qu’on en retient »: a situation in general terms, and the leads that came out of it.

    The situation is shown with the agreement of who brought it, the leads in any case. ``registration`` says
    who that is, for the facilitators and for her; null where nobody brought it, or once she is forgotten.
    """

    class Agreement(models.TextChoices):
        NOT_NEEDED = "sans-objet", "sans objet"
        ASKED = "demande", "demandé"
        GIVEN = "donne", "donné"
        REFUSED = "refuse", "refusé"

    wagtail_reference_index_ignore = True

    event = models.ForeignKey(
        "registrations.EventPage",
        verbose_name="rendez-vous",
        on_delete=models.PROTECT,
        related_name="takeaway_notes",
    )
    registration = models.ForeignKey(
        "registrations.Registration",
        verbose_name="situation apportée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="takeaways",
    )
    situation = models.TextField("la situation, en termes généraux", max_length=2000, blank=True)
    leads = models.TextField("les pistes", max_length=4000, blank=True)
    agreement = models.CharField(
        "accord", max_length=12, choices=Agreement.choices, default=Agreement.NOT_NEEDED
    )
    agreement_asked_at = models.DateTimeField("accord demandé le", null=True, blank=True)
    agreement_reminded_at = models.DateTimeField("accord rappelé le", null=True, blank=True)
    agreement_answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="écrit par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField("écrit le")
    updated_at = models.DateTimeField("repris le")
    fiche = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="fiche",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    followup_asked_at = models.DateTimeField("suite demandée le", null=True, blank=True)
    followup = models.TextField("ce qui a été essayé", max_length=2000, blank=True)
    followup_at = models.DateTimeField("suite donnée le", null=True, blank=True)

    class Meta:
        verbose_name = "ce qu’on en retient"
        verbose_name_plural = "ce qu’on en retient"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.event_id} · {self.pk}"

    @property
    def shows_situation(self) -> bool:
        """Tell whether the situation may be read by others than the facilitators."""
        return self.agreement in (self.Agreement.NOT_NEEDED, self.Agreement.GIVEN)

    @property
    def is_published(self) -> bool:
        """Tell whether the fiche that it gave is on line: an agreement is then no longer taken back by a click."""
        return bool(self.fiche_id and self.fiche.live)

    @property
    def awaits_followup(self) -> bool:
        """Tell whether who brought the situation was asked what she tried, and has not said."""
        asked = self.followup_asked_at is not None and self.followup_at is None
        return asked and self.agreement != self.Agreement.REFUSED

    @property
    def awaits_her(self) -> bool:
        """Tell whether something is asked of who brought the situation."""
        return self.agreement == self.Agreement.ASKED or self.awaits_followup

    @property
    def answer_before(self) -> dt.datetime | None:
        """Until when an answer is waited for, in UTC; None where none was asked."""
        return self.agreement_asked_at and self.agreement_asked_at + AGREEMENT_LASTS

    @property
    def lapsed(self) -> bool:
        """Tell whether nobody answered in time, which counts as a no."""
        return self.agreement == self.Agreement.REFUSED and self.agreement_answered_at is None

    @property
    def lead_lines(self) -> list[str]:
        """The leads one by one: a line each, without the dash or the dot that people type before it."""
        lines = (line.strip().lstrip("-–—•*").strip() for line in self.leads.splitlines())
        return [line for line in lines if line]

    @property
    def fingerprint(self) -> str:
        """What tells one wording of the situation from another: an agreement is for a text."""
        return hashlib.sha256(self.situation.encode()).hexdigest()[:16]


def key_of_no_order() -> int:
    """A key drawn by lot, under 2**63: unlike the next of a series, it says nothing of when."""
    return secrets.randbelow(2**63 - 1) + 1


class Evaluation(models.Model):
    """One anonymous answer to the three questions. Nothing ties it to a person, its time neither.

    Hence the key: numbers that rise would put the answers in the order in which people gave them, beside a
    log that says who came when. The rows of an event are also written anew, shuffled, at each answer (see
    ``services.evaluating``).
    """

    class Useful(models.IntegerChoices):
        NOT = 1, "Pas du tout"
        LITTLE = 2, "Un peu"
        RATHER = 3, "Plutôt"
        VERY = 4, "Tout à fait"

    wagtail_reference_index_ignore = True

    id = models.BigIntegerField(primary_key=True, default=key_of_no_order, editable=False)
    event = models.ForeignKey(
        "registrations.EventPage",
        verbose_name="rendez-vous",
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    useful = models.PositiveSmallIntegerField("utile", choices=Useful.choices)
    will_try = models.CharField("ce que je vais essayer", max_length=400, blank=True)
    to_change = models.CharField("ce qu’il faudrait changer", max_length=400, blank=True)

    class Meta:
        verbose_name = "évaluation"
        verbose_name_plural = "évaluations"

    def __str__(self):
        return f"{self.event_id} · {self.useful}"


class SheetLine(models.Model):
    """A line of the sign-in sheet of an event kept as evidence for a funder, until the date set on its state."""

    wagtail_reference_index_ignore = True

    event = models.ForeignKey(
        "registrations.EventPage",
        verbose_name="rendez-vous",
        on_delete=models.PROTECT,
        related_name="sheet_lines",
    )
    name = models.CharField("nom", max_length=200)
    structure = models.CharField("structure", max_length=160, blank=True)
    minutes = models.PositiveIntegerField("durée, en minutes")

    class Meta:
        verbose_name = "ligne d’émargement"
        verbose_name_plural = "lignes d’émargement"
        ordering = ["name", "pk"]

    def __str__(self):
        return f"{self.name} · {self.event_id}"


class YearFigures(models.Model):
    """The figures of a year, frozen before the first name of that year is taken off."""

    year = models.PositiveSmallIntegerField("année", unique=True)
    figures = models.JSONField("chiffres")
    frozen_at = models.DateTimeField("arrêtés le")

    class Meta:
        verbose_name = "chiffres d’une année"
        verbose_name_plural = "chiffres des années"
        ordering = ["-year"]

    def __str__(self):
        return str(self.year)


class ExportRecord(models.Model):
    """Who took which list away, and when; never what was in it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField("le")
    what = models.CharField("quoi", max_length=300)
    rows = models.PositiveIntegerField("lignes")

    class Meta:
        verbose_name = "export"
        verbose_name_plural = "exports"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.what} ({self.rows})"
