from django.db import models


class JobRun(models.Model):
    """When a job of the clock last ran, and what it said. One row per job; times are UTC."""

    name = models.CharField("tâche", max_length=60, primary_key=True)
    last_started_at = models.DateTimeField("dernier départ", null=True)
    last_finished_at = models.DateTimeField("dernière fin", null=True)
    last_result = models.TextField("résultat", blank=True)
    last_error = models.TextField("erreur", blank=True)

    class Meta:
        verbose_name = "tâche de l’horloge"
        verbose_name_plural = "tâches de l’horloge"

    def __str__(self):
        return self.name


class JobEntry(models.Model):
    """A line of the log of the clock; kept for thirteen months. Times are UTC.

    Every run of a daily job has one, from its start on: without ``finished_at`` it was interrupted. A job that
    runs all day long is entered when it fails, once for the same failure in a row: ``finished_at`` then says
    when it last did.
    """

    name = models.CharField("tâche", max_length=60)
    started_at = models.DateTimeField("départ")
    finished_at = models.DateTimeField("fin", null=True, blank=True)
    result = models.TextField("résultat", blank=True)
    error = models.TextField("erreur", blank=True)

    class Meta:
        verbose_name = "passage d’une tâche"
        verbose_name_plural = "passages des tâches"
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["name", "-started_at"], name="background_entry_by_job"),
            models.Index(fields=["started_at"], name="background_entry_by_age"),
        ]

    def __str__(self):
        return f"{self.name} · {self.started_at:%d/%m/%Y %H:%M}"
