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
