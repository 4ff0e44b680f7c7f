"""Events: what an editor writes, on the page, and what services write about them, beside it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from portal.base.models import BasePage, BasePageManager, BasePageQuerySet
from portal.centres.models import centre_of
from portal.registrations import panels
from portal.registrations.event_forms import EventCopyForm, EventPageForm
from portal.themes.models import ThemedPage

from .durations import minutes_attended
from .registrations import Registration
from .traits import SessionTraits


class Cycle(models.Model):
    """Dates that are registered for together (a closed analyse-de-pratiques group, a training)."""

    title = models.CharField("titre", max_length=200)
    slug = models.SlugField("identifiant", max_length=80, unique=True)

    class Meta:
        verbose_name = "cycle"
        verbose_name_plural = "cycles"

    def __str__(self):
        return self.title


class EventQuerySet(BasePageQuerySet):
    """Time is asked in one place only: an event is to come until its end, past from its end on."""

    def upcoming(self, now: dt.datetime | None = None):
        return self.filter(end__gt=now or timezone.now()).order_by("start", "pk")

    def past(self, now: dt.datetime | None = None):
        return self.filter(end__lte=now or timezone.now()).order_by("-start", "-pk")

    def not_cancelled(self):
        return self.filter(state__cancelled_at=None)

    def with_seats(self):
        """Annotate ``confirmed_count`` and ``waiting_count``."""
        active = Q(registrations__state=Registration.State.CONFIRMED)
        waiting = Q(registrations__state=Registration.State.WAITING)
        return self.annotate(
            confirmed_count=models.Count("registrations", filter=active, distinct=True),
            waiting_count=models.Count("registrations", filter=waiting, distinct=True),
        )


EventManager = BasePageManager.from_queryset(EventQuerySet)


class EventPage(SessionTraits, ThemedPage, BasePage):
    """A dated meeting, by video or somewhere. Concrete (one agenda query) and never created itself."""

    class RegistrationMode(models.TextChoices):
        HERE = "portail", "Sur le portail"
        ELSEWHERE = "externe", "Ailleurs (un lien)"
        NONE = "aucune", "Sans inscription"

    class Confidentiality(models.TextChoices):
        """From the loosest to the strictest: what each drives is in ``portal.registrations.rules``."""

        OPEN = "ouvert", "Ouvert"
        NO_RECORDING = "sans-enregistrement", "Sans enregistrement"
        PEERS = "entre-pairs", "Entre pairs"

    class AccessOpens(models.IntegerChoices):
        """Minutes before the start from which the way into the meeting is shown."""

        DAY = 1440, "La veille"
        HOUR = 60, "Une heure avant"
        QUARTER = 15, "Un quart d’heure avant"

    published_by_its_centre = True
    kind_label = "Rendez-vous"
    icon = "cal"

    start = models.DateTimeField("début")
    end = models.DateTimeField("fin")
    time_zone = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris")
    place = models.CharField("lieu", max_length=200, blank=True, help_text="Vide : en visio.")
    meeting_url = models.URLField(
        "lien de la visio",
        blank=True,
        help_text="Montré aux personnes inscrites, à l’approche du début ; sans inscription, à qui lit la page.",
    )
    meeting_phone = models.CharField("accès par téléphone", max_length=60, blank=True)
    speakers = models.CharField("avec", max_length=255, blank=True)
    registration_mode = models.CharField(
        "inscription", max_length=10, choices=RegistrationMode.choices, default=RegistrationMode.HERE
    )
    registration_url = models.URLField("lien d’inscription", blank=True)
    registration_opens_at = models.DateTimeField("ouverture des inscriptions", null=True, blank=True)
    registration_closes_at = models.DateTimeField(
        "clôture des inscriptions", null=True, blank=True, help_text="Vide : au début du rendez-vous."
    )
    capacity = models.PositiveIntegerField(
        "places", null=True, blank=True, help_text="Vide : sans limite. 0 : aucune place."
    )
    confidentiality = models.CharField(
        "confidentialité", max_length=20, choices=Confidentiality.choices, default=Confidentiality.OPEN
    )
    open_to_pending = models.BooleanField(
        "ouvert à tout compte",
        default=False,
        help_text="Un compte en attente de validation peut alors s’inscrire. Jamais pour un rendez-vous réservé.",
    )
    asks_question = models.BooleanField("propose d’apporter une situation", default=False)
    access_opens_before = models.PositiveSmallIntegerField(
        "accès à la visio montré",
        choices=AccessOpens.choices,
        default=AccessOpens.DAY,
        help_text="Aux personnes inscrites seulement.",
    )
    remind_week = models.BooleanField("rappel une semaine avant", default=True)
    remind_day = models.BooleanField("rappel la veille", default=True)
    remind_hour = models.BooleanField("rappel une heure avant", default=True)
    evaluated = models.BooleanField(
        "évaluation proposée", default=True, help_text="Trois questions, anonymes, après le rendez-vous."
    )
    cycle = models.ForeignKey(
        Cycle, verbose_name="cycle", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    related_pages = models.ManyToManyField(
        BasePage, through="registrations.RelatedPage", related_name="related_events"
    )

    objects = EventManager()
    is_creatable = False
    base_form_class = EventPageForm
    copy_form_class = EventCopyForm

    essential_panels = panels.ESSENTIAL
    event_panels = panels.FOLDED
    filing_panels = panels.FILING

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        indexes = [models.Index(fields=["start"]), models.Index(fields=["end"])]

    def clean(self):
        super().clean()
        errors = {}
        if self.start and self.end and self.end <= self.start:
            errors["end"] = "La fin vient après le début."
        if self.registration_mode == self.RegistrationMode.ELSEWHERE and not self.registration_url:
            errors["registration_url"] = "Indiquez le lien où l’on s’inscrit."
        if self.registration_closes_at and self.start and self.registration_closes_at > self.start:
            errors["registration_closes_at"] = (
                "Les inscriptions ferment au plus tard au début du rendez-vous."
            )
        if self.alias_of_id:
            errors["title"] = "Un rendez-vous ne se publie pas en alias : copiez-le."
        accepted = self.strictest_accepted()
        if self._is_looser_than(accepted):
            label = self.Confidentiality(accepted).label
            errors["confidentiality"] = (
                f"Des personnes se sont inscrites avec la règle « {label} » : elle peut devenir plus stricte, "
                "jamais plus souple."
            )
        if errors:
            raise ValidationError(errors)

    def save(self, *args, **kwargs):
        # A draft written before people registered may be published on its own, by the clock: what they
        # accepted stays, where a form would have been told no.
        accepted = self.strictest_accepted()
        if self._is_looser_than(accepted):
            self.confidentiality = accepted
        super().save(*args, **kwargs)

    # -- confidentiality

    def strictest_accepted(self) -> str | None:
        """Return the strictest rule that someone on the list accepted, None where nobody is. One query."""
        if self.pk is None:
            return None
        accepted = set(self.registrations.active().values_list("rule", flat=True).distinct())
        return next((rule for rule in reversed(self.Confidentiality.values) if rule in accepted), None)

    def _is_looser_than(self, rule: str | None) -> bool:
        order = self.Confidentiality.values
        known = rule in order and self.confidentiality in order
        return known and order.index(self.confidentiality) < order.index(rule)

    # -- time

    def has_started(self, now: dt.datetime) -> bool:
        return now >= self.start

    def is_past(self, now: dt.datetime | None = None) -> bool:
        """Tell whether the event has ended at ``now`` (aware; the present by default)."""
        return self.end <= (now or timezone.now())

    def cycle_began_at(self, now: dt.datetime) -> dt.datetime | None:
        """When the first date of this event's cycle started, None before: nobody joins half-way.

        One query, none outside of a cycle.
        """
        if not self.cycle_id:
            return None
        dates = EventPage.objects.live().not_cancelled().filter(cycle_id=self.cycle_id)
        return dates.filter(start__lte=now).order_by("start").values_list("start", flat=True).first()

    def other_dates(self, now: dt.datetime) -> EventQuerySet:
        """The dates registered for with this one: of its cycle, on line, to come and not cancelled."""
        if not self.cycle_id:
            return EventPage.objects.none()
        others = EventPage.objects.live().not_cancelled().filter(cycle_id=self.cycle_id)
        return others.exclude(pk=self.pk).upcoming(now)

    def is_open_for(self, user, *, now: dt.datetime) -> bool:
        """Tell whether registration has opened for ``user``: as set, and at once for who was invited first.

        One query before the hour set, none from then on.
        """
        if not self.registration_opens_at or now >= self.registration_opens_at:
            return True
        return user.is_authenticated and self.seat_invitations.filter(user=user).exists()

    @property
    def closes_at(self) -> dt.datetime:
        """When registration closes: as set, and at the start at the latest: nobody joins a session under way."""
        return min(self.registration_closes_at or self.start, self.start)

    # -- state

    @property
    def minutes(self) -> int:
        """How long it lasts for who attends, in minutes."""
        return minutes_attended(self.start, self.end)

    @property
    def is_cancelled(self) -> bool:
        state = getattr(self, "state", None)
        return bool(state and state.cancelled_at)

    @property
    def is_online(self) -> bool:
        return not self.place

    @property
    def centre(self):
        """The centre whose subtree this event stands in; cached, one query."""
        if not hasattr(self, "_centre"):
            self._centre = centre_of(self)
        return self._centre

    @property
    def centre_name(self) -> str:
        """The centre's name, "" without a centre; see ``centre``."""
        return self.centre.title if self.centre else ""

    def seats_left(self) -> int | None:
        """Seats still free, None where unlimited. From ``with_seats()`` or, without it, one query."""
        if self.capacity is None:
            return None
        confirmed = getattr(self, "confirmed_count", None)
        if confirmed is None:
            confirmed = self.registrations.confirmed().count()
        return max(0, self.capacity - confirmed)

    def number_waiting(self) -> int:
        waiting = getattr(self, "waiting_count", None)
        return self.registrations.waiting().count() if waiting is None else waiting

    def seats_to_offer(self) -> int | None:
        """Seats free once the queue has its own, never under 0; None where unlimited. See ``seats_left()``."""
        seats = self.seats_left()
        return None if seats is None else max(0, seats - self.number_waiting())


class RelatedPage(Orderable):
    """A page that an event speaks of, or left; chosen one by one, so that no list shows what is not one's own."""

    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="related_links")
    page = models.ForeignKey(BasePage, verbose_name="page", on_delete=models.CASCADE, related_name="+")

    panels = ["page"]

    class Meta(Orderable.Meta):
        verbose_name = "contenu lié"
        verbose_name_plural = "contenus liés"

    def __str__(self):
        return str(self.page)


class EventState(models.Model):
    """What services write about an event; the row that registration locks. Times are UTC."""

    event = models.OneToOneField(EventPage, on_delete=models.CASCADE, related_name="state")
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="annulé par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    cancellation_reason = models.CharField("raison", max_length=300, blank=True)
    sequence = models.PositiveIntegerField("SEQUENCE", default=0, help_text="RFC 5545 : ne baisse jamais.")
    announced_start = models.DateTimeField("début annoncé", null=True, blank=True)
    announced_end = models.DateTimeField("fin annoncée", null=True, blank=True)
    announced_place = models.CharField("lieu annoncé", max_length=200, blank=True)
    announced_meeting_url = models.URLField("visio annoncée", blank=True)
    moved_at = models.DateTimeField("déplacement annoncé le", null=True, blank=True)
    seats_on_offer = models.PositiveIntegerField(
        "places proposées à la file", default=0, help_text="Ce qui a été annoncé et n’est pas encore pris."
    )
    queue_closed_at = models.DateTimeField("file close le", null=True, blank=True)
    second_date_proposed_at = models.DateTimeField("seconde date proposée le", null=True, blank=True)
    second_date = models.ForeignKey(
        EventPage,
        verbose_name="seconde date",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    evaluation_sent_at = models.DateTimeField("évaluation proposée le", null=True, blank=True)
    nothing_to_note = models.BooleanField("rien à en retenir", default=False)
    closed_out_at = models.DateTimeField("clôturé le", null=True, blank=True)
    closed_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="clôturé par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    evidence_until = models.DateField(
        "émargement gardé jusqu’au",
        null=True,
        blank=True,
        help_text="Pièce justificative pour un financeur. Vide : non.",
    )

    class Meta:
        verbose_name = "état d’un rendez-vous"
        verbose_name_plural = "états des rendez-vous"

    def __str__(self):
        return str(self.event_id)
