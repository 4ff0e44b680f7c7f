"""The dates of a series, before anything is written: rhythm, days off, hours, nights, limits."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from portal.registrations.services import Rhythm, SeriesRefused, plan_series

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 1, 5, 8, 0, tzinfo=PARIS)
MORNING, AFTERNOON = dt.time(9, 30), dt.time(14, 0)


def lay_out(start, *, minutes=90, zones=(), now=NOW, time_zone="Europe/Paris", **asked):
    """Plan the series that follows an event at ``start`` (local parts)."""
    zone = ZoneInfo(time_zone)
    begins = dt.datetime(*start, tzinfo=zone)
    ends = (begins.replace(tzinfo=None) + dt.timedelta(minutes=minutes)).replace(tzinfo=zone)
    rhythm = {"every": 1, "weekday": begins.weekday(), "hours": (begins.time(),), **asked}
    return plan_series(
        start=begins, end=ends, time_zone=time_zone, rhythm=Rhythm(**rhythm), zones=zones, now=now
    )


def days(plan, *, kept=True):
    return [date.start.date().isoformat() for date in plan.dates if date.is_kept is kept]


# -- the rhythm


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"every": 1, "count": 3}, ["2026-01-20", "2026-01-27", "2026-02-03"]),
        ({"every": 2, "count": 3}, ["2026-01-27", "2026-02-10", "2026-02-24"]),
        # On another weekday of the same weeks.
        ({"every": 2, "weekday": 4, "count": 2}, ["2026-01-30", "2026-02-13"]),
        # The last day is in the series.
        ({"every": 1, "until": dt.date(2026, 1, 27)}, ["2026-01-20", "2026-01-27"]),
        # Whichever comes first.
        ({"every": 1, "until": dt.date(2026, 1, 27), "count": 1}, ["2026-01-20"]),
        ({"every": 1, "until": dt.date(2026, 1, 27), "count": 9}, ["2026-01-20", "2026-01-27"]),
        # From a day on: the first such weekday, that day included.
        ({"every": 3, "first_day": dt.date(2026, 3, 3), "count": 2}, ["2026-03-03", "2026-03-24"]),
        ({"every": 3, "first_day": dt.date(2026, 3, 4), "count": 1}, ["2026-03-10"]),
    ],
)
def test_the_rhythm(asked, expected):
    assert days(lay_out((2026, 1, 13, 9, 30), **asked)) == expected


def test_a_series_of_a_past_event_stays_in_step_and_starts_from_now():
    plan = lay_out((2025, 11, 4, 9, 30), every=2, count=2)
    assert days(plan) == ["2026-01-13", "2026-01-27"]
    assert (dt.date(2026, 1, 13) - dt.date(2025, 11, 4)).days % 14 == 0


def test_today_counts_as_long_as_it_has_not_begun():
    early = dt.datetime(2026, 1, 13, 8, 0, tzinfo=PARIS)
    late = dt.datetime(2026, 1, 13, 9, 30, tzinfo=PARIS)
    assert days(lay_out((2026, 1, 6, 9, 30), count=1, now=early)) == ["2026-01-13"]
    assert days(lay_out((2026, 1, 6, 9, 30), count=1, now=late)) == ["2026-01-20"]


# -- days off

OFF = [
    # A day, what is asked, what is said.
    ((2026, 7, 14), {}, "férié (Fête nationale)"),
    ((2026, 4, 6), {}, "férié (Lundi de Pâques)"),
    ((2026, 5, 22), {"territories": ("972",)}, "férié pour Martinique (Abolition de l’esclavage)"),
    ((2026, 12, 20), {"territories": ("974",)}, "férié pour La Réunion (Abolition de l’esclavage)"),
    ((2026, 12, 26), {"territories": ("6AE",)}, "férié pour Alsace et Moselle (Saint-Étienne)"),
    ((2026, 4, 3), {"territories": ("6AE",)}, "férié pour Alsace et Moselle (Vendredi saint)"),
    ((2026, 4, 27), {"territories": ("976",)}, "férié pour Mayotte (Abolition de l’esclavage)"),
    ((2026, 9, 24), {"territories": ("NC",)}, "férié pour Nouvelle-Calédonie (Fête de la Citoyenneté)"),
    ((2026, 2, 10), {"school_zones": ("A",)}, "vacances d’hiver (zone A)"),
    ((2026, 8, 4), {"school_zones": ("A", "C")}, "vacances d’été (zones A, C)"),
]


@pytest.mark.parametrize(("day", "asked", "said"), OFF)
def test_a_day_off_is_skipped_and_says_why(day, asked, said):
    week_before = dt.date(*day) - dt.timedelta(weeks=1)
    plan = lay_out(
        (week_before.year, week_before.month, week_before.day, 9, 30), until=dt.date(*day), **asked
    )
    (date,) = plan.dates
    assert date.start.date() == dt.date(*day)
    assert date.reasons == (said,)
    assert plan.kept == []


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ((2026, 7, 14), {"skips_public_holidays": False}),
        ((2026, 5, 22), {}),
        ((2026, 5, 22), {"territories": ("974", "6AE")}),
        ((2026, 12, 20), {"territories": ("972",)}),
        ((2026, 12, 26), {}),
        ((2026, 2, 10), {"school_zones": ("B", "C")}),
        # What is national is not local: unticking the first keeps the day.
        ((2026, 7, 14), {"skips_public_holidays": False, "territories": ("972",)}),
    ],
)
def test_a_day_off_elsewhere_is_kept(day, asked):
    week_before = dt.date(*day) - dt.timedelta(weeks=1)
    plan = lay_out(
        (week_before.year, week_before.month, week_before.day, 9, 30), until=dt.date(*day), **asked
    )
    assert [date.reasons for date in plan.dates] == [()]


def test_a_skipped_date_is_not_one_of_the_number_asked_for():
    plan = lay_out((2026, 4, 20, 9, 30), every=1, count=4)  # Mondays; the 25th of May is Whit Monday
    assert days(plan) == ["2026-04-27", "2026-05-04", "2026-05-11", "2026-05-18"]
    plan = lay_out((2026, 5, 11, 9, 30), every=1, count=2)
    assert days(plan) == ["2026-05-18", "2026-06-01"]
    assert days(plan, kept=False) == ["2026-05-25"]


def test_each_day_of_a_long_session_is_looked_at():
    plan = lay_out((2026, 7, 6, 9, 30), minutes=2 * 24 * 60, every=1, count=1)
    assert plan.dates[0].reasons == ("férié (Fête nationale)",), "Monday 13 to Wednesday 15"
    assert days(plan) == ["2026-07-20"]


def test_beyond_the_known_school_years_nothing_is_skipped_and_it_is_said():
    plan = lay_out(
        (2028, 12, 12, 9, 30), count=2, school_zones=("A",), now=dt.datetime(2028, 12, 1, tzinfo=PARIS)
    )
    assert len(plan.kept) == 2
    assert any("connues jusqu’au 31 août 2028" in note for note in plan.notes)
    known = lay_out((2026, 1, 13, 9, 30), count=2, school_zones=("A",))
    assert not any("connues jusqu’au" in note for note in known.notes)
    assert any("outre-mer" in note for note in known.notes)
    assert lay_out((2026, 1, 13, 9, 30), count=2).notes == ()


# -- hours


def test_hours_alternate_from_the_model_on_and_a_skipped_date_does_not_take_a_turn():
    plan = lay_out((2026, 5, 4, 9, 30), every=1, count=4, hours=(MORNING, AFTERNOON))
    # The 25th of May is a holiday: the hour that it would have had goes to the next.
    assert [(date.start.day, date.start.hour, date.is_kept) for date in plan.dates] == [
        (11, 14, True),
        (18, 9, True),
        (25, 14, False),
        (1, 14, True),
        (8, 9, True),
    ]
    assert all(date.end - date.start == dt.timedelta(minutes=90) for date in plan.dates)


def test_from_another_day_the_alternation_begins_with_the_hour_of_the_model():
    plan = lay_out((2026, 1, 13, 9, 30), count=2, hours=(MORNING, AFTERNOON), first_day=dt.date(2026, 9, 1))
    assert [date.start.time() for date in plan.dates] == [MORNING, AFTERNOON]


@pytest.mark.parametrize("start", [(2026, 3, 17, 9, 30), (2026, 10, 13, 9, 30)])
def test_the_hour_is_kept_when_the_clocks_change(start):
    plan = lay_out(start, count=3)
    assert [date.start.time() for date in plan.dates] == [MORNING] * 3
    assert [date.end.time() for date in plan.dates] == [dt.time(11)] * 3
    offsets = {date.start.utcoffset() for date in plan.dates}
    assert len(offsets) == 2, "the clocks did change"


def test_the_hour_is_that_of_the_event_where_it_is_held():
    plan = lay_out((2026, 3, 17, 9, 30), count=3, time_zone="America/Cayenne")
    assert {date.start.astimezone(dt.UTC).time() for date in plan.dates} == {dt.time(12, 30)}


# -- nights


@pytest.mark.parametrize(
    ("start", "zone", "said"),
    [
        ((2026, 1, 13, 9, 30), "America/Cayenne", "5\u00a0h\u00a030 à Cayenne"),
        ((2026, 6, 16, 9, 30), "America/Martinique", "3\u00a0h\u00a030 en Martinique"),
        ((2026, 1, 13, 18, 0), "Indian/Reunion", "21\u00a0h à La Réunion"),
        ((2026, 1, 13, 9, 30), "Pacific/Noumea", "19\u00a0h\u00a030 à Nouméa"),
        ((2026, 1, 13, 21, 0), "Europe/Paris", "21\u00a0h à Paris"),
        ((2026, 1, 13, 9, 30), "Europe/Paris", None),
        ((2026, 1, 13, 11, 0), "America/Cayenne", None),  # 7 h
        ((2026, 1, 13, 10, 59), "America/Cayenne", "6\u00a0h\u00a059 à Cayenne"),
        ((2026, 1, 13, 15, 30), "Indian/Reunion", None),  # until 20 h
        ((2026, 1, 13, 15, 31), "Indian/Reunion", "18\u00a0h\u00a031 à La Réunion"),
        ((2026, 1, 13, 9, 30), "Nulle/Part", None),
        ((2026, 1, 13, 9, 30), "", None),
        ((2026, 1, 13, 9, 30), "../etc/passwd", None),
    ],
)
def test_a_night_is_said_and_does_not_skip_the_date(start, zone, said):
    plan = lay_out(start, count=1, zones=[zone])
    assert plan.dates[0].nights == ((said,) if said else ())
    assert plan.dates[0].is_kept


# -- limits


@pytest.mark.parametrize(
    "asked",
    [
        {"every": 0, "count": 3},
        {"every": -1, "count": 3},
        {"every": 53, "count": 3},
        {"weekday": 7, "count": 3},
        {"hours": (), "count": 3},
        {"count": 0},
        {"count": 31},
        {},
        {"until": dt.date(2026, 1, 2)},
        {"until": dt.date(2026, 2, 1), "first_day": dt.date(2026, 3, 1)},
        {"first_day": dt.date(9999, 12, 31), "count": 3},
    ],
)
def test_what_makes_no_sense_is_refused(asked):
    with pytest.raises(SeriesRefused) as refusal:
        lay_out((2026, 1, 13, 9, 30), **asked)
    assert refusal.value.sentence.endswith(".")
    assert "{" not in refusal.value.sentence


def test_an_event_that_ends_before_it_starts_is_refused():
    with pytest.raises(SeriesRefused, match="avant son début"):
        lay_out((2026, 1, 13, 9, 30), minutes=-30, count=2)


def test_a_model_of_the_far_future_is_refused_and_of_the_far_past_followed():
    with pytest.raises(SeriesRefused, match="trois ans"):
        lay_out((9999, 12, 20, 9, 30), count=2)
    assert days(lay_out((1950, 1, 3, 9, 30), every=1, count=1)) == ["2026-01-06"]


def test_a_series_has_thirty_dates_at_the_most_and_says_so():
    plan = lay_out((2026, 1, 13, 9, 30), until=dt.date(2028, 1, 1), skips_public_holidays=False)
    assert len(plan.kept) == 30
    assert any("30 dates au plus" in note for note in plan.notes)


def test_a_series_ends_in_three_years_and_says_so():
    plan = lay_out((2026, 1, 13, 9, 30), every=52, count=10, until=dt.date(9999, 12, 31))
    assert len(plan.kept) <= 3
    plan = lay_out((2026, 1, 13, 9, 30), every=52, count=10)
    assert any("trois ans" in note for note in plan.notes)
