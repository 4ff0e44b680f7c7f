"""What a centre's page shows of what it publishes; the features above say what, in their ``shelves.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Shelf:
    """``items(centre, user)`` gives what ``user`` may read of ``centre``, rendered by ``template`` as ``item``."""

    name: str
    title: str
    template: str
    items: Callable
    order: int = 100


_shelves: dict[str, Shelf] = {}


def register(shelf: Shelf) -> None:
    """Add a shelf to every centre's page."""
    _shelves[shelf.name] = shelf


def under(path: str, pages):
    """Limit ``pages`` to those that stand right under the page at ``path`` of the tree (``Fixed`` in a listing)."""
    return pages.filter(path__startswith=path, depth=len(path) // pages.model.steplen + 1)


def of(centre, user) -> list[tuple[Shelf, list]]:
    """Return the shelves of ``centre`` that hold something ``user`` may read, in order."""
    autodiscover_modules("shelves")
    filled = (
        (shelf, list(shelf.items(centre, user))) for shelf in sorted(_shelves.values(), key=lambda s: s.order)
    )
    return [(shelf, items) for shelf, items in filled if items]
