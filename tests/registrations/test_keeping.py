import datetime as dt
from unittest import mock

import pytest
from django.db import models
from django.utils import timezone

from portal.background.jobs import all_jobs
from portal.members.models import User
from portal.notifications.models import Preference
from portal.registrations import services
from portal.registrations.jobs import forget, remind
from portal.registrations.messages import Reminder
from portal.registrations.models import AttendanceRecord, EventPage, Registration
from portal.registrations.privacy import erase_registrations, export_registrations
from tests import factories

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State
DAY = dt.timedelta(days=1)


# -- reminders


@pytest.fixture
def eve(cafe):
    """Twelve hours before the café."""
    return cafe.start - dt.timedelta(hours=12)


def test_reminded_once_the_day_before(cafe, fill, eve, mails, last_mail):
    first, second, third = fill(cafe, 3)
    assert remind(cafe.start - 2 * DAY) == "0 rappel(s)"
    assert remind(eve) == "2 rappel(s)"
    assert remind(eve) == "0 rappel(s)"
    assert mails(first.user) == ["registration_confirmed", "event_reminder"]
    assert mails(third.user) == ["registration_waiting"], "who waits is not reminded"
    assert cafe.meeting_url in last_mail(second.user).get_body(("plain",)).get_content()


def test_a_moved_meeting_is_reminded_of_again(cafe, fill, eve, mails):
    (first,) = fill(cafe, 1)
    remind(eve)
    cafe.start += 3 * DAY
    cafe.end += 3 * DAY
    cafe.save_revision().publish()
    assert remind(eve) == "0 rappel(s)"
    assert remind(eve + 3 * DAY) == "1 rappel(s)"
    assert mails(first.user).count("event_reminder") == 2


@pytest.mark.parametrize("what", ["past", "cancelled", "unpublished", "given back", "anonymous"])
def test_nobody_is_reminded_of_what_will_not_be(cafe, fill, eve, now, what):
    (first,) = fill(cafe, 1)
    moment = eve
    if what == "past":
        moment = cafe.start
    elif what == "cancelled":
        services.cancel_event(event=cafe, by=None, reason="", now=now)
    elif what == "unpublished":
        cafe.unpublish()
    elif what == "given back":
        services.cancel_registration(registration=first, by=first.user, now=now)
    else:
        Registration.objects.update(user=None)
    assert remind(moment) == "0 rappel(s)"


def test_the_confirmation_of_the_day_is_enough(cafe, people, eve, mails):
    (late,) = people(1)
    services.register(event=cafe, user=late, now=eve)
    assert remind(eve + dt.timedelta(hours=1)) == "0 rappel(s)"


def test_a_refusal_is_respected(cafe, fill, eve, mails):
    (first,) = fill(cafe, 1)
    Preference.objects.create(user=first.user, kind="rappels", wanted=False)
    assert remind(eve) == "0 rappel(s)"
    assert mails(first.user) == ["registration_confirmed"]


def test_one_that_fails_stops_nobody_and_is_tried_again(cafe, fill, eve, mails):
    first, second = fill(cafe, 2)
    tell = Reminder.tell

    def fail_for_first(*, registration, **options):
        if registration.pk == first.pk:
            raise OSError("a template went missing")
        return tell(registration=registration, **options)

    with mock.patch.object(Reminder, "tell", fail_for_first):
        assert remind(eve) == "1 rappel(s)"
    assert mails(second.user)[-1] == "event_reminder"
    first.refresh_from_db()
    assert first.reminded_for is None
    assert remind(eve) == "1 rappel(s)"


# -- forgetting


@pytest.fixture
def past(tree, people, now):
    """Past sessions with one registration each, ``days_ago``: who attended brought something."""

    def make(days_ago, attendance="present"):
        event = factories.make_cafe(tree.centre, starts_in=-days_ago * DAY, minutes=90)
        return Registration.objects.create(
            event=event,
            user=people(1)[0],
            state=CONFIRMED,
            attendance=attendance,
            question="Une paie en retard",
            access_needs="Pauses",
            created_at=event.start - 5 * DAY,
            confirmed_at=event.start - 5 * DAY,
        )

    return make


def test_situations_go_after_thirty_days(past, now):
    old, recent = past(31), past(29)
    assert forget(now).startswith("1 situation(s)")
    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.question, old.access_needs, old.brought_situation) == ("", "", True)
    assert old.user is not None
    assert recent.question == "Une paie en retard"


def test_names_go_after_a_year_and_hours_stay(past, now):
    came, absent, recent = past(366), past(366, attendance="absent"), past(364)
    people = {row.pk: row.user for row in (came, absent)}
    assert forget(now).endswith("2 inscription(s) anonymisée(s)")
    for row in (came, absent, recent):
        row.refresh_from_db()
    assert (came.user, absent.user) == (None, None)
    assert (came.attendance, came.state) == ("present", CONFIRMED), "the session keeps its count"
    assert recent.user is not None
    record = AttendanceRecord.objects.get()
    assert (record.user, record.minutes) == (people[came.pk], 90)
    assert record.date == timezone.localdate(came.event.start)
    assert {field.name for field in AttendanceRecord._meta.fields} == {"id", "user", "date", "minutes"}
    assert forget(now).endswith("0 inscription(s) anonymisée(s)")


def test_the_jobs_are_in_the_clocks_table():
    names = [job.name for job in all_jobs()]
    assert "registrations.remind" in names
    assert "registrations.forget" in names


# -- a person's rights


def test_a_person_takes_everything_away(cafe, member, now):
    services.register(event=cafe, user=member, question="Une paie", access_needs="Pauses", now=now)
    AttendanceRecord.objects.create(user=member, date=dt.date(2024, 3, 5), minutes=90)
    taken = export_registrations(member)
    assert taken["inscriptions"][0]["situation_apportee"] == "Une paie"
    assert taken["inscriptions"][0]["rendez_vous"] == cafe.title
    assert taken["presences_anciennes"] == [{"date": "2024-03-05", "minutes": 90}]


def test_erasing_serves_the_queue_and_takes_the_name_off(cafe, fill, past, now, mails):
    first, _, third = fill(cafe, 3)
    user = first.user
    old = past(10)
    Registration.objects.filter(pk=old.pk).update(user=user)
    AttendanceRecord.objects.create(user=user, date=dt.date(2024, 3, 5), minutes=90)
    before = len(mails(user))
    erase_registrations(user=user, now=now)
    assert not Registration.objects.filter(user=user).exists()
    assert not AttendanceRecord.objects.filter(user=user).exists()
    first.refresh_from_db()
    third.refresh_from_db()
    old.refresh_from_db()
    assert (first.state, first.user, first.question) == (CANCELLED, None, "")
    assert third.state == CONFIRMED
    assert mails(third.user)[-1] == "seat_given"
    assert (old.user, old.attendance, old.question) == (None, "present", "")
    assert len(mails(user)) == before, "nothing is written to who leaves"


def test_erasing_gives_back_the_dates_of_a_cycle(tree, member, now):
    from portal.registrations.models import Cycle

    cycle = Cycle.objects.create(title="Cycle", slug="cycle")
    for days in (7, 14):
        factories.make_cafe(tree.centre, cycle=cycle, starts_in=days * DAY)
    services.register(event=EventPage.objects.filter(cycle=cycle).first(), user=member, now=now)
    erase_registrations(user=member, now=now)
    assert not Registration.objects.active().exists()


def test_an_account_with_registrations_is_not_deleted_by_accident(cafe, member, now):
    services.register(event=cafe, user=member, now=now)
    with pytest.raises(models.ProtectedError):
        User.objects.get(pk=member.pk).delete()
