"""The network's letter: who asked for it, and the issues that were sent."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from wagtail.fields import RichTextField

from portal.base import richtext


class SubscriptionQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)


class Subscription(models.Model):
    """A confirmed request for the letter, with what the sender must be able to prove (RGPD art. 7). UTC."""

    email = models.EmailField("adresse e-mail")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    requested_at = models.DateTimeField("demandée le")
    # Apart from the request: asking again must not rewrite when a confirmed subscription was asked for.
    mailed_at = models.DateTimeField("dernier message de confirmation", null=True, blank=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    wording = models.CharField("texte accepté", max_length=255)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "abonnement à la lettre"
        verbose_name_plural = "abonnements à la lettre"
        constraints = [models.UniqueConstraint(Lower("email"), name="newsletter_email_ci")]

    def __str__(self):
        return self.email

    @property
    def is_confirmed(self) -> bool:
        """What ``SubscriptionQuerySet.confirmed`` keeps."""
        return self.confirmed_at is not None and self.ended_at is None


class Issue(models.Model):
    """One letter, written in the admin and sent once."""

    subject = models.CharField("objet", max_length=150)
    body = RichTextField("texte", features=richtext.SECTION)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True, editable=False)
    recipients = models.PositiveIntegerField("destinataires", default=0, editable=False)

    panels = ["subject", "body"]

    class Meta:
        verbose_name = "lettre"
        verbose_name_plural = "lettres"
        ordering = ["-pk"]

    def __str__(self):
        return self.subject


class Delivery(models.Model):
    """A letter still to be written to one subscriber. The row goes when her message enters the outbox.

    Who received what is not kept twice: the list of mail sent tells it, for a year.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")

    class Meta:
        verbose_name = "envoi à faire"
        verbose_name_plural = "envois à faire"
        constraints = [
            models.UniqueConstraint(fields=["issue", "subscription"], name="newsletter_one_delivery")
        ]

    def __str__(self):
        return f"{self.issue} → {self.subscription}"
