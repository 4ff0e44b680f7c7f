"""What a list shows of a page, without the page: a model of five tables and forty columns is long to build.

    @event_cards(EventPage)
    def next_sessions(user, now):
        return EventPage.objects.visible_to(user).upcoming(now)

    next_sessions(user=request.user, now=now)[:4]

The function says which pages, as a ``prepared`` query does (see there what its arguments may be); the ``Listing``
that decorates it says what is read of them and what their cards are. A slice, a length, a page of a paginator are
each one statement, and reading the cards takes a number of queries that their number does not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Value

from .prepared import Fixed, prepared


class Listing:
    """Abstract: the decorator. A subclass says what is read of the pages and makes cards of it."""

    def __init__(self, model, pages: Callable):
        self.model, self.__doc__, self.__name__ = model, pages.__doc__, pages.__name__

        def rows(window, **arguments):
            names, expressions = self.columns()
            return pages(**arguments).values(*names, **expressions)[slice(*window)]

        def number(**arguments):
            found = pages(**arguments).order_by()
            # A count without a group, as a query that can be prepared.
            return (
                found.annotate(every=Value(1)).values("every").annotate(number=Count("pk")).values("number")
            )

        self.rows, self.number = prepared(rows), prepared(number)

    def __call__(self, **arguments) -> Cards:
        return Cards(self, arguments)

    def columns(self) -> tuple[tuple[str, ...], dict]:
        """Return the names of the fields, and the expressions by name, that are read of pages of ``model``."""
        raise NotImplementedError

    def cards(self, rows: list[dict]) -> list:
        """Return the cards of ``rows`` (one at least), in their order."""
        raise NotImplementedError


@dataclass
class Cards:
    """The cards of a listing, read when they are looked at: a sequence, and what a paginator asks of a queryset."""

    listing: Listing
    arguments: dict
    start: int = 0
    stop: int | None = None
    _read: list | None = None

    def __getitem__(self, part):
        if not isinstance(part, slice):
            return self._all()[part]
        if self._read is not None:
            return self._read[part]
        stop = None if part.stop is None else self.start + part.stop
        return Cards(self.listing, self.arguments, self.start + (part.start or 0), stop)

    def __iter__(self) -> Iterator:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def first(self):
        """The first card, or None."""
        return next(iter(self[:1]), None)

    def count(self) -> int:
        """How many there are in all, without reading them."""
        return sum(row["number"] for row in self.listing.number(**self.arguments))

    def _all(self) -> list:
        if self._read is None:
            window = Fixed((self.start, self.stop))
            rows = self.listing.rows(window=window, **self.arguments)
            self._read = self.listing.cards(rows) if rows else []
        return self._read
