"""Reminders: a week, a day and an hour before; never twice, never of the past, never to who does not come."""

import datetime as dt
from unittest import mock

import pytest
from django.apps import apps
from django.test import override_settings

from portal.background.jobs import job_named
from portal.background.outbox import OutboxState
from portal.notifications.categories import optional_categories
from portal.notifications.models import OutgoingMessage, Preference
from portal.registrations import services
from portal.registrations.jobs import remind
from portal.registrations.messages import DayReminder, HourReminder
from portal.registrations.models import EventState, Registration, ReminderSent
from portal.registrations.personal_links import join_link
from tests import factories

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def later(tree, now):
    """A café in three weeks, with two seats: none of its reminders is due yet."""
    return factories.make_cafe(tree.centre, capacity=2, starts_in=21 * DAY, title="Quand la paie approche")


@pytest.fixture
def reminders(mails):
    """The reminders written to a person, oldest first."""
    return lambda user: [kind for kind in mails(user) if kind.startswith("event_reminder")]


def move(event, **delta):
    event.start += dt.timedelta(**delta)
    event.end += dt.timedelta(**delta)
    event.save_revision().publish()


def long_ago(registration):
    """Make the confirmation older than any reminder's span: it is not what keeps one back."""
    Registration.objects.filter(pk=registration.pk).update(confirmed_at=registration.confirmed_at - 40 * DAY)


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def test_three_times_and_once_each(later, fill, reminders, mails):
    first, second, third = fill(later, 3)
    assert remind(later.start - 8 * DAY) == "0 rappel(s)"
    for before, kind in (
        (7 * DAY, "event_reminder_week"),
        (DAY, "event_reminder"),
        (HOUR, "event_reminder_hour"),
    ):
        assert remind(later.start - before) == "2 rappel(s)"
        assert remind(later.start - before + MINUTE) == "0 rappel(s)"
        assert reminders(second.user)[-1] == kind
    assert len(reminders(first.user)) == 3
    assert mails(third.user) == ["registration_waiting"], "who waits is not reminded"


def test_a_late_clock_sends_the_nearest_alone(later, fill, reminders):
    (first,) = fill(later, 1)
    assert remind(later.start - dt.timedelta(minutes=30)) == "1 rappel(s)"
    assert reminders(first.user) == ["event_reminder_hour"]
    assert remind(later.start - dt.timedelta(minutes=29)) == "0 rappel(s)"


@pytest.mark.parametrize(
    ("field", "before"), [("remind_week", 7 * DAY), ("remind_day", DAY), ("remind_hour", HOUR)]
)
def test_an_editor_turns_each_off(later, fill, field, before):
    fill(later, 1)
    type(later).objects.filter(pk=later.pk).update(**{field: False})
    assert remind(later.start - before) == "0 rappel(s)"


@pytest.mark.parametrize("what", ["past", "cancelled", "unpublished", "given back", "anonymous", "waiting"])
@pytest.mark.parametrize("before", [7 * DAY, DAY, HOUR])
def test_nobody_is_reminded_of_what_will_not_be(later, fill, now, what, before):
    (first,) = fill(later, 1)
    moment = later.start - before
    if what == "past":
        moment = later.start
    elif what == "cancelled":
        services.cancel_event(event=later, by=None, reason="", now=now)
    elif what == "unpublished":
        later.unpublish()
    elif what == "given back":
        services.cancel_registration(registration=first, by=first.user, now=now)
    elif what == "anonymous":
        Registration.objects.update(user=None)
    else:
        Registration.objects.update(state="attente")
    assert remind(moment) == "0 rappel(s)"
    assert not ReminderSent.objects.exists()


@pytest.mark.parametrize(
    ("before", "then"), [(6 * DAY, "event_reminder"), (12 * HOUR, "event_reminder_hour"), (HOUR / 2, None)]
)
def test_the_confirmation_that_has_just_left_is_enough(later, people, reminders, before, then):
    (late,) = people(1)
    services.register(event=later, user=late, now=later.start - before)
    assert remind(later.start - before + MINUTE) == "0 rappel(s)"
    for moment in (later.start - DAY, later.start - HOUR):
        if moment > later.start - before:
            remind(moment)
    assert reminders(late)[:1] == ([then] if then else [])


# -- a session that moves


def test_a_session_put_off_is_reminded_of_again(later, fill, reminders):
    (first,) = fill(later, 1)
    remind(later.start - 7 * DAY)
    remind(later.start - DAY)
    move(later, days=30)
    assert remind(later.start - 7 * DAY) == "1 rappel(s)"
    assert remind(later.start - DAY) == "1 rappel(s)"
    assert reminders(first.user) == ["event_reminder_week", "event_reminder"] * 2


def test_who_was_reminded_is_told_of_the_move_once(later, fill, mails):
    (first,) = fill(later, 1)
    remind(later.start - 7 * DAY)
    move(later, days=2)
    assert mails(first.user)[-1] == "event_moved"
    assert mails(first.user).count("event_moved") == 1


def test_the_message_that_told_of_the_move_is_enough(later, fill, reminders, now):
    """Moved to in three days: the move has just been told, the week's reminder would say it again."""
    (first,) = fill(later, 1)
    long_ago(first)
    move(later, days=-18)
    assert EventState.objects.get(event=later).moved_at is not None
    assert remind(now + MINUTE) == "0 rappel(s)"
    assert remind(later.start - DAY) == "1 rappel(s)", "the day before is another thing"
    assert reminders(first.user) == ["event_reminder"]


def test_whoever_never_got_the_personal_link_gets_it(later, fill, reminders, now):
    """Moved to in half an hour: the link is in no message yet."""
    (first,) = fill(later, 1)
    long_ago(first)
    move(later, days=-21, minutes=30)
    assert remind(now + MINUTE) == "1 rappel(s)"
    assert reminders(first.user) == ["event_reminder_hour"]
    move(later, minutes=10)
    assert remind(now + 2 * MINUTE) == "0 rappel(s)", "her link still holds, and the move was told"


# -- failures, refusals, races


def test_one_that_fails_stops_nobody_and_is_tried_again(later, fill, reminders):
    first, second = fill(later, 2)
    eve = later.start - DAY
    tell = DayReminder.tell

    def fail_for_first(*, registration, **options):
        if registration.pk == first.pk:
            raise OSError("a template went missing")
        return tell(registration=registration, **options)

    with mock.patch.object(DayReminder, "tell", fail_for_first):
        assert remind(eve) == "1 rappel(s)"
    assert reminders(second.user) == ["event_reminder"]
    assert not first.reminders.exists()
    assert remind(eve) == "1 rappel(s)"
    assert reminders(first.user) == ["event_reminder"]
    assert reminders(second.user) == ["event_reminder"], "who had hers is not told twice"


def test_a_seat_given_back_since_the_list_was_made(later, fill, now, reminders):
    first, second = fill(later, 2)
    tell = DayReminder.tell

    def leave_meanwhile(*, registration, **options):
        if registration.pk == first.pk:
            Registration.objects.filter(pk=second.pk).update(state="annulee")
        return tell(registration=registration, **options)

    with mock.patch.object(DayReminder, "tell", leave_meanwhile):
        assert remind(later.start - DAY) == "1 rappel(s)"
    assert reminders(second.user) == []


@pytest.mark.parametrize(
    ("kind", "before"),
    [("rappels-semaine", 7 * DAY), ("rappels-veille", DAY), ("rappels-heure", HOUR)],
)
def test_each_is_refused_apart_and_asked_once(later, fill, kind, before, reminders):
    first, second = fill(later, 2)
    Preference.objects.create(user=first.user, kind=kind, wanted=False)
    assert remind(later.start - before) == "1 rappel(s)"
    assert reminders(first.user) == []
    assert len(reminders(second.user)) == 1
    assert first.reminders.count() == 1, "she is not asked about again every minute"


def test_the_choices_are_shown_in_order_and_the_link_is_said(client, member):
    shown = [category.name for category in optional_categories()]
    assert shown[:3] == ["rappels-semaine", "rappels-veille", "rappels-heure"]
    client.force_login(member)
    page = client.get("/mon-espace/").content.decode()
    assert "Rappel une heure avant" in page
    assert "votre lien personnel" in page


def test_who_refused_the_only_box_refuses_the_three(member):
    from importlib import import_module

    migration = import_module("portal.registrations.migrations.0003_reminders_by_kind")
    Preference.objects.create(user=member, kind="rappels", wanted=False)
    migration.refuse_each(apps, None)
    assert sorted(Preference.objects.filter(user=member, wanted=False).values_list("kind", flat=True)) == [
        "rappels-heure",
        "rappels-semaine",
        "rappels-veille",
    ]


def test_finding_who_is_concerned_costs_as_much_for_many(tree, people, now, django_assert_num_queries):
    for _ in range(4):
        event = factories.make_cafe(tree.centre, starts_in=21 * DAY)
        for user in people(3):
            services.register(event=event, user=user, now=now)
    with django_assert_num_queries(3):
        assert services.send_reminders(now=now) == 0
    ReminderSent.objects.bulk_create(
        ReminderSent(registration=row, kind=kind, start=row.event.start)
        for row in Registration.objects.select_related("event")
        for kind in ReminderSent.Kind.values
    )
    with django_assert_num_queries(3):
        assert services.send_reminders(now=now + 20.5 * DAY) == 0


def test_each_reminder_costs_the_same(later, fill, django_assert_max_num_queries):
    later.capacity = None
    later.save()
    fill(later, 4)
    with django_assert_max_num_queries(3 + 4 * 14):
        services.send_reminders(now=later.start - DAY)


def test_the_clock_looks_every_minute():
    assert job_named("registrations.remind").every <= MINUTE


# -- what they say


def test_the_hour_one_holds_the_personal_link_and_is_a_secret(later, fill, last_mail):
    (first,) = fill(later, 1)
    now = later.start - HOUR
    remind(now)
    row = OutgoingMessage.objects.filter(user=first.user).latest("pk")
    assert row.kind == "event_reminder_hour"
    assert row.is_secret
    assert "Quand la paie approche" not in row.subject, "staff read no subject of a secret"
    assert row.expires_at == later.end
    assert row.priority == HourReminder.priority > 0, "a sign-in code passes first"
    assert not row.can_be_resent
    assert join_link(first) in text_of(last_mail(first.user))
    assert later.meeting_url not in text_of(last_mail(first.user))


@override_settings(OUTBOX_DELIVERY_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_the_hour_one_is_wiped_once_sent(later, fill, mailoutbox):
    from portal.notifications.delivery import deliver_due

    (first,) = fill(later, 1)
    now = later.start - HOUR
    remind(now)
    OutgoingMessage.objects.exclude(kind="event_reminder_hour").delete()
    assert deliver_due(clock=lambda: now + MINUTE) == 1
    row = OutgoingMessage.objects.get()
    assert (row.state, row.content) == (OutboxState.DONE, None)


@pytest.mark.parametrize("before", [7 * DAY, DAY])
def test_the_others_hold_no_link_that_opens_the_meeting(later, fill, last_mail, before):
    (first,) = fill(later, 1)
    remind(later.start - before)
    text = text_of(last_mail(first.user))
    assert "/rejoindre/" not in text.replace(f"/rendez-vous/{later.pk}/rejoindre/", "")
    assert later.meeting_url not in text
    assert not OutgoingMessage.objects.filter(user=first.user, is_secret=True).exists()


def test_the_day_before_leads_to_the_button(later, fill, last_mail):
    (first,) = fill(later, 1)
    remind(later.start - DAY)
    assert f"/rendez-vous/{later.pk}/rejoindre/" in text_of(last_mail(first.user))


def test_the_hour_one_says_from_when_where_access_opens_later(later, fill, last_mail):
    type(later).objects.filter(pk=later.pk).update(access_opens_before=15, meeting_phone="01 00 00 00 00")
    (first,) = fill(later, 1)
    remind(later.start - HOUR)
    text = text_of(last_mail(first.user))
    assert "L’accès ouvre à" in text
    assert "01 00 00 00 00" in text


def test_where_there_is_no_video_there_is_no_link(tree, people, now, last_mail):
    event = factories.make_cafe(tree.centre, starts_in=21 * DAY, place="Rennes", meeting_url="")
    (user,) = people(1)
    services.register(event=event, user=user, now=now)
    remind(event.start - HOUR)
    assert "/rejoindre/" not in text_of(last_mail(user))
    assert "Rennes" in text_of(last_mail(user))
