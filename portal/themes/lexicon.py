"""Explain acronyms where they are read: the first of each in a text becomes an ``<abbr>``."""

from __future__ import annotations

import re

from django.core.cache import cache
from django.db.models.signals import post_delete, post_save
from django.utils.html import escape

from portal.pagecache.holes import current

from .models import Expansion, Terme

CACHE_KEY = "themes.lexicon"
#: Other processes learn of a change of the lexicon within this many seconds.
CACHE_SECONDS = 60
#: Where an abbreviation is left alone: a link's text, a title, what is explained already.
SKIPPED = ("a", "abbr", "h2", "h3", "h4", "code")
_TAG = re.compile(r"(<[^>]+>)")
_ENTITY_OR_WORD = re.compile(r"&[#\w]+;|[A-ZÀ-Ý0-9][\w+-]*(?: R\b)?")


def explanations() -> dict[str, str]:
    """Return what each acronym stands for, as text: « caisse d’allocations familiales ou … »."""
    recorder = current()
    # A page that is kept is as exact as what it is made from: what is known since its generation, or later.
    key = f"{CACHE_KEY}.{recorder.generation}" if recorder else CACHE_KEY
    known = cache.get(key)
    if known is None:
        known = {
            terme.sigle: " ou ".join(terme.expansion_texts)
            for terme in Terme.objects.prefetch_related("expansions")
        }
        cache.set(key, known, CACHE_SECONDS)
    return known


def explain(html: str) -> str:
    """Return ``html`` (already safe) with the first of each known acronym explained; tags are untouched."""
    known, seen, skipping = explanations(), set(), 0
    if not known:
        return html

    def replace(match: re.Match) -> str:
        word = match[0]
        if word in seen or word not in known:
            return word
        seen.add(word)
        return f'<abbr title="{escape(known[word])}">{word}</abbr>'

    parts = _TAG.split(html)
    for position, part in enumerate(parts):
        if part.startswith("<"):
            name = part.strip("</>").split()[0].lower() if part.strip("</>") else ""
            if name in SKIPPED:
                skipping += -1 if part.startswith("</") else 1
        elif not skipping:
            parts[position] = _ENTITY_OR_WORD.sub(replace, part)
    return "".join(parts)


def _forget(**kwargs):
    cache.delete(CACHE_KEY)


for _model in (Terme, Expansion):
    post_save.connect(_forget, sender=_model, dispatch_uid=f"themes.lexicon.save.{_model.__name__}")
    post_delete.connect(_forget, sender=_model, dispatch_uid=f"themes.lexicon.delete.{_model.__name__}")
