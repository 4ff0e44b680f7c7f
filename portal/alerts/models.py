"""A search that a person keeps, to be told of what comes out on it, and what she was told already."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import Q

from search.forms import SearchParameters
from search.query import MAX_CHARACTERS

NAME_LENGTH = 120


class SavedSearchQuerySet(models.QuerySet):
    def live(self):
        """Those that are not over: to be confirmed, active, paused."""
        return self.filter(state__in=SavedSearch.LIVE)

    def due(self, *, now: dt.datetime):
        """Active ones whose turn has come, of accounts that are open."""
        return self.filter(state=SavedSearch.State.ACTIVE, next_run_at__lte=now, user__is_active=True)


class SavedSearch(models.Model):
    """An alert. Times are UTC; ``next_run_at`` is set while it is active, and never else.

    It stands for its person alone: nobody reads another's searches, in the admin either.
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        TO_CONFIRM = "a-confirmer", "à confirmer"
        ACTIVE = "active", "active"
        PAUSED = "pause", "en pause"
        ENDED = "terminee", "terminée"

    class Frequency(models.TextChoices):
        WEEKLY = "hebdomadaire", "Chaque semaine, le lundi matin"
        IMMEDIATE = "immediate", "Dès que c’est en ligne"

    LIVE = (State.TO_CONFIRM, State.ACTIVE, State.PAUSED)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="saved_searches",
    )
    name = models.CharField("nom", max_length=NAME_LENGTH)
    text = models.CharField("mots cherchés", max_length=MAX_CHARACTERS, blank=True)
    facets = models.JSONField("filtres", default=dict, blank=True)
    # Two searches that ask for the same thing share it.
    fingerprint = models.CharField("empreinte de la recherche", max_length=32, editable=False)
    frequency = models.CharField("fréquence", max_length=12, choices=Frequency.choices)
    state = models.CharField("état", max_length=12, choices=State.choices, default=State.TO_CONFIRM)
    created_at = models.DateTimeField("créée le")
    asked_at = models.DateTimeField("confirmation demandée le")
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    paused_at = models.DateTimeField("en pause depuis le", null=True, blank=True)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    last_run_at = models.DateTimeField("dernière recherche le", null=True, blank=True)
    next_run_at = models.DateTimeField("prochaine recherche le", null=True, blank=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte de recherche"
        verbose_name_plural = "alertes de recherche"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "fingerprint"],
                condition=Q(state__in=["a-confirmer", "active", "pause"]),
                name="alerts_one_live",
                violation_error_message="Vous avez déjà cette alerte.",
            ),
            models.CheckConstraint(
                condition=Q(state="active", confirmed_at__isnull=False, next_run_at__isnull=False)
                | (~Q(state="active") & Q(next_run_at__isnull=True)),
                name="alerts_runs_while_active",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_run_at"], name="alerts_due")]

    def __str__(self):
        return self.name

    @property
    def parameters(self) -> SearchParameters:
        """The search as ``search`` takes it, on its first page."""
        return SearchParameters(
            text=self.text, facets={facet: tuple(values) for facet, values in self.facets.items()}
        )


def fingerprint_of(parameters: SearchParameters) -> str:
    """Return what two searches share that ask for the same thing: capitals and the order of values do not count."""
    facets = {facet: sorted(values) for facet, values in parameters.facets.items() if values}
    asked = json.dumps([parameters.text.casefold(), facets], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(asked.encode(), digest_size=16).hexdigest()


class ToldDocument(models.Model):
    """That a document was told for an alert: it is told once, whatever becomes of it afterwards.

    ``document`` is its identifier in the index (``fiche-12``). The rows go with the alert, or when it ends.
    """

    wagtail_reference_index_ignore = True

    alert = models.ForeignKey(
        SavedSearch, verbose_name="alerte", on_delete=models.CASCADE, related_name="told"
    )
    document = models.CharField("document", max_length=140)
    told_at = models.DateTimeField("signalé le")

    class Meta:
        verbose_name = "document signalé"
        verbose_name_plural = "documents signalés"
        constraints = [models.UniqueConstraint(fields=["alert", "document"], name="alerts_told_once")]

    def __str__(self):
        return f"{self.alert_id} · {self.document}"
