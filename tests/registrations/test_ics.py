import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from icalendar import Calendar

from portal.registrations import ics, services
from portal.registrations.models import EventPage
from tests import factories

from .conftest import calendars_of

pytestmark = pytest.mark.django_db


def read(content):
    file = Calendar.from_ical(content)
    return file, file.walk("VEVENT")


def test_one_event(tree, client):
    start = dt.datetime(2031, 1, 14, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    event = factories.make_webinar(
        tree.centre,
        start=start,
        title="Mandat ad hoc, conciliation",
        meeting_url="https://visio.example.org/salle",
    )
    response = client.get(f"/rendez-vous/{event.pk}/calendrier.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    file, (item,) = read(response.content)
    assert (file["METHOD"], file["VERSION"]) == ("PUBLISH", "2.0")
    assert item["DTSTART"].params["TZID"] == "Europe/Paris"
    assert item.decoded("DTSTART") == start
    assert file.walk("VTIMEZONE")[0]["TZID"] == "Europe/Paris"
    assert item["UID"] == f"rendez-vous-{event.pk}@portail-dla"
    assert item["SEQUENCE"] == 0
    assert item["STATUS"] == "CONFIRMED"
    assert "DTSTAMP" in item
    assert item["LOCATION"] == "En visio"
    assert item["URL"].endswith(event.url)
    assert b"visio.example.org" not in response.content
    assert b"ATTENDEE" not in response.content


def test_place_and_zone_of_the_event(tree, now):
    start = dt.datetime(2031, 1, 14, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    event = factories.make_cafe(tree.centre, start=start, place="Cayenne", time_zone="America/Cayenne")
    _, (item,) = read(ics.calendar([event], now=now))
    assert item["DTSTART"].params["TZID"] == "America/Cayenne"
    assert item.decoded("DTSTART") == start
    assert item["LOCATION"] == "Cayenne"


def test_the_same_uid_and_a_rising_sequence_from_mail_to_feed(tree, client, people, now, last_mail):
    event = factories.make_webinar(tree.centre)
    (user,) = people(1)
    services.register(event=event, user=user, now=now)
    (mailed,) = calendars_of(last_mail(user))
    event.start += dt.timedelta(hours=1)
    event.end += dt.timedelta(hours=1)
    event.save_revision().publish()
    (moved,) = calendars_of(last_mail(user))
    fed = client.get("/agenda.ics").content
    items = [read(content)[1][0] for content in (mailed, moved, fed)]
    assert len({item["UID"] for item in items}) == 1
    assert [item["SEQUENCE"] for item in items] == [0, 1, 1]


def test_a_mailed_file_is_an_invitation_to_her_alone(cafe, people, now, last_mail):
    first, second = people(2)
    services.register(event=cafe, user=first, now=now)
    services.register(event=cafe, user=second, question="Une crèche de Redon", now=now)
    message = last_mail(second)
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "REQUEST"
    assert part["Content-Type"].params["charset"] == "utf-8"
    file, (item,) = read(part.get_content())
    assert file["METHOD"] == "REQUEST"
    assert item["ATTENDEE"] == f"mailto:{second.email}"
    assert item["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert str(item["ORGANIZER"]).startswith("mailto:")
    assert first.email not in part.get_content()
    assert "Redon" not in part.get_content()
    assert "visio.example.org" not in part.get_content()
    assert item["CLASS"] == "PRIVATE"


def test_a_seat_given_back_leaves_the_calendar(cafe, member, now, last_mail):
    registration = services.register(event=cafe, user=member, now=now)
    services.cancel_registration(registration=registration, by=member, now=now)
    file, (item,) = read(calendars_of(last_mail(member))[0])
    assert (file["METHOD"], item["STATUS"]) == ("CANCEL", "CANCELLED")


def test_who_waits_gets_no_file(cafe, fill, last_mail):
    *_, third = fill(cafe, 3)
    assert calendars_of(last_mail(third.user)) == []


def test_the_public_feed(tree, client, member, now):
    group = Group.objects.create(name="Groupe")
    public = factories.make_cafe(tree.centre, audience="public", title="Public")
    cancelled = factories.make_cafe(tree.centre, audience="public", title="Annule")
    services.cancel_event(event=cancelled, by=None, reason="", now=now)
    factories.make_cafe(tree.centre, audience="reseau", title="Reseau")
    factories.make_cafe(tree.centre, audience="groupe", audience_groups=[group], title="Groupe")
    factories.make_cafe(tree.centre, audience="public", live=False, title="Brouillon")
    factories.make_cafe(tree.centre, audience="public", starts_in=dt.timedelta(days=-3), title="Passe")
    for user in (None, member):
        if user:
            client.force_login(user)
        file, items = read(client.get("/agenda.ics").content)
        assert {str(item["SUMMARY"]): str(item["STATUS"]) for item in items} == {
            public.title: "CONFIRMED",
            "Annule": "CANCELLED",
        }, "an address carries no account: the feed is the same for everyone"
    assert len(file.walk("VTIMEZONE")) == 1


def test_the_feed_costs_a_constant_number_of_queries(tree, now, django_assert_num_queries):
    for _ in range(6):
        factories.make_cafe(tree.centre, audience="public")
    events = EventPage.objects.visible_to(None).select_related("state").upcoming()
    ics.calendar(events[:1], now=now)
    with django_assert_num_queries(1):
        ics.calendar(events.all(), now=now)
