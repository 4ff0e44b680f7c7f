from django import template
from django.utils.safestring import mark_safe

from portal.themes.lexicon import explain

register = template.Library()


@register.filter
def glossed(html) -> str:
    """Explain the acronyms of rich text that is already rendered (``value|richtext|glossed``)."""
    return mark_safe(explain(str(html)))
