"""What was searched, without who searched it."""

from django.db import models

from portal.themes.models import Theme

#: A query may hold a structure's name: its words are told to all from as many distinct days on.
ENOUGH_DAYS = 5


class SearchEntryQuerySet(models.QuerySet):
    def with_words(self):
        """Entries whose words are still known (rare ones are let go)."""
        return self.exclude(key="")


class SearchEntry(models.Model):
    """One search, as it stood when the reader stopped typing. No account, no address, no time of day.

    ``key`` is what two searches share that say the same thing (folded words in order); with ``text`` it is
    emptied when a rare search is let go, and the figures stay.
    """

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
