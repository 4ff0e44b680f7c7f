"""The parameters of a search, read from an address that anybody may have written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict

from .engines.base import FACETS, SORTS

#: Values read for one facet; an address may repeat a parameter thousands of times.
MAX_VALUES = 40
_LONGEST_PAGE = 6


@dataclass(frozen=True)
class SearchParameters:
    """What is searched. ``unknown`` are the values of facets that do not exist, as typed (shortened)."""

    text: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = SORTS[0]
    page: int = 1
    unknown: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: QueryDict, labels: Mapping[str, Mapping[str, str]]) -> SearchParameters:
        """Read ``data``; nonsense is left out, never an error. ``labels`` tells the values that exist."""
        facets, unknown = {}, []
        for facet in FACETS:
            values = dict.fromkeys(value for value in data.getlist(facet)[:MAX_VALUES] if value)
            if known := tuple(value for value in values if value in labels[facet]):
                facets[facet] = known
            unknown += [value[:40] for value in values if value not in labels[facet]]
        sort = data.get("tri", "")
        return cls(
            text=data.get("q", ""),
            facets=facets,
            sort=sort if sort in SORTS else SORTS[0],
            page=_page(data.get("page", "")),
            unknown=tuple(unknown),
        )

    def without(self, facet: str, value: str) -> SearchParameters:
        """Return the same search without one value of a facet, on its first page."""
        rest = tuple(known for known in self.facets.get(facet, ()) if known != value)
        facets = {name: values for name, values in {**self.facets, facet: rest}.items() if values}
        return replace(self, facets=facets, page=1)

    def with_text(self, text: str, facets: Mapping[str, tuple[str, ...]] | None = None) -> SearchParameters:
        """Return the search for ``text``, by default in the same facets, on its first page."""
        return replace(self, text=text, facets=dict(self.facets if facets is None else facets), page=1)

    def query_string(self, **changes) -> str:
        """Return the address of this search after the ``?``, with ``changes`` (of fields) applied."""
        wanted = replace(self, **changes)
        data = QueryDict(mutable=True)
        data["q"] = wanted.text
        for facet, values in wanted.facets.items():
            data.setlist(facet, list(values))
        if wanted.sort != SORTS[0]:
            data["tri"] = wanted.sort
        if wanted.page > 1:
            data["page"] = str(wanted.page)
        return data.urlencode()


def _page(text: str) -> int:
    # isdecimal alone accepts digits of every script, int() too.
    if not text.isascii() or not text.isdecimal():
        return 1
    return max(1, int(text[:_LONGEST_PAGE]))
