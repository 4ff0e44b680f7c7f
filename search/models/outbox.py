"""The index outbox: what changed in the database and is not in the index yet."""

from django.db import models

from portal.background.outbox import OutboxRow


class Target(models.TextChoices):
    """What a change is about."""

    DOCUMENT = "document", "un contenu"
    SUBTREE = "subtree", "une page et ce qu’elle contient"
    DEPENDENTS = "dependents", "ce qui montre un objet"
    EVERYTHING = "everything", "tout (lexique)"


class IndexChange(OutboxRow):
    """One change to bring to the index. The row says what to look at again, never what to write.

    ``name`` is the kind of a document, the label (``app.model``) of what others depend on, or empty; ``key``
    the primary key as text.
    """

    # The engine may be away for days: a change waits as long as it takes.
    MAX_ATTEMPTS = 30_000

    target = models.CharField("objet", max_length=12, choices=Target.choices)
    name = models.CharField("sorte", max_length=60, blank=True)
    key = models.CharField("clé", max_length=60, blank=True)

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "changement à indexer"
        verbose_name_plural = "changements à indexer"

    def __str__(self):
        return f"{self.get_target_display()} {self.name} {self.key}".strip()
