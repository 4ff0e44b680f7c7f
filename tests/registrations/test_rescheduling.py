"""Moving a session from its screen: told once, the page written, a waiting draft kept."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from cafes.models import CafePage
from portal.registrations import services
from portal.registrations.models import EventPage, EventState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(cafe):
    # Revisions are JSON, which keeps milliseconds.
    return (cafe.start + dt.timedelta(days=3)).replace(microsecond=0)


def move(event, start, by, now, **changes):
    end = start + (event.end - event.start)
    values = {"start": start, "end": end, "place": event.place, **changes}
    return services.reschedule(event=event, by=by, now=now, **values)


def test_everyone_is_told_once_and_the_page_says_it(cafe, later, centre_user, fill, mails, now):
    first, _, waits = fill(cafe, 3)
    move(cafe, later, centre_user, now, place="Rennes")
    page = CafePage.objects.get(pk=cafe.pk)
    assert (page.start, page.place) == (later, "Rennes")
    assert page.live
    assert not page.has_unpublished_changes
    assert page.get_latest_revision_as_object().start == later
    state = EventState.objects.get(event=cafe)
    assert (state.sequence, state.announced_start, state.announced_place) == (1, later, "Rennes")
    for row in (first, waits):
        assert mails(row.user).count("event_moved") == 1


def test_a_draft_that_waits_is_kept_and_gets_the_date(cafe, later, centre_user, now):
    cafe.title, cafe.summary = "Un titre qui attend", "Un résumé qui attend."
    cafe.start = cafe.start + dt.timedelta(days=20)
    cafe.end = cafe.end + dt.timedelta(days=20)
    cafe.save_revision()
    move(EventPage.objects.get(pk=cafe.pk), later, centre_user, now)
    page = CafePage.objects.get(pk=cafe.pk)
    assert (page.title, page.start) == ("Quand la paie approche", later), "what readers see"
    assert page.has_unpublished_changes
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.summary) == ("Un titre qui attend", "Un résumé qui attend.")
    assert draft.start == later
    page.latest_revision.publish()
    assert EventState.objects.get(event=cafe).sequence == 1, "the draft announces no second move"


def test_off_line_nobody_is_told(tree, centre_user, now, later):
    draft = factories.make_cafe(tree.centre, live=False)
    move(draft, later, centre_user, now)
    draft.refresh_from_db()
    assert (draft.start, draft.live) == (later, False)
    assert draft.get_latest_revision_as_object().start == later
    assert EventState.objects.get(event=draft).announced_start is None


def test_the_closing_follows_and_a_dated_title_too(tree, centre_user, now):
    start = timezone.now().replace(microsecond=0) + dt.timedelta(days=30)
    event = factories.make_cafe(
        tree.centre,
        title="Café (1er mars 2026)",
        start=start,
        registration_closes_at=start - dt.timedelta(days=2),
    )
    move(event, start - dt.timedelta(days=10), centre_user, now)
    event.refresh_from_db()
    assert event.registration_closes_at == start - dt.timedelta(days=12)
    assert event.title.startswith("Café (")
    assert "1er mars 2026" not in event.title
    assert str(timezone.localtime(event.start).year) in event.title


def test_refusals_change_nothing(cafe, later, centre_user, now, tree, member, fill, mails):
    (row,) = fill(cafe, 1)
    stranger = factories.make_user(groups=[factories.make_centre(tree).group])
    hour = dt.timedelta(hours=1)
    for by, start, end, refusal in (
        (stranger, later, later + hour, services.MayNotChange),
        (member, later, later + hour, services.MayNotChange),
        (centre_user, later, later, services.MoveRefused),
        (centre_user, later, later - hour, services.MoveRefused),
        (centre_user, now - hour, now + hour, services.MoveRefused),
        (centre_user, cafe.start, cafe.end, services.MoveRefused),
    ):
        with pytest.raises(refusal):
            services.reschedule(event=cafe, start=start, end=end, place="", by=by, now=now)
    services.cancel_event(event=cafe, by=centre_user, reason="", now=now)
    with pytest.raises(services.EventCancelled):
        move(cafe, later, centre_user, now)
    cafe.refresh_from_db()
    assert cafe.start != later
    assert "event_moved" not in mails(row.user)


def test_what_has_begun_does_not_move(cafe, later, centre_user, now):
    with pytest.raises(services.EventStarted):
        move(cafe, later, centre_user, cafe.start)
    with pytest.raises(services.EventOver):
        move(cafe, later, centre_user, cafe.end)


@pytest.mark.parametrize("held", ["locked", "scheduled", "review"])
def test_the_work_of_others_is_not_undone(cafe, later, centre_user, now, held, monkeypatch):
    if held == "locked":
        EventPage.objects.filter(pk=cafe.pk).update(locked=True)
    elif held == "scheduled":
        revision = cafe.save_revision()
        cafe.revisions.filter(pk=revision.pk).update(approved_go_live_at=now + dt.timedelta(days=1))
    else:
        monkeypatch.setattr(CafePage, "workflow_in_progress", True)
    with pytest.raises(services.PageIsHeld) as refusal:
        move(cafe, later, centre_user, now)
    assert refusal.value.sentence.endswith(".")
    cafe.refresh_from_db()
    assert cafe.start != later


def test_registrations_that_would_open_after_they_close_are_refused(tree, centre_user, now):
    event = factories.make_cafe(tree.centre, registration_opens_at=now + dt.timedelta(days=5))
    with pytest.raises(services.MoveRefused, match="ouvriraient"):
        move(event, now + dt.timedelta(days=2), centre_user, now)


# -- the screen


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def address(event):
    return reverse("inscriptions:reschedule", args=[event.pk])


def test_the_screen_asks_then_moves(client, cafe, later, centre_user, fill, mails):
    (row,) = fill(cafe, 1)
    client.force_login(centre_user)
    page = client.get(address(cafe)).content.decode()
    assert "1\u00a0personne inscrite" in page
    cafe.refresh_from_db()
    assert cafe.start != later
    response = client.post(address(cafe), {"start": local(later), "end": "", "place": ""}, follow=True)
    assert "chaque personne inscrite est prévenue" in response.content.decode()
    moved = EventPage.objects.get(pk=cafe.pk)
    assert moved.start == later.replace(second=0, microsecond=0)
    assert moved.end - moved.start == cafe.end - cafe.start, "the same length where nobody says"
    assert mails(row.user)[-1] == "event_moved"


def test_a_draft_is_said_before_it_is_carried(client, cafe, centre_user):
    cafe.title = "Qui attend"
    cafe.save_revision()
    client.force_login(centre_user)
    assert "restent en brouillon" in client.get(address(cafe)).content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"start": ""},
        {"start": "demain"},
        {"start": "9999-12-31 23:59"},
        {"start": "0001-01-01 00:00"},
        {"end": "2000-01-01 00:00"},
        {"end": "pas une date"},
        {"place": "x" * 500},
        {"place": "\x00"},
    ],
)
def test_bad_answers_get_a_sentence(client, cafe, later, centre_user, bad):
    client.force_login(centre_user)
    response = client.post(address(cafe), {"start": local(later), "end": "", "place": "", **bad})
    assert response.status_code == 200
    cafe.refresh_from_db()
    assert cafe.start != later


def test_strangers_move_nothing(client, cafe, later, tree, member):
    for user in (member, factories.make_user(groups=[factories.make_centre(tree).group])):
        client.force_login(user)
        assert client.post(address(cafe), {"start": local(later), "place": ""}).status_code == 302
    cafe.refresh_from_db()
    assert cafe.start != later
