"""The lexicon as it is in the database now."""

from __future__ import annotations

import time

from portal.themes.models import Departement, Expansion, Region, SynonymSet, Terme

from .lexicon import Lexicon
from .places import Place, Places

#: Whatever of these is saved or deleted changes the lexicon.
SOURCES = (Terme, Expansion, SynonymSet, Region, Departement)

#: Seconds during which a change may not be seen yet; a change takes effect without a restart.
FRESH_SECONDS = 1.0

_cached: tuple[float, tuple, Lexicon] | None = None


def current_lexicon() -> Lexicon:
    """Return the lexicon, read again when it changed. Five small queries, at most once a second."""
    global _cached
    now = time.monotonic()
    if _cached and now - _cached[0] < FRESH_SECONDS:
        return _cached[2]
    expansions: dict[int, list[str]] = {}
    for terme_id, text in Expansion.objects.order_by("sort_order", "pk").values_list("terme_id", "text"):
        expansions.setdefault(terme_id, []).append(text)
    acronyms = tuple(
        (sigle, tuple(expansions.get(pk, ())), ambiguous)
        for pk, sigle, ambiguous in Terme.objects.order_by("pk").values_list("pk", "sigle", "ambiguous")
    )
    synonyms = tuple(tuple(each.members) for each in SynonymSet.objects.order_by("pk"))
    rows = (acronyms, synonyms, _places())
    # Building it is what costs: the same rows keep the same lexicon.
    if _cached and _cached[1] == rows:
        lexicon = _cached[2]
    else:
        lexicon = Lexicon.of(acronyms, synonyms=synonyms, places=Places(rows[2]))
    _cached = (now, rows, lexicon)
    return lexicon


def _places() -> tuple[Place, ...]:
    regions = {region.pk: region for region in Region.objects.order_by("code")}
    places = [
        Place(region.label, region.slug, region.label, region.code, names=tuple(region.names))
        for region in regions.values()
    ]
    for departement in Departement.objects.order_by("code"):
        # Those of overseas that belong to no region lead nowhere.
        if region := regions.get(departement.region_id):
            places.append(
                Place(
                    departement.label,
                    region.slug,
                    region.label,
                    region.code,
                    code=departement.code,
                    names=tuple(departement.names),
                )
            )
    return tuple(places)


def forget_lexicon() -> None:
    """Read the lexicon again at the next search: after a change in this process, and between tests."""
    global _cached
    _cached = None
