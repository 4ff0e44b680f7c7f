"""« Ce que j’attends », in a person's own space."""

from __future__ import annotations

from portal.members.espace import register_panel

from . import board


def awaited_fiches(request) -> dict | None:
    """The fiches that she waits for, and what came of them; None where there is none."""
    watches = board.awaited(request.user)
    return {"watches": watches} if watches else None


register_panel(
    name="fiches-attendues", order=13, template="commissioning/espace_awaited.html", context=awaited_fiches
)
