import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from portal.base.daysoff import public_holidays
from portal.members.workdays import PARIS, add_working_days, is_working_day


def paris(*when):
    return dt.datetime(*when, tzinfo=PARIS)


def test_the_holidays_of_a_year():
    assert sorted(public_holidays(2027)) == [
        dt.date(2027, *day)
        for day in [
            (1, 1),
            (3, 29),
            (5, 1),
            (5, 6),
            (5, 8),
            (5, 17),
            (7, 14),
            (8, 15),
            (11, 1),
            (11, 11),
            (12, 25),
        ]
    ]


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ((2026, 11, 24), True),
        ((2026, 11, 28), False),
        ((2026, 11, 11), False),
        ((2026, 4, 6), False),
        ((2026, 12, 26), False),
    ],
)
def test_days_worked(day, works):
    assert is_working_day(dt.date(*day)) is works


@pytest.mark.parametrize(
    ("start", "end"),
    [
        # Tuesday to Thursday, over a week-end, over the 11th of November, over Christmas, over Ascension.
        ((2026, 11, 24, 15, 0), (2026, 11, 26, 15, 0)),
        ((2026, 11, 27, 9, 30), (2026, 12, 1, 9, 30)),
        ((2026, 11, 10, 18, 0), (2026, 11, 13, 18, 0)),
        ((2026, 12, 24, 8, 0), (2026, 12, 29, 8, 0)),
        ((2027, 5, 5, 12, 0), (2027, 5, 10, 12, 0)),
        # What arrives on a Saturday or a holiday counts from the next working morning.
        ((2026, 11, 28, 20, 0), (2026, 12, 2, 0, 0)),
        ((2026, 11, 11, 7, 0), (2026, 11, 16, 0, 0)),
    ],
)
def test_two_working_days(start, end):
    assert add_working_days(paris(*start), 2) == paris(*end)


def test_the_hour_is_kept_when_the_clocks_change():
    assert add_working_days(paris(2027, 3, 26, 15, 0), 1) == paris(2027, 3, 30, 15, 0)


def test_any_time_zone_is_read_in_paris():
    late_in_cayenne = dt.datetime(2026, 11, 24, 21, 0, tzinfo=ZoneInfo("America/Cayenne"))
    assert add_working_days(late_in_cayenne, 1) == paris(2026, 11, 26, 1, 0)
