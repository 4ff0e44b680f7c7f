"""A change is told to everyone once, a few at a time, whatever dies on the way."""

import datetime as dt
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.background.jobs import all_jobs
from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.jobs import tell
from portal.registrations.messages import EventMoved, MessageWithInvitation
from portal.registrations.models import EventState, Registration, Telling
from portal.registrations.services import telling as tellings
from tests import factories
from tests.notifications.conftest import parse

from .conftest import calendars_of

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def dead_after_the_commit(monkeypatch):
    """The process that made the change dies before it tells anyone."""
    monkeypatch.setattr(tellings, "CHUNKS_AT_ONCE", 0)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(tellings, "CHUNK", 2)


def move(event, by=HOUR):
    """Publish ``event`` later by that much."""
    fresh = type(event).objects.get(pk=event.pk)
    fresh.start, fresh.end = fresh.start + by, fresh.end + by
    fresh.save_revision().publish()
    return fresh


def told(kind, event):
    """Who was written a message of ``kind``, in order; one entry a message."""
    people = OutgoingMessage.objects.filter(kind=kind, user__registrations__event=event)
    return list(people.order_by("pk").values_list("user_id", flat=True))


def everyone(event):
    return list(event.registrations.order_by("pk").values_list("user_id", flat=True))


def letters(user):
    return [parse(bytes(row.content)) for row in OutgoingMessage.objects.filter(user=user).order_by("pk")]


def sequences(user):
    """The SEQUENCE of each calendar file written to ``user``, in order."""
    files = [file for letter in letters(user) for file in calendars_of(letter)]
    return [int(file.split("SEQUENCE:")[1].split("\n")[0]) for file in files]


def test_the_change_writes_one_row_and_no_message(cafe, fill, dead_after_the_commit):
    fill(cafe, 3)
    move(cafe)
    assert told("event_moved", cafe) == []
    row = Telling.objects.get()
    assert (row.kind, row.last_pk, row.finished_at) == ("event_moved", 0, None)
    assert row.up_to_pk == cafe.registrations.latest("pk").pk


def test_nobody_to_tell_writes_nothing(cafe, now):
    move(cafe)
    services.cancel_event(event=cafe, by=None, reason="", now=now)
    assert not Telling.objects.exists()


def test_once_committed_everyone_is_told_in_chunks(cafe, fill, small_chunks):
    fill(cafe, 5)
    move(cafe)
    assert told("event_moved", cafe) == everyone(cafe)
    row = Telling.objects.get()
    assert row.finished_at is not None
    assert row.last_pk == row.up_to_pk


def test_the_clock_takes_up_what_a_dead_process_left(cafe, fill, dead_after_the_commit, now):
    fill(cafe, 3)
    move(cafe)
    assert tell(now) == "3 message(s)"
    assert tell(now) == "0 message(s)"
    assert told("event_moved", cafe) == everyone(cafe)
    assert "registrations.tell" in [job.name for job in all_jobs() if job.every == dt.timedelta(minutes=1)]


class Killed(BaseException):
    """Nothing catches it, as nothing catches a SIGKILL."""


@pytest.mark.parametrize("dies_at", range(1, 6))
def test_killed_in_the_middle_it_goes_on_where_it_stopped(cafe, fill, small_chunks, now, dies_at):
    """Five people in chunks of two: whoever's message it dies at, everyone is told once."""
    fill(cafe, 5)
    compose = EventMoved.compose_for.__func__
    calls = []

    def die(cls, *args, **kwargs):
        calls.append(1)
        if len(calls) == dies_at:
            raise Killed
        return compose(cls, *args, **kwargs)

    with mock.patch.object(EventMoved, "compose_for", classmethod(die)), pytest.raises(Killed):
        move(cafe)
    committed = (dies_at - 1) // 2 * 2
    assert told("event_moved", cafe) == everyone(cafe)[:committed], "the chunk it died in left nothing"
    assert tell(now) == f"{5 - committed} message(s)"
    assert told("event_moved", cafe) == everyone(cafe)


def test_an_error_after_the_commit_is_not_the_editors(cafe, fill, now):
    fill(cafe, 2)
    with mock.patch.object(tellings, "_tell_chunk", side_effect=RuntimeError("no")):
        hooks = []
        with mock.patch.object(tellings.transaction, "on_commit", lambda *a, **k: hooks.append((a, k))):
            move(cafe)
        ((_, options),) = hooks
    assert options == {"robust": True}, "Django logs it and goes on"
    assert tell(now) == "2 message(s)"


def test_two_moves_are_told_in_order_each_as_it_was_decided(cafe, fill, dead_after_the_commit, now, people):
    (first,) = fill(cafe, 1)
    begun = cafe.start
    once = move(cafe)
    (late,) = people(1)
    services.register(event=cafe, user=late, rule_accepted=True, now=now)
    twice = move(cafe)
    tell(now)
    _, one, two = letters(first.user)
    assert (one["Subject"], two["Subject"]) == (f"Changement\u00a0: {cafe.title}",) * 2
    assert sequences(first.user) == [0, 1, 2]
    for letter, date in ((one, once.start), (two, twice.start)):
        (file,) = calendars_of(letter)
        assert f"DTSTART;TZID=Europe/Paris:{timezone.localtime(date):%Y%m%dT%H%M%S}" in file
    assert begun < once.start < twice.start
    assert sequences(late) == [1, 2], "she registered for the second date: the first move is not hers"
    assert told("event_moved", cafe).count(late.pk) == 1


def test_a_cancellation_drops_what_is_left_of_a_move(cafe, fill, small_chunks, monkeypatch, now):
    fill(cafe, 5)
    monkeypatch.setattr(tellings, "CHUNKS_AT_ONCE", 1)
    move(cafe)
    assert told("event_moved", cafe) == everyone(cafe)[:2], "the process died after its first chunk"
    services.cancel_event(event=cafe, by=None, reason="Grève des trains", now=now)
    tell(now)
    assert told("event_moved", cafe) == everyone(cafe)[:2]
    assert told("event_cancelled", cafe) == everyone(cafe)
    for row in cafe.registrations.confirmed().select_related("user"):
        assert sequences(row.user) == sorted(sequences(row.user))
        assert sequences(row.user)[-1] == EventState.objects.get(event=cafe).sequence == 2
    assert not Telling.objects.filter(finished_at=None).exists()


def test_who_left_since_is_not_told(cafe, fill, dead_after_the_commit, now, mails):
    first, _ = fill(cafe, 2)
    move(cafe)
    services.cancel_registration(registration=first, by=first.user, now=now)
    tell(now)
    assert mails(first.user) == ["registration_confirmed", "registration_cancelled"]


def test_who_got_her_seat_since_is_told_without_a_file(cafe, fill, dead_after_the_commit, now, mails):
    first, _, third = fill(cafe, 3)
    move(cafe)
    move(cafe)
    services.cancel_registration(registration=first, by=first.user, now=now)
    tell(now)
    assert mails(third.user) == ["registration_waiting", "seat_given", "event_moved", "event_moved"]
    (only,) = sequences(third.user)
    assert only > 2, "the file of her seat is the last one: the lower SEQUENCE of a move would undo it"
    assert "Le fichier joint" not in letters(third.user)[-1].get_body(("plain",)).get_content()


def test_who_registers_again_knows_the_new_date(cafe, fill, dead_after_the_commit, now, mails):
    first, _ = fill(cafe, 2)
    move(cafe)
    services.cancel_registration(registration=first, by=first.user, now=now)
    services.register(event=cafe, user=first.user, rule_accepted=True, now=now)
    tell(now)
    assert "event_moved" not in mails(first.user)


def test_a_link_is_told_to_who_had_a_seat_and_the_last_one_only(
    tree, fill, dead_after_the_commit, now, mails
):
    event = factories.make_cafe(tree.centre, capacity=1, starts_in=dt.timedelta(hours=5))
    first, second = fill(event, 2)
    for name in ("deux", "trois"):
        fresh = type(event).objects.get(pk=event.pk)
        fresh.meeting_url = f"https://visio.example.org/{name}"
        fresh.save_revision().publish()
    assert tell(now) == "1 message(s)"
    assert mails(first.user) == ["registration_confirmed", "meeting_link_changed"]
    assert "meeting_link_changed" not in mails(second.user)


def test_what_is_over_is_not_spoken_of_but_a_cancellation_is(tree, fill, dead_after_the_commit, now):
    event = factories.make_cafe(tree.centre, capacity=5)
    fill(event, 2)
    move(event)
    assert tell(event.end + 5 * HOUR) == "0 message(s)"
    other = factories.make_cafe(tree.centre, capacity=5)
    fill(other, 2)
    services.cancel_event(event=other, by=None, reason="", now=now)
    assert tell(other.end + HOUR) == "2 message(s)"
    assert not Telling.objects.filter(finished_at=None).exists()


def test_one_message_that_fails_stops_nobody_and_is_tried_again(cafe, fill, dead_after_the_commit, now):
    _, broken, _ = rows = fill(cafe, 3)
    move(cafe)
    compose = EventMoved.compose_for.__func__

    def fail(cls, registration, **kwargs):
        if registration.pk == broken.pk:
            raise ValueError("no")
        return compose(cls, registration, **kwargs)

    with mock.patch.object(EventMoved, "compose_for", classmethod(fail)):
        for _ in range(2):
            with pytest.raises(tellings.TellingFailed, match=str(broken.pk)):
                tell(now)
    assert told("event_moved", cafe) == [row.user_id for row in rows if row != broken]
    assert tell(now) == "1 message(s)"
    assert sorted(told("event_moved", cafe)) == sorted(everyone(cafe))
    assert not Telling.objects.filter(finished_at=None).exists()


def test_a_message_that_failed_is_not_told_after_a_newer_one(cafe, fill, dead_after_the_commit, now):
    (only,) = fill(cafe, 1)
    move(cafe)
    with (
        mock.patch.object(MessageWithInvitation, "calendar_method", side_effect=ValueError),
        pytest.raises(tellings.TellingFailed),
    ):
        tell(now)
    move(cafe)
    tell(now)
    assert sequences(only.user) == [0, 2]
    assert not Telling.objects.filter(finished_at=None).exists()


@pytest.mark.parametrize("number", [3, 20])
def test_a_chunk_costs_the_same_whatever_its_size(cafe, fill, dead_after_the_commit, now, number):
    fill(cafe, number)
    move(cafe)
    pk = Telling.objects.get().pk
    with CaptureQueriesContext(connection) as queries:
        assert tellings._tell_chunk(pk, now=now) == number
    asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # The event and its state, twice (before and under the lock), the telling, the people, the letterhead; one
    # write for the mails and one for the telling.
    assert len(asked) == 8, "\n".join(asked)


def test_a_telling_holds_no_situation(cafe, people, dead_after_the_commit, now):
    (user,) = people(1)
    services.register(event=cafe, user=user, question="Une crèche de Redon", rule_accepted=True, now=now)
    move(cafe)
    assert "Redon" not in str(Telling.objects.get().payload)
    assert Registration.objects.get(user=user).question
