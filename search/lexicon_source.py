"""The lexicon as it is in the database now."""

from __future__ import annotations

import time

from portal.themes.models import Expansion, Terme

from .lexicon import Lexicon

#: Seconds during which a change may not be seen yet; a change takes effect without a restart.
FRESH_SECONDS = 1.0

_cached: tuple[float, tuple, Lexicon] | None = None


def current_lexicon() -> Lexicon:
    """Return the lexicon, read again when it changed. Two small queries, at most once a second."""
    global _cached
    now = time.monotonic()
    if _cached and now - _cached[0] < FRESH_SECONDS:
        return _cached[2]
    expansions: dict[int, list[str]] = {}
    for terme_id, text in Expansion.objects.order_by("sort_order", "pk").values_list("terme_id", "text"):
        expansions.setdefault(terme_id, []).append(text)
    rows = tuple(
        (sigle, tuple(expansions.get(pk, ())), ambiguous)
        for pk, sigle, ambiguous in Terme.objects.order_by("pk").values_list("pk", "sigle", "ambiguous")
    )
    # Building it is what costs: the same rows keep the same lexicon.
    lexicon = _cached[2] if _cached and _cached[1] == rows else Lexicon.of(rows)
    _cached = (now, rows, lexicon)
    return lexicon


def forget_lexicon() -> None:
    """Read the lexicon again at the next search: after a change in this process, and between tests."""
    global _cached
    _cached = None
