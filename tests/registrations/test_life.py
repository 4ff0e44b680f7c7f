import datetime as dt

import pytest

from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.models import EventState, Registration
from tests import factories

from .conftest import calendars_of

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State


def publish(event, **changes):
    for name, value in changes.items():
        setattr(event, name, value)
    event.save_revision().publish()


def test_publishing_notes_what_is_announced(cafe):
    state = cafe.state
    assert (state.announced_start, state.announced_end, state.announced_place) == (cafe.start, cafe.end, "")
    assert state.sequence == 0


def test_publishing_the_same_again_tells_nobody(cafe, fill, mails):
    (first,) = fill(cafe, 1)
    publish(cafe, summary="Un autre résumé")
    assert mails(first.user) == ["registration_confirmed"]
    assert EventState.objects.get(event=cafe).sequence == 0


@pytest.mark.parametrize("changes", [{"start": 1, "end": 1}, {"place": "Rennes"}])
def test_a_change_is_told_once_to_everyone(cafe, fill, mails, last_mail, changes):
    first, _, third = fill(cafe, 3)
    moved = {
        name: getattr(cafe, name) + dt.timedelta(days=1) if name != "place" else value
        for name, value in changes.items()
    }
    publish(cafe, **moved)
    publish(cafe)
    assert EventState.objects.get(event=cafe).sequence == 1
    assert mails(first.user) == ["registration_confirmed", "event_moved"]
    assert mails(third.user) == ["registration_waiting", "event_moved"]
    (file,) = calendars_of(last_mail(first.user))
    assert "SEQUENCE:1" in file
    assert "METHOD:REQUEST" in file
    assert calendars_of(last_mail(third.user)) == [], "who waits has nothing in her calendar"


def test_a_draft_tells_nobody(cafe, fill, mails):
    (first,) = fill(cafe, 1)
    cafe.start += dt.timedelta(hours=1)
    cafe.save_revision()
    assert mails(first.user) == ["registration_confirmed"]


def test_an_older_draft_published_again_never_lowers_the_sequence(cafe, fill):
    fill(cafe, 1)
    before = cafe.latest_revision
    publish(cafe, start=cafe.start + dt.timedelta(hours=1), end=cafe.end + dt.timedelta(hours=1))
    before.publish()
    assert EventState.objects.get(event=cafe).sequence == 2


def test_a_past_meeting_is_corrected_in_silence(tree, people, mails, now):
    event = factories.make_cafe(tree.centre)
    (user,) = people(1)
    services.register(event=event, user=user, now=now)
    publish(event, start=now - dt.timedelta(days=3), end=now - dt.timedelta(days=2))
    assert mails(user) == ["registration_confirmed"]


def test_more_seats_serve_the_queue(cafe, fill, mails):
    *_, third, fourth, fifth = fill(cafe, 5)
    publish(cafe, capacity=4)
    for registration in (third, fourth, fifth):
        registration.refresh_from_db()
    assert [third.state, fourth.state, fifth.state] == [CONFIRMED, CONFIRMED, WAITING]
    assert mails(third.user) == ["registration_waiting", "seat_given"]


def test_fewer_seats_take_nobodys(cafe, fill):
    first, second = fill(cafe, 2)
    publish(cafe, capacity=1)
    second.refresh_from_db()
    assert second.state == CONFIRMED


def test_a_new_link_is_told_once_it_may_have_been_seen(cafe, fill, mails, last_mail, now):
    first, _, third = fill(cafe, 3)
    publish(cafe, meeting_url="https://visio.example.org/autre")
    assert mails(first.user) == ["registration_confirmed"], "a week before, nobody has seen the link"
    publish(cafe, start=now + dt.timedelta(hours=5), end=now + dt.timedelta(hours=6))
    publish(cafe, meeting_url="https://visio.example.org/derniere")
    assert mails(first.user)[-1] == "meeting_link_changed"
    text = last_mail(first.user).get_body(("plain",)).get_content()
    assert f"/rendez-vous/{cafe.pk}/rejoindre/" in text
    assert "visio.example.org" not in text, "mail holds no meeting address: it lies about"
    assert mails(third.user)[-1] == "event_moved", "who waits has no link"


def test_cancelling_tells_everyone_once(cafe, fill, mails, last_mail, centre_user, now):
    first, _, third = fill(cafe, 3)
    state = services.cancel_event(
        event=cafe, by=centre_user, reason=" L’intervenante est souffrante. ", now=now
    )
    assert (state.cancelled_at, state.cancelled_by, state.sequence) == (now, centre_user, 1)
    with pytest.raises(services.EventCancelled):
        services.cancel_event(event=cafe, by=centre_user, reason="", now=now)
    assert mails(first.user) == ["registration_confirmed", "event_cancelled"]
    assert mails(third.user) == ["registration_waiting", "event_cancelled"]
    message = last_mail(first.user)
    assert "L’intervenante est souffrante." in message.get_body(("plain",)).get_content()
    (file,) = calendars_of(message)
    assert "METHOD:CANCEL" in file
    assert "STATUS:CANCELLED" in file
    assert "SEQUENCE:1" in file
    first.refresh_from_db()
    third.refresh_from_db()
    assert (first.state, third.state) == (CONFIRMED, WAITING), "they say who was to come"


def test_a_cancelled_meeting_serves_no_queue(cafe, fill, mails, now):
    first, _, third = fill(cafe, 3)
    services.cancel_event(event=cafe, by=None, reason="", now=now)
    services.cancel_registration(registration=first, by=first.user, now=now)
    publish(cafe, capacity=10)
    third.refresh_from_db()
    assert third.state == WAITING
    assert mails(first.user)[-1] == "event_cancelled"


def test_republishing_does_not_bring_a_cancelled_meeting_back(cafe, now):
    services.cancel_event(event=cafe, by=None, reason="", now=now)
    publish(cafe, title="Un autre titre")
    cafe.refresh_from_db()
    assert type(cafe).objects.get(pk=cafe.pk).is_cancelled


def test_only_an_organiser_cancels(cafe, people, now):
    with pytest.raises(services.MayNotChange):
        services.cancel_event(event=cafe, by=people(1)[0], reason="", now=now)


def test_a_copy_starts_afresh(cafe, fill, now):
    fill(cafe, 2)
    services.cancel_event(event=cafe, by=None, reason="", now=now)
    copied = cafe.copy(update_attrs={"slug": "copie", "title": "Copie"}, keep_live=False)
    copied.save_revision().publish()
    fresh = type(cafe).objects.get(pk=copied.pk)
    assert not fresh.is_cancelled
    assert fresh.state.sequence == 0
    assert fresh.seats_left() == 2


def test_an_unpublished_page_waits_to_be_announced(cafe, fill, mails, now):
    (first,) = fill(cafe, 1)
    cafe.unpublish()
    cafe.refresh_from_db()
    cafe.go_live_at = now + dt.timedelta(days=1)
    cafe.start += dt.timedelta(hours=1)
    cafe.end += dt.timedelta(hours=1)
    cafe.save_revision().publish()
    assert mails(first.user) == ["registration_confirmed"], "it is not on line yet"


def test_times_in_mails_are_those_of_paris_whoever_publishes(tree, people, now, last_mail):
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    start = dt.datetime(2031, 1, 14, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    event = factories.make_cafe(tree.centre, start=start)
    (user,) = people(1)
    with timezone.override("America/Cayenne"):
        services.register(event=event, user=user, now=now)
    text = last_mail(user).get_body(("plain",)).get_content()
    assert "Mardi 14 janvier 2031, 9\u00a0h\u00a030\u00a0– 11\u00a0h (heure de Paris)" in text


def test_her_own_clock_is_said_too(tree, taxonomy, now, last_mail):
    from zoneinfo import ZoneInfo

    from portal.members.models import Profile

    user = factories.make_user()
    Profile.objects.update_or_create(user=user, defaults={"region": taxonomy.guyane})
    start = dt.datetime(2031, 1, 14, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    services.register(event=factories.make_cafe(tree.centre, start=start), user=user, now=now)
    assert "Soit 5\u00a0h\u00a030" in last_mail(user).get_body(("plain",)).get_content()


def test_the_situation_is_in_no_mail(cafe, member, now):
    services.register(event=cafe, user=member, question="Une crèche de Redon", now=now)
    assert not any(b"Redon" in bytes(row.content) for row in OutgoingMessage.objects.all())
