"""French typography, put where an editor typed plain spaces and straight apostrophes."""

from __future__ import annotations

import re

NBSP = "\u00a0"
#: Text whose signs mean what they are.
_AS_IT_IS = ("code", "pre", "kbd", "samp", "script", "style", "textarea")
_TAG_OR_TEXT = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w-]*)[^>]*>|<[^>]*>|<|[^<]+", re.DOTALL)


def typographed(text: str) -> str:
    """Put non-breaking spaces before what asks for them and within « », the French apostrophe, and « … »."""
    text = re.sub(r" ([;:?!»%€])", rf"{NBSP}\1", text)
    text = re.sub(r"« ", f"«{NBSP}", text)
    return text.replace("...", "…").replace("'", "’")


def typographed_html(html: str) -> str:
    """The same in the texts of an HTML fragment: its tags, and what is code, are left alone."""
    kept = 0  # how many elements of code are open

    def mended(match: re.Match) -> str:
        nonlocal kept
        name = (match[2] or "").lower()
        if name in _AS_IT_IS:
            kept = max(0, kept - 1) if match[1] else kept + 1
        if match[0].startswith("<") or kept:
            return match[0]
        return typographed(match[0].replace("&#x27;", "'").replace("&#39;", "'"))

    return _TAG_OR_TEXT.sub(mended, html)
