"""Who may read what. One rule, used by pages, listings, feeds, counters and the search index alike.

A *principal* is a name that a reader holds and that content asks for: ``public``, ``reseau`` (approved
members) and ``groupe-<id>`` (members of one group).
"""

from __future__ import annotations

from django.db import models


class Audience(models.TextChoices):
    PUBLIC = "public", "Tout le monde"
    RESEAU = "reseau", "Réservé au réseau"
    GROUPE = "groupe", "Réservé à des groupes"


def is_approved(user) -> bool:
    """Tell whether ``user`` is an approved member (a pending account signs in but reads public content only)."""
    return bool(
        user is not None and user.is_authenticated and user.is_active and getattr(user, "approved_at", None)
    )


def principals(user) -> frozenset[str]:
    """Return the principals that ``user`` (possibly anonymous or None) holds. One query for members."""
    held = {Audience.PUBLIC.value}
    if is_approved(user):
        held.add(Audience.RESEAU.value)
        held.update(f"groupe-{pk}" for pk in group_ids(user))
    return frozenset(held)


def group_ids(user) -> tuple[int, ...]:
    """Return the ids of the groups of ``user``, read once per user object."""
    if not hasattr(user, "_audience_group_ids"):
        user._audience_group_ids = tuple(user.groups.values_list("pk", flat=True))
    return user._audience_group_ids
