"""What mail knows of a person, and how it forgets it."""

from __future__ import annotations

from django.db.models import Q

from portal.members.privacy import register

from .messages import label_of
from .models import OutgoingMessage, Preference


def _mail_of(user):
    return OutgoingMessage.objects.filter(Q(user=user) | Q(recipient__iexact=user.email))


def export_mail(user) -> dict:
    """The messages sent to ``user`` (not their texts, which she received) and her preferences."""
    return {
        "courriels": [
            {
                "type": label_of(row.kind),
                "objet": row.subject,
                "adresse": row.recipient,
                "date": row.created_at.isoformat(),
                "envoye_le": row.sent_at.isoformat() if row.sent_at else None,
            }
            for row in _mail_of(user).order_by("pk")
        ],
        "preferences": [
            {"type": kind, "souhaite": wanted}
            for kind, wanted in Preference.objects.filter(user=user)
            .order_by("kind")
            .values_list("kind", "wanted")
        ],
    }


def erase_mail(*, user, now) -> None:
    """Delete every message to ``user``, sent or not, and her preferences."""
    _mail_of(user).delete()
    Preference.objects.filter(user=user).delete()


register("courriels", export=export_mail, erase=erase_mail)
