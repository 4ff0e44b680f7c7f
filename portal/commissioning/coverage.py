"""How many pages answer on each theme. The apps above say it in their ``coverage.py`` (autodiscovered)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from django.utils.module_loading import autodiscover_modules

#: Returns how many published pages there are by theme (its key). A constant number of queries.
Coverage = Callable[[], Mapping[int, int]]
_coverages: dict[str, Coverage] = {}


def register_coverage(name: str, coverage: Coverage) -> Coverage:
    """Declare pages that answer difficulties; a name is registered once."""
    if name in _coverages and _coverages[name] is not coverage:
        raise ValueError(f"A coverage named {name!r} is registered already.")
    _coverages[name] = coverage
    return coverage


def pages_by_theme() -> Counter:
    """Return how many published pages answer on each theme, by its key."""
    autodiscover_modules("coverage")
    total = Counter()
    for name in sorted(_coverages):
        total.update(_coverages[name]())
    return total
