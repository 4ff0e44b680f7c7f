"""A year of searches, so that what the network looks for can be read from the first day."""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from portal.members.workdays import is_working_day
from portal.themes.models import Theme
from search.journal import forget, key_of
from search.models import SearchEntry

from .reading import yaml_list

DAYS = 365
#: Searches of a working day, fewest and most; of any other day; and what is left of them in August.
WORKING, RESTING, SUMMER = (7, 15), (0, 3), 0.4
#: One search in so many holds words that few search, and that are forgotten by now.
FORGOTTEN = 7


def load_searches(*, now: dt.datetime) -> None:
    """Write the journal as it would have been left, the same for the same day."""
    told, today = yaml_list("recherches.yaml"), timezone.localdate(now)
    themes = dict(Theme.objects.values_list("slug", "pk"))
    entries = [*_year(told["frequentes"], themes, today)]
    for kind in ("rares", "publiees"):
        entries += [
            _entry(
                few, few["texte"], themes, day=today - dt.timedelta(days=days), released=kind == "publiees"
            )
            for few in told[kind]
            for days in few["jours"]
        ]
    SearchEntry.objects.bulk_create(entries, batch_size=500)
    # What the clock would have let go of is let go of.
    forget(now=now)


def _year(searches: list[dict], themes: dict, today: dt.date):
    chance = random.Random(2026)
    weights = [search["poids"] for search in searches]
    for ago in range(DAYS, -1, -1):
        day = today - dt.timedelta(days=ago)
        count = chance.randint(*(WORKING if is_working_day(day) else RESTING))
        if day.month == 8:
            count = round(count * SUMMER)
        for search in chance.choices(searches, weights, k=count):
            # There was less to find a year ago.
            total = round(search["total"] * (1 - 0.4 * ago / DAYS))
            if chance.randrange(FORGOTTEN) == 0:
                yield SearchEntry(day=day, total=total, theme_id=themes.get(search.get("theme")))
                continue
            opened = total and chance.random() < search.get("ouvre", 0)
            spellings = search["variantes"]
            yield _entry(
                search,
                # Most write it as the first one.
                chance.choices(spellings, [len(spellings)] + [1] * (len(spellings) - 1))[0],
                themes,
                day=day,
                total=total,
                clicked_rank=min(chance.choice(search["rangs"]), total) if opened else None,
            )


def _entry(search: dict, text: str, themes: dict, **fields) -> SearchEntry:
    theme = search.get("theme")
    return SearchEntry(
        text=text,
        key=key_of(text),
        theme_id=themes.get(theme),
        # Where nothing is found, no result says the theme: it was chosen.
        facets={"theme": [theme]} if theme and not search["total"] else {},
        **{"total": search["total"], **fields},
    )
