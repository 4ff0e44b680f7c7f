"""What « j’ai utilisé cette fiche » keeps of a person: the count stays, without her."""

from portal.members import privacy

from .models import Usage


def export_uses(user) -> list[dict]:
    """The pages that the person said she used; times in ISO 8601, UTC."""
    uses = Usage.objects.filter(user=user).select_related("page", "region")
    return [
        {
            "page": use.page.title,
            "région": use.region.label if use.region else "",
            "le": use.created_at.isoformat(),
        }
        for use in uses
    ]


def erase_uses(*, user, now) -> None:
    """Detach the person; that a practice travelled to a region remains."""
    Usage.objects.filter(user=user).update(user=None)


privacy.register("utilisations", export=export_uses, erase=erase_uses)
