"""What the home page and its like show of other apps."""

from __future__ import annotations

from django import template

from portal.base.audience import principals
from portal.base.models import PortalSettings
from portal.home.models import phases_addressed
from search.frequent import frequent_searches

register = template.Library()
OFTEN = 3


@register.simple_tag(takes_context=True)
def often_searched(context) -> list[str]:
    """The editors' list of what is often searched; where it is empty, what is, with results for this reader."""
    request = context["request"]
    if chosen := PortalSettings.for_request(request).often_searched_list():
        return chosen
    held = principals(getattr(request, "user", None))
    return [search.text for search in frequent_searches(principals=held, limit=OFTEN)]


@register.simple_tag
def four_phases() -> list[dict]:
    """The four phases in order, with their addresses, for the small curve. Two queries."""
    return phases_addressed()
