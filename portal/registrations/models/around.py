"""Around registrations: who runs a session, who is let in first, who is to be told of the next one."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Facilitator(models.Model):
    """Who runs an event, and alone reads what people bring to it.

    Beside the page and not on it: handing over at eight in the morning must survive an older draft that is
    published at nine.
    """

    wagtail_reference_index_ignore = True

    event = models.ForeignKey(
        "registrations.EventPage",
        verbose_name="rendez-vous",
        on_delete=models.CASCADE,
        related_name="facilitators",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="facilitations",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="désignée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    added_at = models.DateTimeField("désignée le")
    reminded_for = models.DateTimeField(
        "rappelée pour", null=True, blank=True, help_text="Le début que le rappel annonçait."
    )

    class Meta:
        verbose_name = "animation"
        verbose_name_plural = "animations"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="registrations_one_facilitation")
        ]

    def __str__(self):
        return f"{self.user} · {self.event_id}"


class SeatInvitation(models.Model):
    """Someone who may register before the others: she waited in vain for an earlier date."""

    wagtail_reference_index_ignore = True

    event = models.ForeignKey(
        "registrations.EventPage",
        verbose_name="rendez-vous",
        on_delete=models.CASCADE,
        related_name="seat_invitations",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="seat_invitations",
    )
    created_at = models.DateTimeField("invitée le")

    class Meta:
        verbose_name = "invitation prioritaire"
        verbose_name_plural = "invitations prioritaires"
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="registrations_one_seat_invitation")
        ]

    def __str__(self):
        return f"{self.user} · {self.event_id}"


class ThemeWatch(models.Model):
    """« Prévenez-moi de la prochaine sur ce thème »: answered once, then gone."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="theme_watches",
    )
    theme = models.ForeignKey(
        "themes.Theme", verbose_name="thème", on_delete=models.CASCADE, related_name="watches"
    )
    created_at = models.DateTimeField("demandé le")

    class Meta:
        verbose_name = "thème attendu"
        verbose_name_plural = "thèmes attendus"
        constraints = [
            models.UniqueConstraint(fields=["user", "theme"], name="registrations_one_theme_watch")
        ]

    def __str__(self):
        return f"{self.user} · {self.theme}"


class CalendarFeed(models.Model):
    """The secret address at which a person's calendar follows her seats. A new token revokes the former."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="calendar_feed",
    )
    token = models.CharField("jeton", max_length=64, unique=True)
    created_at = models.DateTimeField("créé le")

    class Meta:
        verbose_name = "abonnement d’agenda"
        verbose_name_plural = "abonnements d’agenda"

    def __str__(self):
        return str(self.user)


class Telling(models.Model):
    """Something that everyone registered for an event is to be told, once each, in chunks.

    Written in the transaction of the change; ``last_pk`` is the last registration told, committed with its
    message, so that a process that dies is taken up where it stopped.
    """

    wagtail_reference_index_ignore = True

    event = models.ForeignKey(
        "registrations.EventPage",
        verbose_name="rendez-vous",
        on_delete=models.CASCADE,
        related_name="tellings",
    )
    kind = models.CharField("message", max_length=40)
    payload = models.JSONField("contenu", default=dict)
    last_pk = models.BigIntegerField("dernière inscription prévenue", default=0)
    up_to_pk = models.BigIntegerField("jusqu’à l’inscription")
    created_at = models.DateTimeField("créé le")
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "annonce"
        verbose_name_plural = "annonces"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.kind} · {self.event_id}"
