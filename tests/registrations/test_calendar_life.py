"""The calendar files of a whole life, re-imported one after the other as a calendar program does.

The client below keeps what RFC 5546 (2.1.5) tells it to keep: the entry of a UID and RECURRENCE-ID with the
highest SEQUENCE, then the latest DTSTAMP; a CANCEL takes it out and leaves its numbers behind. The *wary* one
does what some programs do beyond that: an entry taken out comes back with a higher SEQUENCE only.
"""

import datetime as dt
import itertools
import random

import pytest
from django.urls import reverse
from icalendar import Calendar

from portal.notifications.models import OutgoingMessage
from portal.registrations import ics, services
from portal.registrations.models import EventPage
from tests import factories
from tests.notifications.conftest import parse

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


class CalendarClient:
    """One person's calendar, fed with the files that come to her."""

    def __init__(self, *, wary=False):
        self.wary = wary
        self.entries, self.seen, self.removed = {}, {}, {}

    def receive(self, content: bytes) -> None:
        file = Calendar.from_ical(content)
        for item in file.walk("VEVENT"):
            key = (str(item["UID"]), str(item.get("RECURRENCE-ID", "")))
            version = (int(item["SEQUENCE"]), item.decoded("DTSTAMP"))
            if key in self.seen and version <= self.seen[key]:
                continue
            if self.wary and key in self.removed and version[0] <= self.removed[key]:
                continue
            self.seen[key] = version
            if file["METHOD"] == "CANCEL":
                self.entries.pop(key, None)
                self.removed[key] = version[0]
            else:
                self.entries[key] = item

    def follow(self, content: bytes) -> None:
        """Read a feed again: it is the whole truth, and no SEQUENCE may have fallen since the last time."""
        items = Calendar.from_ical(content).walk("VEVENT")
        for item in items:
            key, sequence = (str(item["UID"]), ""), int(item["SEQUENCE"])
            assert sequence >= self.seen.get(key, (0,))[0]
            self.seen[key] = (sequence,)
        self.entries = {(str(item["UID"]), ""): item for item in items}

    @property
    def only(self):
        (item,) = self.entries.values()
        return item


def check_form(content: bytes) -> None:
    """RFC 5545: CRLF, folded at 75 octets, every zone described, what is required is there."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    file = Calendar.from_ical(content)
    assert (file["VERSION"], "PRODID" in file) == ("2.0", True)
    zones = {str(zone["TZID"]) for zone in file.walk("VTIMEZONE")}
    for item in file.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"} <= set(item)
        assert item.decoded("DTSTAMP").utcoffset() == dt.timedelta(0)
        for name in ("DTSTART", "DTEND"):
            assert item[name].params["TZID"] in zones
        assert item.decoded("DTSTART") < item.decoded("DTEND")


def files_of(user) -> list[bytes]:
    """Every calendar file mailed to ``user``, oldest first."""
    rows = OutgoingMessage.objects.filter(user=user).order_by("pk")
    return [
        part.get_payload(decode=True)
        for row in rows
        for part in parse(bytes(row.content)).iter_attachments()
        if part.get_content_type() == "text/calendar"
    ]


class Life:
    """A public session that somebody has a seat at, and every calendar that follows it. Time passes by steps."""

    def __init__(self, event, user, client, now):
        self.pk, self.user, self.client, self.now = event.pk, user, client, now
        self.feed = services.open_feed(user=user, now=now)
        self.calendars = [CalendarClient(), CalendarClient(wary=True)]
        self.personal, self.public = CalendarClient(), CalendarClient()
        self.received = []

    @property
    def event(self):
        return EventPage.objects.get(pk=self.pk)

    def pass_time(self):
        self.now += MINUTE
        return self.now

    def confirm(self):
        self.registration = services.register(event=self.event, user=self.user, now=self.pass_time())
        self.read(mailed=1)

    def move(self, **delta):
        event, delta = self.event, dt.timedelta(**delta)
        EventPage.objects.filter(pk=self.pk).update(start=event.start + delta, end=event.end + delta)
        assert services.announce_change(event=self.event, now=self.pass_time())
        self.read(mailed=1)

    def give_back(self):
        services.cancel_registration(registration=self.registration, by=self.user, now=self.pass_time())
        self.read(mailed=1)

    def call_off(self):
        services.cancel_event(event=self.event, by=None, reason="", now=self.pass_time())
        self.read(mailed=1)

    def read(self, *, mailed):
        """Import what the step mailed, and read both feeds again."""
        files = files_of(self.user)
        new = files[len(self.received) :]
        assert len(new) == mailed
        self.received = files
        for content in new:
            check_form(content)
            for calendar in self.calendars:
                calendar.receive(content)
        for calendar, path in (
            (self.personal, reverse("registrations:personal_ics", args=[self.feed.token])),
            (self.public, "/agenda.ics"),
        ):
            content = self.client.get(path).content
            check_form(content)
            calendar.follow(content)

    def check_kept(self):
        """Her calendars and the feeds show the session, where and when it is."""
        event = self.event
        for calendar in (*self.calendars, self.personal, self.public):
            assert str(calendar.only["UID"]) == ics.uid_of(event)
            assert calendar.only.decoded("DTSTART") == event.start
            assert calendar.only.decoded("DTEND") == event.end
            assert calendar.only["STATUS"] == "CONFIRMED"

    def check_gone(self):
        for calendar in self.calendars:
            assert calendar.entries == {}


@pytest.fixture
def life(tree, client, people, now):
    (user,) = people(1)
    event = factories.make_webinar(
        tree.centre,
        # A calendar file has no fraction of a second.
        start=now.replace(microsecond=0) + 20 * DAY,
        title="Mandat ad hoc, conciliation, sauvegarde\u00a0: qui fait quoi, à quel moment, et pour qui",
        summary="Une heure avec une administratrice judiciaire, pour ne plus confondre ce qui se ressemble.",
    )
    return Life(event, user, client, now)


def test_a_whole_life(life):
    life.confirm()
    life.check_kept()
    life.move(days=1)
    life.check_kept()
    life.move(hours=-2)
    life.check_kept()
    life.give_back()
    life.check_gone()
    assert life.personal.entries == {}, "a seat given back leaves the feed"
    assert life.public.only["STATUS"] == "CONFIRMED", "the session stands"
    life.confirm()
    life.check_kept()
    life.move(days=2)
    life.check_kept()
    life.call_off()
    life.check_gone()
    for feed in (life.personal, life.public):
        assert feed.only["STATUS"] == "CANCELLED", "a feed says that it was called off"


def test_leaving_and_coming_back_again_and_again(life):
    for _ in range(3):
        life.confirm()
        life.check_kept()
        life.give_back()
        life.check_gone()
    life.confirm()
    life.check_kept()


def test_sequence_never_falls_and_rises_with_each_revision(life):
    life.confirm()
    life.move(days=1)
    life.give_back()
    life.confirm()
    life.call_off()
    numbers = [int(Calendar.from_ical(file).walk("VEVENT")[0]["SEQUENCE"]) for file in life.received]
    assert numbers == sorted(set(numbers)), "each file is a revision of its own"
    stamps = [Calendar.from_ical(file).walk("VEVENT")[0].decoded("DTSTAMP") for file in life.received]
    assert stamps == sorted(stamps)
    assert len({str(Calendar.from_ical(file).walk("VEVENT")[0]["UID"]) for file in life.received}) == 1


def test_mails_read_in_any_order_end_the_same(life):
    """A program that was closed for a week imports what waits in its own order."""
    life.confirm()
    life.move(days=1)
    life.give_back()
    life.confirm()
    kept = life.received
    for order in itertools.permutations(kept):
        calendar = CalendarClient()
        for content in order:
            calendar.receive(content)
        assert calendar.only.decoded("DTSTART") == life.event.start
    life.call_off()
    for seed in range(20):
        calendar = CalendarClient()
        for content in random.Random(seed).sample(life.received, len(life.received)):
            calendar.receive(content)
        assert calendar.entries == {}


def test_the_same_file_twice_changes_nothing(life):
    life.confirm()
    life.move(days=1)
    for content in life.received:
        for calendar in life.calendars:
            calendar.receive(content)
    life.check_kept()


def test_someone_else_leaving_disturbs_nobody(life, people):
    life.confirm()
    (other,) = people(1)
    theirs = services.register(event=life.event, user=other, now=life.pass_time())
    services.cancel_registration(registration=theirs, by=other, now=life.pass_time())
    life.read(mailed=0)
    life.check_kept()
    life.move(days=1)
    life.check_kept()


def test_a_seat_won_in_the_queue_enters_the_calendar_once_it_is_hers(life, people):
    EventPage.objects.filter(pk=life.pk).update(capacity=1)
    (first,) = people(1)
    holder = services.register(event=life.event, user=first, now=life.pass_time())
    life.registration = services.register(event=life.event, user=life.user, now=life.pass_time())
    life.read(mailed=0)
    assert life.personal.entries == {}
    services.cancel_registration(registration=holder, by=first, now=life.pass_time())
    life.read(mailed=1)
    life.check_kept()
    life.give_back()
    life.check_gone()


def test_a_moved_place_is_a_revision_too(life):
    life.confirm()
    EventPage.objects.filter(pk=life.pk).update(place="Rennes")
    services.announce_change(event=life.event, now=life.pass_time())
    life.read(mailed=1)
    assert {str(calendar.only["LOCATION"]) for calendar in (*life.calendars, life.personal)} == {"Rennes"}


def test_a_session_overseas_keeps_its_own_zone(life):
    EventPage.objects.filter(pk=life.pk).update(time_zone="America/Cayenne")
    life.confirm()
    for calendar in (*life.calendars, life.personal, life.public):
        assert calendar.only["DTSTART"].params["TZID"] == "America/Cayenne"
    life.check_kept()


# -- what an entry says


@pytest.fixture
def among_peers(tree):
    return factories.make_cafe(
        tree.centre,
        confidentiality="entre-pairs",
        audience="public",
        starts_in=30 * MINUTE,
        title="Licencier la directrice",
        slug="licencier-la-directrice",
        summary="Une association de Redon.",
        meeting_phone="01 00 00 00 00",
    )


def test_among_peers_no_calendar_says_the_subject(client, among_peers, member, now):
    services.register(event=among_peers, user=member, rule_accepted=True, now=now)
    feed = services.open_feed(user=member, now=now)
    files = [
        *files_of(member),
        client.get(reverse("registrations:event_ics", args=[among_peers.pk])).content,
        client.get("/agenda.ics").content,
        client.get(reverse("registrations:personal_ics", args=[feed.token])).content,
    ]
    assert len(files) == 4
    for content in files:
        text = content.decode().replace("\r\n ", "")
        (item,) = Calendar.from_ical(content).walk("VEVENT")
        assert str(item["SUMMARY"]) == "Rendez-vous entre pairs (DLA)"
        assert str(item["URL"]).endswith(f"/rendez-vous/{among_peers.pk}/")
        for secret in ("Licencier", "licencier", "Redon", "visio.example.org", "01 00", "rejoindre"):
            assert secret not in text, secret


@pytest.mark.parametrize("rule", ["ouvert", "sans-enregistrement"])
def test_other_rules_leave_the_title(client, tree, rule):
    event = factories.make_cafe(
        tree.centre, confidentiality=rule, audience="public", title="La paie approche"
    )
    (item,) = Calendar.from_ical(client.get("/agenda.ics").content).walk("VEVENT")
    assert str(item["SUMMARY"]) == "La paie approche"
    assert str(item["URL"]).endswith(event.url)


def test_no_calendar_leads_into_the_meeting(client, tree, member, now):
    event = factories.make_cafe(
        tree.centre, audience="public", starts_in=30 * MINUTE, meeting_phone="01 00 00 00 00"
    )
    services.register(event=event, user=member, now=now)
    feed = services.open_feed(user=member, now=now)
    for content in (
        *files_of(member),
        client.get("/agenda.ics").content,
        client.get(reverse("registrations:personal_ics", args=[feed.token])).content,
    ):
        text = content.decode().replace("\r\n ", "")
        assert event.meeting_url not in text
        assert "01 00" not in text
        assert "rejoindre" not in text
