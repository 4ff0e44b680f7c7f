"""The engine that the settings choose."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .base import SearchEngine

_engines: dict[tuple, SearchEngine] = {}


def get_engine() -> SearchEngine:
    """Return the engine of ``settings.SEARCH_ENGINE``, the same object as long as the settings are the same.

    Raises ImproperlyConfigured for an unknown engine, or Meilisearch without an address.
    """
    key = (
        settings.SEARCH_ENGINE,
        str(settings.SEARCH_INDEX_DIR),
        settings.MEILISEARCH_URL,
        settings.MEILISEARCH_API_KEY,
        settings.SEARCH_INDEX_PREFIX,
    )
    if key not in _engines:
        _engines[key] = _build()
    return _engines[key]


def _build() -> SearchEngine:
    from search.lexicon_source import current_lexicon

    if settings.SEARCH_ENGINE == "embedded":
        from .embedded import EmbeddedEngine

        return EmbeddedEngine(settings.SEARCH_INDEX_DIR, lexicon=current_lexicon)
    if settings.SEARCH_ENGINE == "meilisearch":
        from .meilisearch import MeilisearchEngine

        if not settings.MEILISEARCH_URL:
            raise ImproperlyConfigured("SEARCH_ENGINE is meilisearch and MEILISEARCH_URL is not set.")
        return MeilisearchEngine(
            settings.MEILISEARCH_URL,
            settings.MEILISEARCH_API_KEY,
            prefix=settings.SEARCH_INDEX_PREFIX,
            lexicon=current_lexicon,
        )
    raise ImproperlyConfigured(f"SEARCH_ENGINE is {settings.SEARCH_ENGINE!r}: use embedded or meilisearch.")
