"""Pages change by the mere passing of time, at the very moment."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.pagecache.boundaries import next_boundary, next_midnight
from portal.registrations.page_cache import next_change_of_an_event
from tests import factories

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 11, 26, 10, 0, tzinfo=PARIS)
A_SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-11-26T10:00+01:00", "2026-11-27T00:00+01:00"),
        ("2026-11-26T23:30+00:00", "2026-11-28T00:00+01:00"),
        ("2026-11-27T00:00+01:00", "2026-11-28T00:00+01:00"),
        # The nights when the clocks change.
        ("2026-10-25T01:00+02:00", "2026-10-26T00:00+01:00"),
        ("2027-03-27T12:00+01:00", "2027-03-28T00:00+01:00"),
    ],
)
def test_midnight_in_paris(now, midnight):
    found = next_midnight(dt.datetime.fromisoformat(now))
    assert found == dt.datetime.fromisoformat(midnight)


@pytest.fixture
def at(monkeypatch):
    """Make it be that time: ``at(moment)``."""

    class Clock(dt.datetime):
        """What ``{% now %}`` reads."""

        @classmethod
        def now(cls, tz=None):
            return timezone.now().astimezone(tz)

    monkeypatch.setattr("django.template.defaulttags.datetime", Clock)

    def be(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return be


def webinar(tree, **fields):
    return factories.make_webinar(
        tree.centre,
        **{"slug": "webinaire", "start": NOW.replace(hour=11), "capacity": 9, "minutes": 60, **fields},
    )


PATHS = [
    "/",
    "/agenda/",
    "/webinaires/",
    "/centres/crdla-financement/",
    "/centres/crdla-financement/webinaire/",
]
TICKET = PATHS[-1:]
MOMENTS = {
    "end": ({"start": NOW - dt.timedelta(minutes=30)}, dt.timedelta(minutes=30), PATHS),
    "start": ({}, dt.timedelta(hours=1), TICKET),
    "opening": ({"registration_opens_at": NOW + dt.timedelta(minutes=7)}, dt.timedelta(minutes=7), TICKET),
    "closing": ({"registration_closes_at": NOW + dt.timedelta(minutes=7)}, dt.timedelta(minutes=7), TICKET),
    "way in, the day before": (
        {
            "start": NOW + dt.timedelta(days=1, minutes=7),
            "registration_mode": "aucune",
            "meeting_url": "https://visio.example.org/",
        },
        dt.timedelta(minutes=7),
        TICKET,
    ),
    "way in, an hour before": (
        {
            "start": NOW + dt.timedelta(hours=1, minutes=7),
            "registration_mode": "aucune",
            "access_opens_before": 60,
            "meeting_url": "https://visio.example.org/",
        },
        dt.timedelta(minutes=7),
        TICKET,
    ),
    "way in, a quarter before": (
        {
            "start": NOW + dt.timedelta(minutes=22),
            "registration_mode": "aucune",
            "access_opens_before": 15,
            "meeting_url": "https://visio.example.org/",
        },
        dt.timedelta(minutes=7),
        TICKET,
    ),
    "today": ({"start": NOW + dt.timedelta(days=3)}, dt.timedelta(hours=14), ["/agenda/?mois=2026-11"]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", MOMENTS)
def test_a_page_ends_at_the_moment(tree, read, made_anew, renders, at, name):
    fields, later, paths = MOMENTS[name]
    at(NOW)
    webinar(tree, **fields)
    read("/")
    kept = {path: read(path).content for path in paths}
    at(NOW + later - A_SECOND)
    renders.clear()
    for path in paths:
        assert read(path).content == kept[path] == made_anew(path)
    assert renders == []
    at(NOW + later)
    for path in paths:
        assert read(path).content == made_anew(path)
        assert read(path).content != kept[path], path


@pytest.mark.django_db
@pytest.mark.parametrize("waiting", [1, 2])
def test_the_last_hours_end_the_order_of_the_queue(tree, read, made_anew, at, waiting):
    """From 24 hours before the start, who waits is told of free seats at once."""
    at(NOW)
    event = webinar(tree, start=NOW + dt.timedelta(days=1, minutes=7))
    for _ in range(waiting):
        factories.make_registration(event, state="attente")
    path = PATHS[-1]
    read("/")
    before = read(path).content
    at(NOW + dt.timedelta(minutes=7))
    assert read(path).content == made_anew(path)
    assert next_boundary(NOW) == NOW + dt.timedelta(minutes=7)
    assert before


@pytest.mark.django_db
def test_what_is_to_be_read_again_says_so_at_midnight(tree, read, made_anew, at):
    at(NOW)
    tomorrow = NOW.date() + dt.timedelta(days=1)
    factories.make_fiche(tree.centre, slug="fiche", review_on=tomorrow)
    factories.make_scheme(tree.urgence, checked_on=NOW.date() - dt.timedelta(days=183))
    read("/")
    paths = ["/centres/crdla-financement/fiche/", "/urgence/"]
    kept = {path: read(path).content for path in paths}
    at(NOW.replace(hour=23, minute=59))
    assert all(read(path).content == kept[path] for path in paths)
    at(dt.datetime.combine(tomorrow, dt.time(), tzinfo=PARIS))
    for path in paths:
        assert read(path).content == made_anew(path)
        assert read(path).content != kept[path]


@pytest.mark.django_db
def test_without_an_event_midnight_is_next(tree):
    assert next_change_of_an_event(NOW) is None
    assert next_boundary(NOW) == next_midnight(NOW)


@pytest.mark.django_db
def test_the_first_of_all_is_next(tree):
    webinar(tree, start=NOW + dt.timedelta(hours=3))
    webinar(tree, slug="autre", start=NOW - dt.timedelta(minutes=50), minutes=60)
    assert next_boundary(NOW) == NOW + dt.timedelta(minutes=10)
