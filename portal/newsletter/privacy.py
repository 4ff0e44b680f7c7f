"""What the letter knows of a person, and how it forgets her."""

from django.db.models import Q

from portal.members import privacy

from .models import Subscription


def export_subscription(user) -> list[dict]:
    """The person's subscriptions; times in ISO 8601, UTC."""
    return [
        {
            "demandée le": subscription.requested_at.isoformat(),
            "confirmée le": subscription.confirmed_at.isoformat() if subscription.confirmed_at else None,
            "terminée le": subscription.ended_at.isoformat() if subscription.ended_at else None,
            "texte accepté": subscription.wording,
        }
        for subscription in _of(user)
    ]


def erase_subscription(*, user, now) -> None:
    """Delete the person's subscriptions: nothing has to be proven about who no longer receives it."""
    _of(user).delete()


def _of(user):
    # The account's address may have changed since the letter was asked for.
    return Subscription.objects.filter(Q(user=user) | Q(email__iexact=user.email))


privacy.register("lettre", export=export_subscription, erase=erase_subscription)
