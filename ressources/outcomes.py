"""What a takeaway can become here: a draft fiche."""

from __future__ import annotations

from django.urls import reverse

from portal.registrations.models import Takeaway
from portal.registrations.outcomes import Offer, register_outcome

from .drafts import may_open


def draft_fiche(takeaway: Takeaway, user) -> Offer | None:
    """Offer to open the draft, or the way to the one that is open, as far as ``user`` may follow it."""
    fiche = takeaway.fiche
    if fiche is None:
        if not may_open(user, takeaway):
            return None
        return Offer(
            label="Ouvrir un brouillon de fiche",
            post_url=reverse("ressources:open_draft", args=[takeaway.pk]),
            note="" if takeaway.shows_situation else "Sans la situation, tant qu’elle n’a pas d’accord.",
        )
    if fiche.live:
        return Offer(label="Lire la fiche", link_url=fiche.url or "")
    note = "Le brouillon est chez le centre, qui le relit et le complète."
    if fiche.permissions_for_user(user).can_edit():
        return Offer(
            label="Reprendre le brouillon de fiche",
            link_url=reverse("wagtailadmin_pages:edit", args=[fiche.pk]),
        )
    return Offer(label="Brouillon de fiche", note=note)


register_outcome("fiche", draft_fiche)
