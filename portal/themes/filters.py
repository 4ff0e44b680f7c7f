"""What a list is narrowed by: entries of the closed lists, which its address names by their slugs."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from django.db import models

from portal.base.prepared import Fixed, prepared

from .models import Phase, Region, Secteur, Theme


@dataclass(frozen=True)
class FilterKind:
    """``every`` is said where nothing is chosen."""

    model: type[models.Model]
    title: str
    every: str


#: By the name of the parameter.
KINDS = {
    "theme": FilterKind(Theme, "Thème", "Tous les thèmes"),
    "phase": FilterKind(Phase, "Moment", "Tous les moments"),
    "secteur": FilterKind(Secteur, "Secteur", "Tous les secteurs"),
    "region": FilterKind(Region, "Région", "Toutes les régions"),
}


@dataclass(frozen=True)
class Filter:
    """A closed list to choose from. ``without`` is the query string that takes the choice off, from the first page.

    ``choices`` are slugs and labels; ``chosen`` is the slug that holds, "" for none.
    """

    name: str
    title: str
    every: str
    choices: list[tuple[str, str]]
    chosen: str
    without: str

    @property
    def label(self) -> str:
        """What is chosen, for a reader; "" for nothing."""
        return dict(self.choices).get(self.chosen, "")


def read_filters(query, names: tuple[str, ...]) -> list[Filter]:
    """Return the filters ``names``, of ``KINDS``, as ``query`` (a ``QueryDict``) sets them. One query.

    A value that no list holds narrows nothing: an old address still shows the list.
    """
    choices: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    for row in sorted(_entries(names=Fixed(names)), key=itemgetter("order", "label")):
        choices[row["name"]].append((row["slug"], row["label"]))
    return [filter_of(query, name, KINDS[name].title, KINDS[name].every, choices[name]) for name in names]


def filter_of(query, name: str, title: str, every: str, choices: list[tuple[str, str]]) -> Filter:
    """Return the filter ``name`` among ``choices`` (slug, label), as ``query`` sets it; see ``read_filters``."""
    asked = query.get(name, "")
    chosen = asked if any(asked == slug for slug, _ in choices) else ""
    rest = query.copy()
    for gone in (name, "page"):
        rest.pop(gone, None)
    return Filter(name, title, every, choices, chosen, f"?{rest.urlencode()}")


def narrow(pages, *, theme=None, phase=None, secteur=None, region=None):
    """Limit ``pages``, filed under the closed lists, to the entries of these slugs; None limits nothing.

    No region means the whole of France: who looks for hers finds it too.
    """
    for name, slug in (("themes", theme), ("phases", phase), ("secteurs", secteur)):
        if slug is not None:
            pages = pages.filter(**{f"{name}__slug": slug})
    if region is not None:
        pages = pages.filter(models.Q(regions__slug=region) | models.Q(regions=None))
    return pages


@prepared
def _entries(names):
    """The entries of several closed lists, in one query."""
    parts = [
        KINDS[name].model.objects.order_by().values("slug", "label", "order", name=models.Value(name))
        for name in names
    ]
    return parts[0].union(*parts[1:], all=True)
