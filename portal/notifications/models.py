"""The outbox of mail: every message is a row first, written with the change that it speaks of."""

from django.conf import settings
from django.db import models

from portal.background.outbox import OutboxRow, OutboxState


class OutgoingMessage(OutboxRow):
    """One message to one recipient: its envelope and its RFC 5322 bytes."""

    SETTLED = (OutboxState.DONE, OutboxState.FAILED, OutboxState.EXPIRED)

    recipient = models.EmailField("destinataire", max_length=254)
    sender = models.CharField("expéditeur", max_length=254)
    subject = models.CharField("objet", max_length=255)
    kind = models.CharField("type de message", max_length=60, default="autre")
    message_id = models.CharField("Message-ID", max_length=255, unique=True)
    content = models.BinaryField("message", null=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="outgoing_messages",
    )
    # A code or a personal link: never shown to staff, wiped once sent, never sent again by hand.
    is_secret = models.BooleanField("contient un code ou un lien personnel", default=False)
    maybe_sent_twice = models.BooleanField("peut-être envoyé deux fois", default=False)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    wiped_at = models.DateTimeField("contenu effacé le", null=True, blank=True)

    class Meta(OutboxRow.Meta):
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.subject} → {self.recipient}"

    @property
    def state_label(self) -> str:
        """The state in words: mail that has no server to go to is kept, not sent."""
        if self.state == OutboxState.DONE:
            return "envoyé" if self.sent_at else "conservé"
        return self.get_state_display()

    @property
    def can_be_resent(self) -> bool:
        return not self.is_secret and self.content is not None and self.state in self.SETTLED


class Preference(models.Model):
    """A kind of message that a person does not want. Transactional kinds always go."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preferences"
    )
    kind = models.CharField("type de message", max_length=60)
    wanted = models.BooleanField("souhaité", default=True)

    class Meta:
        verbose_name = "préférence"
        verbose_name_plural = "préférences"
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notifications_one_preference")]

    def __str__(self):
        return f"{self.user} · {self.kind}"
