"""What readers see in place of the slugs of facets."""

from __future__ import annotations

from collections.abc import Mapping

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


def facet_labels(user) -> dict[str, dict[str, str]]:
    """Return the label of every value of every facet, each facet in its own order. Six small queries."""
    labels = {facet: dict(model.objects.values_list("slug", "label")) for facet, model in _LISTS.items()}
    labels["type"] = {slug: label.label for slug, label in registry.types().items()}
    labels["periode"] = {"a-venir": "Rendez-vous à venir", "passe": "Rendez-vous passés"}
    labels["centre"] = dict(
        CentrePage.objects.visible_to(user).order_by("title").values_list("slug", "title")
    )
    return labels


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
