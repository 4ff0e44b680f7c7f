"""Who comes: one person and one event, and what is kept of it afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class RegistrationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(state__in=Registration.ACTIVE)

    def confirmed(self):
        return self.filter(state=Registration.State.CONFIRMED)

    def waiting(self):
        return self.filter(state=Registration.State.WAITING)

    def in_queue_order(self):
        return self.order_by("pk")

    def with_rank(self):
        """Annotate ``queue_rank``: how many wait for the same event up to this row, it included."""
        ahead = (
            Registration.objects.waiting()
            .filter(event=models.OuterRef("event"), pk__lte=models.OuterRef("pk"))
            .order_by()
            .values("event")
            .annotate(number=models.Count("pk"))
        )
        return self.annotate(queue_rank=models.Subquery(ahead.values("number")))


class Registration(models.Model):
    """One person and one event. History is kept: registering again after a cancellation is a new row."""

    class State(models.TextChoices):
        CONFIRMED = "confirmee", "confirmée"
        WAITING = "attente", "en attente"
        CANCELLED = "annulee", "annulée"

    class Attendance(models.TextChoices):
        UNKNOWN = "", "non renseignée"
        PRESENT = "present", "présent·e"
        ABSENT = "absent", "absent·e"

    class Role(models.TextChoices):
        """What someone comes to do in a codéveloppement group."""

        NONE = "", "sans rôle particulier"
        CLIENT = "client", "apporte une situation (client·e)"
        CONSULTANT = "consultant", "aide à la travailler (consultant·e)"

    ACTIVE = (State.CONFIRMED, State.WAITING)

    # Otherwise every save would queue a task to index references that nobody looks up.
    wagtail_reference_index_ignore = True

    event = models.ForeignKey(
        "registrations.EventPage",
        verbose_name="rendez-vous",
        on_delete=models.PROTECT,
        related_name="registrations",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="registrations",
        help_text="Vide : anonymisée.",
    )
    state = models.CharField("état", max_length=10, choices=State.choices)
    attendance = models.CharField(
        "présence", max_length=10, choices=Attendance.choices, default=Attendance.UNKNOWN, blank=True
    )
    question = models.TextField("situation à apporter", max_length=1200, blank=True)
    brought_situation = models.BooleanField(
        "a apporté une situation", default=False, help_text="Reste vrai quand le texte est effacé."
    )
    access_needs = models.CharField("besoins d’accès", max_length=300, blank=True)
    rule = models.CharField("règle acceptée", max_length=20, blank=True)
    rule_version = models.CharField("version de la règle", max_length=10, blank=True)
    visible_to_participants = models.BooleanField("visible des autres inscrit·es", default=False)
    created_at = models.DateTimeField("inscrite le")
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    role = models.CharField("rôle souhaité", max_length=12, choices=Role.choices, blank=True)
    joined_at = models.DateTimeField("a rejoint la visio le", null=True, blank=True)
    has_evaluated = models.BooleanField(
        "a répondu à l’évaluation", default=False, help_text="La réponse, elle, ne dit pas de qui elle est."
    )
    over_capacity_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ajoutée au-delà des places par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        verbose_name_plural = "inscriptions"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user"],
                condition=Q(state__in=["confirmee", "attente"]),
                name="registrations_one_active",
                violation_error_message="Cette personne est déjà inscrite.",
            )
        ]
        indexes = [models.Index(fields=["event", "state"])]

    def __str__(self):
        return f"{self.user or 'anonyme'} · {self.event} ({self.get_state_display()})"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    def rank(self) -> int | None:
        """The person's place in the queue, from 1; None unless waiting. One query."""
        if self.state != self.State.WAITING:
            return None
        return self.event.registrations.waiting().filter(pk__lte=self.pk).count()


class AttendanceRecord(models.Model):
    """That a person attended, on which day and for how long: what is kept once registrations are anonymised.

    Enough for her yearly count of hours, and no more: neither the session nor its subject.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="attendance_records",
    )
    date = models.DateField("date")
    minutes = models.PositiveIntegerField("durée, en minutes")

    class Meta:
        verbose_name = "présence"
        verbose_name_plural = "présences"
        ordering = ["date", "pk"]

    def __str__(self):
        return f"{self.user} · {self.date:%d/%m/%Y} ({self.minutes} min)"


class ReminderSent(models.Model):
    """That a person was reminded, and of which start: a session that moves is reminded of again."""

    class Kind(models.TextChoices):
        WEEK = "semaine", "une semaine avant"
        DAY = "veille", "la veille"
        HOUR = "heure", "une heure avant"
        AFTER = "apres", "après"

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField("rappel", max_length=8, choices=Kind.choices)
    start = models.DateTimeField("début annoncé")

    class Meta:
        verbose_name = "rappel envoyé"
        verbose_name_plural = "rappels envoyés"
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind", "start"], name="registrations_one_reminder_a_start"
            )
        ]

    def __str__(self):
        return f"{self.registration_id} · {self.get_kind_display()}"
