"""How the demonstration shows the text of a message."""

import re

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()
#: Our texts put an address in brackets or on a line: what closes the bracket or the sentence is not its own.
_ADDRESS = re.compile(r"https?://[^\s()<>]+[^\s()<>.,;:!?\u00a0]")


@register.filter
def links_of_text(text: str) -> str:
    """Return ``text``, escaped, with its addresses as links; Django's ``urlize`` loses a full stop after « ) »."""
    parts, done = [], 0
    for found in _ADDRESS.finditer(text):
        parts.append(escape(text[done : found.start()]))
        parts.append(format_html('<a href="{}">{}</a>', found[0], found[0]))
        done = found.end()
    parts.append(escape(text[done:]))
    # Each part was escaped above.
    return mark_safe("".join(parts))  # noqa: S308
