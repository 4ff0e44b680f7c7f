"""What the admin shows of the sheets kept for funders, and to whom."""

from __future__ import annotations

from django import template

from portal.registrations.permissions import may_mark_evidence, may_read_sheets

register = template.Library()


@register.simple_tag(takes_context=True)
def marks_evidence(context) -> bool:
    """Tell whether the reader decides what is kept for a funder."""
    return may_mark_evidence(context["request"].user)


@register.simple_tag(takes_context=True)
def reads_sheets(context) -> bool:
    """Tell whether the reader may read the sheets that are kept."""
    return may_read_sheets(context["request"].user)
