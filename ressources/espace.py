"""« Ce que j’ai utilisé », in a person's own space."""

from __future__ import annotations

from portal.base.models import BasePage
from portal.members.espace import register_panel

from .models import Usage

#: The latest, so that the page stays one that is read.
SHOWN = 8


def used_by_me(request) -> dict | None:
    """The pages that she said she used and may still read, the latest first; None where there is none."""
    mine = Usage.objects.filter(user=request.user, page__in=BasePage.objects.visible_to(request.user))
    uses = list(mine.select_related("page").order_by("-created_at", "-pk")[:SHOWN])
    return {"uses": uses} if uses else None


register_panel(name="fiches-utilisees", order=16, template="ressources/espace_used.html", context=used_by_me)
