"""Monday at seven in Paris, in winter and in summer."""

import datetime as dt

import pytest

from portal.alerts.schedule import PARIS, next_run


def paris(*parts) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (paris(2026, 11, 25, 12), paris(2026, 11, 30, 7)),
        (paris(2026, 11, 30, 6, 59), paris(2026, 11, 30, 7)),
        (paris(2026, 11, 30, 7), paris(2026, 12, 7, 7)),
        (paris(2026, 11, 29, 23, 59), paris(2026, 11, 30, 7)),
        # Clocks change in the night of the Sunday, both ways.
        (paris(2026, 10, 23, 12), paris(2026, 10, 26, 7)),
        (paris(2027, 3, 26, 12), paris(2027, 3, 29, 7)),
        # Sunday evening in UTC is Monday already in Paris.
        (dt.datetime(2026, 11, 29, 23, 30, tzinfo=dt.UTC), paris(2026, 11, 30, 7)),
    ],
)
def test_a_weekly_alert_looks_on_monday_morning(after, expected):
    found = next_run("hebdomadaire", after=after)
    assert found == expected
    assert found.astimezone(PARIS).hour == 7
    assert found > after


def test_an_immediate_one_looks_at_once():
    after = paris(2026, 11, 25, 12)
    assert next_run("immediate", after=after) == after
