from django.db import models


class Change(models.Model):
    """That a transaction changed what anonymous pages show. The sums of all rows are the content generation.

    A row a transaction and not one counter: nobody waits for anybody. ``weight`` counts changes, and pruning
    puts one row in the place of many without changing the sums. ``token`` is drawn by lot: a database restored
    from a copy does not come back to generations whose pages are other ones.
    """

    weight = models.BigIntegerField()
    token = models.BigIntegerField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "changement"
        verbose_name_plural = "changements"

    def __str__(self):
        return f"{self.weight} · {self.token}"
