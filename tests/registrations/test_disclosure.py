"""Small counts: an adversary who holds the published table and does the sums."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registrations.disclosure import Shown, one, protect

EXACT, SMALL, MASKED = Shown


def shown(values, total=None):
    table = protect({"table": values}, sum(values) if total is None else total)
    return [cell.shown for cell in table.columns["table"]], table.total.shown


def tables_of(cells: int, total: int):
    """Every table of that many counts that adds up to ``total``."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in tables_of(cells - 1, total - first):
            yield (first, *rest)


def what_could_be(published, total, candidates):
    """The tables among ``candidates`` that read the same: what an adversary is left with.

    She knows the words (« moins de 5 » is 1 to 4, or 0 to 4 of a small total), the counts in sight, the total
    where it is given, and that the smallest counts are hidden first.
    """
    in_sight = [cell.value for cell in published if cell.value]
    for table in candidates:
        if total.shown == EXACT and sum(table) != total.value:
            continue
        fits = all(
            value == cell.value
            if cell.shown == EXACT
            else (0 if total.shown == SMALL else 1) <= value <= 4
            if cell.shown == SMALL
            else 5 <= value <= min(in_sight, default=value)
            for cell, value in zip(published, table, strict=True)
        )
        if fits:
            yield table


@pytest.mark.parametrize("cells", [1, 2, 3, 4])
def test_no_small_count_comes_back_from_the_total(cells):
    """Every table of up to four counts, up to 22 people: each small count could be three values at least."""
    for total in range(1, 23 if cells < 4 else 17):
        tables = list(tables_of(cells, total))
        # Where the total is hidden, any table may be the one.
        every = list(itertools.chain.from_iterable(tables_of(cells, n) for n in range(total + 4)))
        seen = {}
        for table in tables:
            protected = protect({"table": table}, total)
            published = protected.columns["table"]
            key = tuple(published), protected.total
            if key not in seen:
                pool = tables if protected.total.shown == EXACT else every
                seen[key] = list(what_could_be(published, protected.total, pool))
            for place, value in enumerate(table):
                if 1 <= value <= 4:
                    could_be = {other[place] for other in seen[key]}
                    assert len(could_be) >= 3, (table, published, could_be)


def test_a_lonely_small_count_takes_the_next_smallest_with_it():
    assert shown([3, 30, 9, 12]) == ([SMALL, EXACT, MASKED, EXACT], EXACT)


def test_two_small_counts_that_the_rest_would_give_away():
    # 4 and 4 are the only two small counts that add up to 8: a third is hidden.
    assert shown([4, 4, 10, 20]) == ([SMALL, SMALL, MASKED, EXACT], EXACT)
    assert shown([2, 3, 10, 20]) == ([SMALL, SMALL, EXACT, EXACT], EXACT)


def test_the_next_smallest_is_not_enough_where_it_equals_the_one_after():
    # 9 hidden people, one of the two counts at most 5: the small one is 4.
    assert shown([4, 5, 5, 40]) == ([SMALL, MASKED, MASKED, EXACT], EXACT)


def test_where_everything_is_hidden_the_total_may_have_to_be_too():
    assert shown([1, 5]) == ([SMALL, MASKED], MASKED)
    assert shown([4, 4]) == ([SMALL, SMALL], MASKED)
    assert shown([2, 0]) == ([SMALL, SMALL], SMALL), "a total of two people is a small count"
    assert shown([3, 12]) == ([SMALL, MASKED], EXACT)


def test_nothing_is_hidden_where_nobody_is_few():
    assert shown([0, 5, 12]) == ([EXACT, EXACT, EXACT], EXACT)
    assert shown([]) == ([], EXACT)
    assert shown([0, 0]) == ([EXACT, EXACT], EXACT)


def test_a_hidden_total_is_in_no_other_column():
    table = protect({"centre": [4, 4], "format": [8, 0]}, 8)
    assert table.total.shown == MASKED
    assert [cell.shown for cell in table.columns["format"]] == [MASKED, EXACT]
    assert all(cell.value is None for cell in table.columns["centre"])


def test_a_count_that_nothing_adds_up_to():
    assert [one(value).shown for value in (0, 1, 4, 5)] == [EXACT, SMALL, SMALL, EXACT]
    assert one(3).value is None


@given(st.lists(st.integers(0, 60), max_size=20))
def test_a_small_count_is_never_in_what_is_published(values):
    table = protect({"table": values}, sum(values))
    for value, cell in zip(values, table.columns["table"], strict=True):
        assert cell.value in (None, value)
        assert not (1 <= value <= 4 and cell.value is not None)
    hidden = [value for value, cell in zip(values, table.columns["table"], strict=True) if cell.is_hidden]
    if table.total.shown == EXACT and any(1 <= value <= 4 for value in values):
        assert len(hidden) >= 2, "what is missing from the total is never one count"
