"""Days off: the eleven of the law, those of a territory, and school holidays as far as they are known."""

import datetime as dt

import pytest
from dateutil.easter import easter

from portal.base.daysoff import (
    TERRITORIES,
    public_holidays,
    school_holiday,
    school_holidays_known_until,
    territories_of,
)

#: Code du travail, L3133-1; the movable ones are counted from Easter.
FIXED = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]


@pytest.mark.parametrize("year", range(2024, 2051))
def test_the_library_knows_the_eleven_days_of_the_law(year):
    sunday = easter(year)
    expected = {dt.date(year, *day) for day in FIXED} | {sunday + dt.timedelta(days=n) for n in (1, 39, 50)}
    assert set(public_holidays(year)) == expected


@pytest.mark.parametrize("key", TERRITORIES)
def test_a_territory_has_its_own_days_beside_them(key):
    local = public_holidays(2027, key)
    assert set(public_holidays(2027)) < set(local)
    assert all(name and "'" not in name for name in local.values())


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["02", "53"], ["972"]),
        (["44"], ["6AE"]),
        (["11", "94"], []),
        ([], []),
        (["04", "01"], ["971", "974"]),
    ],
)
def test_regions_bring_their_days(codes, expected):
    assert territories_of(codes) == expected


@pytest.mark.parametrize(
    ("day", "zone", "name"),
    [
        (dt.date(2026, 12, 29), "A", "Vacances de Noël"),
        (dt.date(2026, 11, 24), "C", ""),
        (dt.date(2045, 7, 20), "A", ""),
        (dt.date(1900, 7, 20), "A", ""),
    ],
)
def test_school_holidays(day, zone, name):
    assert school_holiday(day, zone) == name


def test_zones_are_told_apart():
    winter = [dt.date(2027, 2, 1) + dt.timedelta(days=number) for number in range(45)]
    away = {zone: {day for day in winter if school_holiday(day, zone)} for zone in "ABC"}
    assert all(away.values())
    assert away["A"] != away["B"] != away["C"] != away["A"]


def test_the_calendar_of_schools_says_where_it_stops():
    assert school_holidays_known_until() == dt.date(2028, 8, 31)
    assert school_holiday(school_holidays_known_until(), "A")
