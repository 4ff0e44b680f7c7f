"""What readers see in place of the slugs of facets."""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.db.models.signals import post_delete, post_save

from portal.centres.models import CentrePage
from portal.themes.models import Phase, Region, Secteur, Theme, TypeStructure

from .forms import SearchParameters
from .registry import registry

#: Facets in the order of the page, with their titles.
TITLES = {
    "type": "Type",
    "periode": "Date",
    "phase": "Moment",
    "theme": "Thème",
    "secteur": "Secteur",
    "structure": "Type de structure",
    "region": "Région",
    "centre": "Centre",
}
_LISTS = {"theme": Theme, "secteur": Secteur, "phase": Phase, "region": Region, "structure": TypeStructure}


#: Seconds during which a change made by another process may not be seen yet.
FRESH_SECONDS = 1.0

_cached: tuple[float, dict[str, dict[str, str]], list[CentrePage]] | None = None


def facet_labels(user) -> dict[str, dict[str, str]]:
    """Return the label of every value of every facet, each facet in its own order.

    The closed lists and the centres are read at most once a second: six small queries, which took longer than
    the search itself.
    """
    lists, centres = _read()
    return lists | {
        "type": {slug: label.label for slug, label in registry.types().items()},
        "periode": {"a-venir": "Rendez-vous à venir", "passe": "Rendez-vous passés"},
        "centre": {centre.slug: centre.title for centre in centres if centre.is_visible_to(user)},
    }


def _read() -> tuple[dict[str, dict[str, str]], list[CentrePage]]:
    global _cached
    now = time.monotonic()
    cached = _cached
    if cached is None or now - cached[0] >= FRESH_SECONDS:
        lists = {facet: dict(model.objects.values_list("slug", "label")) for facet, model in _LISTS.items()}
        centres = CentrePage.objects.live().order_by("title").prefetch_related("audience_groups")
        cached = _cached = (now, lists, list(centres))
    return cached[1], cached[2]


def forget_labels(**kwargs) -> None:
    """Read the labels again at the next search: after a change in this process, and between tests."""
    global _cached
    _cached = None


def connect() -> None:
    """Forget what is known when an entry or a centre changes in this process."""
    for model in (*_LISTS.values(), CentrePage):
        for signal in (post_save, post_delete):
            signal.connect(forget_labels, sender=model, dispatch_uid=f"search.labels.{model._meta.label}")


def in_words(parameters: SearchParameters, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Return the search as one reads it: « trésorerie », Moment : Anticiper, Région : Bretagne ou Guyane.

    "" where nothing is searched for. A value that has no label any more shows as its slug: leaving it out would
    announce a wider search than the one that is made.
    """
    parts = []
    if text := " ".join(parameters.text.split()):
        parts.append(f"«\u00a0{text}\u00a0»")
    for facet, title in TITLES.items():
        if values := parameters.facets.get(facet):
            chosen = " ou ".join(labels[facet].get(value, value) for value in values)
            parts.append(f"{title}\u00a0: {chosen}")
    return ", ".join(parts)
