import datetime as dt

import pytest
from django.db import models
from django.utils import timezone

from portal.background.jobs import all_jobs
from portal.members.models import User
from portal.registrations import services
from portal.registrations.difficulties import difficulties_by_theme
from portal.registrations.jobs import forget, would_forget
from portal.registrations.models import (
    AttendanceRecord,
    Cycle,
    EventPage,
    EventState,
    ExportRecord,
    Registration,
    SeatInvitation,
    Telling,
    ThemeWatch,
    YearFigures,
)
from portal.registrations.privacy import erase_registrations, export_registrations
from portal.registrations.services import keeping
from tests import factories

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State
DAY = dt.timedelta(days=1)


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
    assert would_forget(now).startswith("1 situation(s)")
    assert forget(now).startswith("1 situation(s)")
    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.question, old.access_needs, old.brought_situation) == ("", "", True)
    assert old.user is not None
    assert recent.question == "Une paie en retard"
    assert forget(now).startswith("0 situation(s)")


@pytest.mark.parametrize("what", ["seat given back", "event cancelled"])
def test_what_nobody_will_read_any_more_goes_too(cafe, member, now, what):
    """The session is to come, or never will: the delay runs from when it was given up."""
    made = services.register(event=cafe, user=member, question="Une paie", access_needs="Pauses", now=now)
    if what == "seat given back":
        services.cancel_registration(registration=made, by=member, now=now)
    else:
        services.cancel_event(event=cafe, by=None, reason="", now=now)
    assert services.forget_questions(now=now + 29 * DAY) == 0
    EventPage.objects.filter(pk=cafe.pk).update(end=now + 90 * DAY, start=now + 89 * DAY)
    assert services.forget_questions(now=now + 30 * DAY) == 1
    made.refresh_from_db()
    assert (made.question, made.access_needs) == ("", "")


def test_names_go_after_a_year_and_hours_stay(past, now):
    came, absent, recent = past(366), past(366, attendance="absent"), past(364)
    people = {row.pk: row.user for row in (came, absent)}
    assert "2 inscription(s) à anonymiser" in would_forget(now)
    assert "2 inscription(s) anonymisée(s)" in forget(now)
    for row in (came, absent, recent):
        row.refresh_from_db()
    assert (came.user, absent.user) == (None, None)
    assert (came.attendance, came.state) == ("present", CONFIRMED), "the session keeps its count"
    assert recent.user is not None
    record = AttendanceRecord.objects.get()
    assert (record.user, record.minutes) == (people[came.pk], 90)
    assert record.date == timezone.localdate(came.event.start)
    assert {field.name for field in AttendanceRecord._meta.fields} == {"id", "user", "date", "minutes"}
    assert "0 inscription(s) anonymisée(s)" in forget(now)
    assert AttendanceRecord.objects.count() == 1


def test_all_that_tells_of_a_person_goes_with_her_name(past, member, now):
    row = past(366)
    Registration.objects.filter(pk=row.pk).update(
        joined_at=row.event.start, over_capacity_by=member, visible_to_participants=True
    )
    forget(now)
    row.refresh_from_db()
    assert (row.user, row.joined_at, row.over_capacity_by) == (None, None, None)
    assert not row.visible_to_participants


@pytest.mark.parametrize(("state", "cancelled"), [(CANCELLED, False), (WAITING, False), (CONFIRMED, True)])
def test_hours_are_kept_of_what_counted(past, now, state, cancelled):
    """As in the log of hours: a seat, a presence, a session that took place."""
    row = past(366)
    Registration.objects.filter(pk=row.pk).update(state=state)
    if cancelled:
        EventState.objects.update_or_create(event_id=row.event_id, defaults={"cancelled_at": now})
    forget(now)
    assert not AttendanceRecord.objects.exists()


def test_hours_of_several_days_are_those_of_the_log(past, now):
    row = past(368)
    EventPage.objects.filter(pk=row.event_id).update(end=row.event.start + 2 * DAY)
    event, user = EventPage.objects.get(pk=row.event_id), row.user
    assert forget(now)
    assert AttendanceRecord.objects.get(user=user).minutes == event.minutes


# -- figures first, names after


def test_the_figures_of_a_year_are_frozen_before_its_first_name_goes(past, now):
    row = past(366)
    user, year = row.user, timezone.localdate(row.event.start).year
    assert f"une fois arrêtés les chiffres de {year}" in would_forget(now)
    assert not YearFigures.objects.exists(), "a dry run freezes nothing"
    forget(now)
    figures = YearFigures.objects.get().figures
    assert (figures["year"], figures["presences"]) == (year, 1)
    assert figures["people"] + figures["people_outside"] == 1, "counted while there was a name"
    assert not Registration.objects.filter(user=user).exists()
    frozen_at = YearFigures.objects.get().frozen_at
    forget(now + DAY)
    assert YearFigures.objects.get().frozen_at == frozen_at


def test_a_year_that_cannot_be_frozen_keeps_its_names_and_stops_no_other(past, now, monkeypatch):
    older, old = past(366 + 365), past(366)
    years = [timezone.localdate(row.event.start).year for row in (older, old)]
    assert services.years_to_freeze(now=now) == years
    freeze = keeping.freeze_year

    def fail_for_the_first(*, year, now):
        if year == years[0]:
            raise OSError("no room left")
        return freeze(year=year, now=now)

    monkeypatch.setattr(keeping, "freeze_year", fail_for_the_first)
    with pytest.raises(OSError, match="no room left"):
        forget(now)
    older.refresh_from_db()
    old.refresh_from_db()
    assert older.user is not None
    assert old.user is None
    monkeypatch.undo()
    assert "1 inscription(s) anonymisée(s)" in forget(now), "the next night goes on where it stopped"


def test_names_are_not_taken_off_without_the_figures(past, now, monkeypatch):
    """Even if what freezes says that it did: the row is looked for in the transaction of the names."""
    row = past(366)
    monkeypatch.setattr(keeping, "freeze_year", lambda **given: None)
    with pytest.raises(keeping.YearNotFrozen):
        forget(now)
    row.refresh_from_db()
    assert row.user is not None


def test_names_go_in_chunks_and_a_chunk_that_fails_is_taken_up_again(past, now, monkeypatch):
    rows = [past(366) for _ in range(5)]
    monkeypatch.setattr(keeping, "CHUNK", 2)
    take, calls = keeping.take_names_off, []

    def fail_at_the_second(registrations):
        calls.append(registrations.count())
        if len(calls) == 2:
            raise OSError("killed")
        return take(registrations)

    monkeypatch.setattr(keeping, "take_names_off", fail_at_the_second)
    with pytest.raises(OSError, match="killed"):
        forget(now)
    assert Registration.objects.filter(user=None).count() == 2, "the first chunk stays done"
    assert AttendanceRecord.objects.count() == 2, "the presences of the second went back with it"
    assert "3 inscription(s) anonymisée(s)" in forget(now)
    assert calls == [2, 2, 2, 1]
    assert AttendanceRecord.objects.count() == len(rows)


def test_what_has_served_goes(cafe, past, taxonomy, member, now):
    over = past(1).event
    for event in (over, cafe):
        SeatInvitation.objects.create(event=event, user=member, created_at=now)
    for finished in (now - 31 * DAY, now - 29 * DAY, None):
        Telling.objects.create(event=cafe, kind="x", up_to_pk=1, created_at=now, finished_at=finished)
    for theme, days in ((taxonomy.tresorerie, 366), (taxonomy.gouvernance, 364)):
        ThemeWatch.objects.create(user=member, theme=theme, created_at=now - days * DAY)
    for days in (397, 395):
        ExportRecord.objects.create(user=member, at=now - days * DAY, what="x", rows=1)
    assert "4 trace(s) de service à effacer" in would_forget(now)
    assert "4 trace(s) de service effacées" in forget(now)
    assert SeatInvitation.objects.get().event_id == cafe.pk
    assert Telling.objects.count() == 2
    assert ThemeWatch.objects.get().theme == taxonomy.gouvernance
    assert ExportRecord.objects.count() == 1
    assert "0 trace(s) de service effacées" in forget(now)


# -- what is left of a difficulty


def test_difficulties_are_read_by_theme_and_month_once_their_text_is_gone(tree, taxonomy, people, now):
    march, june = dt.datetime(2024, 3, 12, 9, tzinfo=dt.UTC), dt.datetime(2024, 6, 4, 9, tzinfo=dt.UTC)
    both = [taxonomy.tresorerie, taxonomy.gouvernance]
    events = [
        factories.make_cafe(tree.centre, start=march, themes=both),
        factories.make_cafe(tree.centre, start=june, themes=[taxonomy.tresorerie]),
    ]
    for event, question in ((events[0], "Une paie"), (events[1], "Un bail"), (events[1], "")):
        Registration.objects.create(
            event=event, user=people(1)[0], state=CONFIRMED, question=question, created_at=now
        )
    Registration.objects.create(
        event=events[1], user=people(1)[0], state=CANCELLED, question="Rien", created_at=now
    )
    before = difficulties_by_theme(2024)
    forget(now)
    assert not Registration.objects.exclude(question="").exists()
    assert not Registration.objects.filter(user__isnull=False).exists()
    after = difficulties_by_theme(2024)
    assert after == before
    assert [(one.theme, one.total) for one in after] == [
        (taxonomy.tresorerie.label, 2),
        (taxonomy.gouvernance.label, 1),
    ]
    assert (after[0].months[2], after[0].months[5]) == (1, 1)
    assert difficulties_by_theme(2023) == []


def test_one_difficulty_brought_to_a_cycle_is_one(tree, taxonomy, people, now):
    cycle = Cycle.objects.create(title="Cycle", slug="cycle")
    for month in (3, 4, 5):
        event = factories.make_cafe(
            tree.centre,
            start=dt.datetime(2024, month, 12, 9, tzinfo=dt.UTC),
            themes=[taxonomy.tresorerie],
            cycle=cycle,
        )
        Registration.objects.create(
            event=event, user=people(1)[0], state=CONFIRMED, brought_situation=True, created_at=now
        )
    (found,) = difficulties_by_theme(2024)
    assert (found.total, found.months[2]) == (1, 1)


def test_queries_do_not_grow_with_difficulties(tree, taxonomy, people, now, django_assert_num_queries):
    for month in range(1, 6):
        start = dt.datetime(2024, month, 12, 9, tzinfo=dt.UTC)
        event = factories.make_cafe(tree.centre, start=start, themes=[taxonomy.tresorerie])
        Registration.objects.create(
            event=event, user=people(1)[0], state=CONFIRMED, brought_situation=True, created_at=now
        )
    with django_assert_num_queries(2):
        difficulties_by_theme(2024)


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
