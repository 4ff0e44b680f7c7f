"""Small counts of people, hidden so that nothing on the page gives them back.

The rule of statistical offices (primary and secondary suppression: ESSnet, *Handbook on Statistical Disclosure
Control*, 2010, chapter 4): a count of one to four people is shown as « moins de 5 ». Alone in its column, it
would be the total less the rest: the next smallest count is hidden too, and so on until each small count could
be at least three of its four values. Where a whole column is not enough, its total is hidden as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

#: Under this number of people, a count is hidden; 0 is not a count of people.
SMALLEST_SHOWN = 5
#: How many values a hidden count must be able to have, for who knows all the rest.
LEFT_TO_GUESS = 3


class Shown(Enum):
    """How a count is shown: as it is, as « moins de 5 », or not at all."""

    EXACT = "exact"
    SMALL = "small"
    MASKED = "masked"


@dataclass(frozen=True)
class Cell:
    """A count as it may be shown; ``value`` is None where it is hidden, whatever reads it next."""

    shown: Shown
    value: int | None

    @property
    def is_hidden(self) -> bool:
        return self.shown != Shown.EXACT


SMALL = Cell(Shown.SMALL, None)


@dataclass(frozen=True)
class Protected:
    """The columns of one measure, by name, and the total that they share."""

    columns: dict[str, list[Cell]]
    total: Cell

    @property
    def hides_something(self) -> bool:
        return self.total.is_hidden or any(
            cell.is_hidden for column in self.columns.values() for cell in column
        )


def protect(columns: Mapping[str, Sequence[int]], total: int) -> Protected:
    """Return the counts of one measure as they may be shown: several columns that break ``total`` down.

    Each column is protected against who knows the total. Where one cannot be without hiding it, the total is
    hidden, and with it every count of the other columns, which would add up to it. Of a total that is small
    itself no part is told from another: each is « moins de 5 », 0 included.
    """
    if _is_small(total):
        return Protected({name: [SMALL] * len(values) for name, values in columns.items()}, SMALL)
    hidden = {name: _to_hide(values) for name, values in columns.items()}
    total_is_hidden = any(places is None for places in hidden.values())
    shown = {}
    for name, values in columns.items():
        places = range(len(values)) if total_is_hidden else hidden[name]
        shown[name] = [_cell(value, place in places) for place, value in enumerate(values)]
    return Protected(shown, _cell(total, total_is_hidden))


def one(value: int) -> Cell:
    """A count of people that nothing adds up to."""
    return _cell(value, hide=False)


def _cell(value: int, hide: bool) -> Cell:
    if _is_small(value):
        return SMALL
    # That nobody came is no one's secret.
    if hide and value:
        return Cell(Shown.MASKED, None)
    return Cell(Shown.EXACT, value)


def _is_small(value: int) -> bool:
    return 0 < value < SMALLEST_SHOWN


def _to_hide(values: Sequence[int]) -> set[int] | None:
    """The places in ``values`` to hide so that their sum gives no small count back; None: that cannot be."""
    small = {place for place, value in enumerate(values) if _is_small(value)}
    hidden = set(small)
    if not small:
        return hidden
    others = sorted(
        (place for place, value in enumerate(values) if value >= SMALLEST_SHOWN),
        key=lambda place: values[place],
    )
    while not _leaves_enough_to_guess(values, small, hidden, others):
        if not others:
            return None
        hidden.add(others.pop(0))
    return hidden


def _leaves_enough_to_guess(
    values: Sequence[int], small: set[int], hidden: set[int], visible: list[int]
) -> bool:
    """Tell whether, the sum of the hidden counts being known, each small one keeps several possible values.

    Who reads knows the bounds of each: a small count is 1 to 4; one that was hidden for its sake is 5 at least,
    and at most the smallest that is still in sight, since the smallest are hidden first.
    """
    known = sum(values[place] for place in hidden)
    highest_masked = values[visible[0]] if visible else known
    lowest = {place: 1 if place in small else SMALLEST_SHOWN for place in hidden}
    highest = {place: SMALLEST_SHOWN - 1 if place in small else highest_masked for place in hidden}
    for place in small:
        least = max(lowest[place], known - sum(highest.values()) + highest[place])
        most = min(highest[place], known - sum(lowest.values()) + lowest[place])
        if most - least + 1 < LEFT_TO_GUESS:
            return False
    return True
