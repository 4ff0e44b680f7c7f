"""What makes one document come before another that answers as well: how fresh it is, and how much it served.

The words decide first, by where they stand (title, themes, summary, text); see ``docs/recherche.md``.
"""

from __future__ import annotations

import datetime as dt

#: The most that ``weight_of`` gives.
HEAVIEST = 6
#: Age in days up to which a document counts as fresh, less so, and so on.
_AGES = (183, 548, 1096)
#: How many uses count as some, as many.
_USES = (1, 3, 10)


def weight_of(*, dated: dt.datetime | None, uses: int, now: dt.datetime) -> int:
    """Return 0 to ``HEAVIEST``: up to three for freshness, up to three for use. Times are aware.

    A session to come is as fresh as can be. What has no date is old. The result only changes at the ages
    above, so that the nightly check finds few documents to write again.
    """
    freshness = 0
    if dated is not None:
        age = (now - dated).days
        freshness = sum(age <= limit for limit in _AGES)
    return freshness + sum(uses >= limit for limit in _USES)
