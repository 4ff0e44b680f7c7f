"""A day begins at midnight in Paris, on both sides of a change of hour."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.base.days import start_of_day


@pytest.mark.parametrize(
    ("now", "began"),
    [
        # Winter: an hour ahead of UTC; what is still the 30th for UTC is the 31st.
        ("2026-12-30T23:30", "2026-12-30T23:00"),
        # Summer: two hours.
        ("2026-07-14T12:00", "2026-07-13T22:00"),
        # The day that summer begins: its midnight is winter's.
        ("2026-03-29T20:00", "2026-03-28T23:00"),
    ],
)
def test_the_day_began_at_midnight_in_paris(now, began):
    now, began = (dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) for text in (now, began))
    assert start_of_day(now) == began
    with timezone.override("America/Cayenne"):
        assert start_of_day(now) == began
