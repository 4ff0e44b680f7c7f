"""What was searched, without who searched it."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Q

from portal.themes.models import Theme

#: A query may hold a structure's name: its words are told to all from as many distinct days on.
ENOUGH_DAYS = 5


class SearchEntryQuerySet(models.QuerySet):
    def with_words(self):
        """Entries whose words are still known (rare ones are let go)."""
        return self.exclude(key="")

    def by_key(self):
        """One row (a dict) a key: the distinct ``days`` it was searched on, and its ``released`` entries."""
        return (
            self.with_words()
            .order_by()
            .values("key")
            .annotate(days=Count("day", distinct=True), releases=Count("pk", filter=Q(released=True)))
        )

    def frequent_keys(self):
        """Keys searched on enough distinct days among these entries, for a subquery."""
        return self.by_key().filter(days__gte=ENOUGH_DAYS).values("key")

    def rare_keys(self):
        """Keys searched on too few distinct days among these entries, and never released, for a subquery."""
        return self.by_key().filter(days__lt=ENOUGH_DAYS, releases=0).values("key")

    def told_keys(self):
        """Keys that may be shown beyond the one role that reads rare ones: frequent, or released."""
        return self.by_key().filter(Q(days__gte=ENOUGH_DAYS) | Q(releases__gt=0)).values("key")


class SearchEntry(models.Model):
    """One search, as it stood when the reader stopped typing. No account, no address, no time of day.

    ``key`` is what two searches share that say the same thing (folded words in order); with ``text`` it is
    emptied when a rare search is let go, and the figures stay. Both are empty too where only filters were chosen.
    """

    # Each search would queue a task otherwise, and the page would wait for it to be written.
    wagtail_reference_index_ignore = True

    day = models.DateField("jour")
    text = models.CharField("recherche", max_length=200, blank=True)
    key = models.CharField("mots", max_length=200, blank=True)
    facets = models.JSONField("filtres", default=dict, blank=True)
    total = models.PositiveIntegerField("résultats")
    clicked_rank = models.PositiveSmallIntegerField("rang ouvert", null=True, blank=True)
    theme = models.ForeignKey(
        Theme, verbose_name="thème", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    released = models.BooleanField("rendue publique", default=False)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "recherche faite"
        verbose_name_plural = "recherches faites"
        indexes = [
            models.Index(fields=["key", "day"], name="search_entry_key_day"),
            models.Index(fields=["day"], name="search_entry_day"),
        ]
        permissions = [("see_rare_searches", "Lire les recherches rares")]

    def __str__(self):
        return self.text or "(mots effacés)"


class FrequentSearch(models.Model):
    """What many searched and found: a summary of the journal, written anew by the clock.

    ``text`` is as most often typed. The totals are what the engine finds for a reader without an account
    (``public_total``) and for a member (``network_total``); none counts where a word had to be left out.
    """

    wagtail_reference_index_ignore = True

    key = models.CharField("mots", max_length=200, unique=True)
    text = models.CharField("recherche", max_length=200)
    days = models.PositiveIntegerField("jours")
    searches = models.PositiveIntegerField("recherches")
    public_total = models.PositiveIntegerField("résultats publics")
    network_total = models.PositiveIntegerField("résultats du réseau")
    theme = models.ForeignKey(
        Theme, verbose_name="thème", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "recherche fréquente"
        verbose_name_plural = "recherches fréquentes"
        ordering = ["-days", "-searches", "key"]

    def __str__(self):
        return self.text
