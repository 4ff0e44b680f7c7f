"""What the commissioning board weighs difficulties against: the published fiches, theme by theme."""

from __future__ import annotations

from django.db.models import Count

from portal.commissioning.coverage import register_coverage

from .models import FichePage


def fiches_by_theme() -> dict[int, int]:
    """How many fiches are published under each theme, by its key. One query."""
    filed = FichePage.objects.live().filter(themes__isnull=False).order_by().values("themes")
    return dict(filed.annotate(number=Count("pk")).values_list("themes", "number"))


register_coverage("fiches", fiches_by_theme)
