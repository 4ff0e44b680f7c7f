"""« Mes heures » and, for who reads it, the way to the annual page, in a person's own space."""

from __future__ import annotations

from django.utils import timezone

from portal.members.espace import register_panel

from .hours import years_of
from .permissions import may_see_figures


def my_hours(request) -> dict | None:
    """What she followed, year by year; None before the first time. Two queries."""
    years = years_of(request.user)
    return {"years": years} if years else None


def annual_page(request) -> dict | None:
    """The way to the annual page; None for who does not read it. Two queries at most."""
    return {"year": timezone.localdate().year} if may_see_figures(request.user) else None


register_panel(name="heures", order=30, template="registrations/espace_hours.html", context=my_hours)
register_panel(name="bilan", order=50, template="registrations/espace_figures.html", context=annual_page)
