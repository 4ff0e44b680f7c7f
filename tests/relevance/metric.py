"""nDCG: how near an order is to the best one, with gains of 2 to the grade minus one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

CUT = 10


def dcg(grades: Sequence[int], *, cut: int = CUT) -> float:
    """Return the discounted cumulative gain of documents of these grades, in this order."""
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades[:cut], 1))


def ndcg(found: Sequence[str], judged: Mapping[str, int], *, cut: int = CUT) -> float:
    """Return the gain of ``found`` over that of the best order of all that was judged, from 0 to 1.

    What is not judged has no grade. Raises ValueError where nothing judged has one: there is no best order.
    """
    best = dcg(sorted(judged.values(), reverse=True), cut=cut)
    if not best:
        raise ValueError("Nothing here is an answer.")
    return dcg([judged.get(key, 0) for key in found], cut=cut) / best
