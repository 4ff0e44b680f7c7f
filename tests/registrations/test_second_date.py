"""A long queue proposes a second date; whoever waits is let in first, and leaves one queue for the other."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from portal.base.models import PortalSettings
from portal.notifications.models import OutgoingMessage
from portal.registrations import services
from portal.registrations.models import (
    Cycle,
    EventPage,
    EventState,
    Facilitator,
    Registration,
    SeatInvitation,
)
from portal.registrations.status import status_of
from tests import factories

pytestmark = pytest.mark.django_db
CONFIRMED, WAITING, CANCELLED = Registration.State
PARIS = ZoneInfo("Europe/Paris")
HOURS = dt.timedelta(hours=1)


@pytest.fixture
def full(tree, centre_user, fill):
    """A café with one seat, taken, and three people who wait: ``full.holder``, ``full.waiting``."""
    event = factories.make_cafe(
        tree.centre, capacity=1, title="Quand la paie approche", owner=centre_user, takeaways="<p>Dit.</p>"
    )
    event.holder, *event.waiting = fill(event, 4)
    return event


def open_second(event, by, now, **options):
    start = options.pop("start", event.start + dt.timedelta(days=14))
    return services.open_second_date(event=event, start=start, by=by, now=now)


def state_on(event, user):
    return Registration.objects.filter(event=event, user=user).latest("pk").state


def told(kind):
    return list(OutgoingMessage.objects.filter(kind=kind).order_by("pk").values_list("user", flat=True))


# -- the proposal


def test_at_the_threshold_who_organises_and_who_runs_it_are_told_once(tree, centre_user, fill, people):
    event = factories.make_cafe(tree.centre, capacity=1, owner=centre_user)
    (runner,) = people(1)
    Facilitator.objects.get_or_create(event=event, user=runner, defaults={"added_at": event.start})
    fill(event, 5)
    assert told("second_date_proposed") == [], "four wait"
    fill(event, 1)
    assert sorted(told("second_date_proposed")) == sorted([centre_user.pk, runner.pk])
    fill(event, 2)
    assert len(told("second_date_proposed")) == 2
    assert EventState.objects.get(event=event).second_date_proposed_at


def test_an_event_that_nobody_made_is_its_centres(tree, centre_user, fill):
    event = factories.make_cafe(tree.centre, capacity=0)
    Facilitator.objects.filter(event=event).delete()
    fill(event, 5)
    assert told("second_date_proposed") == [centre_user.pk]


@pytest.mark.parametrize(("threshold", "expected"), [(2, 1), (0, 0)])
def test_the_threshold_is_a_setting(tree, centre_user, fill, threshold, expected):
    from wagtail.models import Site

    site = Site.objects.get(is_default_site=True)
    PortalSettings.objects.update_or_create(site=site, defaults={"queue_threshold": threshold})
    fill(factories.make_cafe(tree.centre, capacity=0), 6)
    assert len(told("second_date_proposed")) == expected


def test_a_cycle_proposes_once_for_all_its_dates(tree, centre_user, fill):
    cycle = Cycle.objects.create(title="Matinées", slug="matinees")
    dates = [
        factories.make_cafe(tree.centre, capacity=0, cycle=cycle, starts_in=dt.timedelta(days=days))
        for days in (7, 14)
    ]
    fill(dates[0], 6)
    fill(dates[1], 1)
    assert told("second_date_proposed") == [centre_user.pk]
    with pytest.raises(services.SecondDateRefused):
        open_second(dates[0], centre_user, dates[0].start - 100 * HOURS)


# -- the date proposed


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2031-01-14T09:30", "2031-01-28T09:30"),
        # The clocks change in between: the hour on the wall stays.
        ("2031-03-20T09:30", "2031-04-03T09:30"),
        # 1 May and 8 May are public holidays, as is 29 May (Ascension is on the 22nd in 2031).
        ("2031-04-17T14:00", "2031-05-15T14:00"),
    ],
)
def test_the_same_weekday_and_hour_two_weeks_later(start, expected):
    at = dt.datetime.fromisoformat(start).replace(tzinfo=PARIS)
    event = EventPage(start=at, end=at + HOURS, time_zone="Europe/Paris")
    proposed = services.default_second_date(event, now=at - dt.timedelta(days=20))
    assert proposed.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M") == expected


def test_a_date_to_come_is_proposed_long_after():
    at = dt.datetime(2031, 1, 14, 9, 30, tzinfo=PARIS)
    event = EventPage(start=at, end=at + HOURS, time_zone="Europe/Paris")
    now = at + dt.timedelta(days=60)
    proposed = services.default_second_date(event, now=now)
    assert now + dt.timedelta(days=4) <= proposed < now + dt.timedelta(days=20)
    assert proposed.astimezone(PARIS).weekday() == at.weekday()


# -- the second date itself


def test_it_is_a_copy_in_a_state_of_its_own(full, centre_user, now):
    second = open_second(full, centre_user, now)
    page = second.specific
    assert page.title.startswith(full.title)
    assert (page.capacity, page.format) == (1, full.format)
    assert page.live
    assert page.alias_of_id is None
    assert page.end - page.start == full.end - full.start
    assert page.takeaways == "", "what the first left is not said of the second"
    assert (page.state.sequence, page.state.announced_start) == (0, page.start)
    assert EventState.objects.get(event=full).second_date_id == second.pk
    assert not Registration.objects.filter(event=second).exists()


def test_who_waits_is_invited_in_order_and_told_once(full, centre_user, now, last_mail):
    second = open_second(full, centre_user, now)
    users = [row.user_id for row in full.waiting]
    assert list(SeatInvitation.objects.order_by("pk").values_list("user", flat=True)) == users
    assert told("second_date_open") == users
    text = last_mail(full.waiting[0].user).get_body(("plain",)).get_content()
    assert reverse("registrations:register", args=[second.pk]) in text
    assert "vous quittez la première file" in text


def test_the_others_come_in_48_hours_later(full, centre_user, people, now):
    second = open_second(full, centre_user, now)
    invited, (other,) = full.waiting[0].user, people(1)
    assert second.registration_opens_at == now + 48 * HOURS
    with pytest.raises(services.RegistrationNotOpen):
        services.register(event=second, user=other, now=now)
    assert status_of(second, other, now=now).state == "not_open"
    assert status_of(second, invited, now=now).state == "open"
    assert services.register(event=second, user=invited, now=now).state == CONFIRMED
    later = now + 48 * HOURS
    assert services.register(event=second, user=other, now=later).state == WAITING


def test_a_near_second_date_shares_the_time_left(full, centre_user, now):
    second = open_second(full, centre_user, now, start=now + 40 * HOURS)
    assert second.registration_opens_at == now + 20 * HOURS


def test_registration_closes_before_the_second_date_as_before_the_first(tree, centre_user, fill, now):
    event = factories.make_cafe(tree.centre, capacity=0)
    publish = type(event).objects.get(pk=event.pk)
    publish.registration_closes_at = event.start - 48 * HOURS
    publish.save_revision().publish()
    second = open_second(publish, centre_user, now)
    assert second.registration_closes_at == second.start - 48 * HOURS


def test_a_seat_at_the_second_date_leaves_the_first_queue(full, centre_user, now, mails, last_mail):
    second = open_second(full, centre_user, now)
    first_in_line, next_one, _ = full.waiting
    services.register(event=second, user=first_in_line.user, now=now)
    assert state_on(full, first_in_line.user) == CANCELLED
    assert mails(first_in_line.user) == ["registration_waiting", "second_date_open", "registration_confirmed"]
    assert "quitté la file" in last_mail(first_in_line.user).get_body(("plain",)).get_content()
    next_one.refresh_from_db()
    assert next_one.rank() == 1


def test_a_place_in_the_second_queue_keeps_her_in_the_first(full, centre_user, now):
    second = open_second(full, centre_user, now)
    first_in_line, next_one, _ = full.waiting
    taken = services.register(event=second, user=first_in_line.user, now=now)
    services.register(event=second, user=next_one.user, now=now)
    assert [state_on(event, next_one.user) for event in (full, second)] == [WAITING, WAITING]
    services.cancel_registration(registration=taken, by=taken.user, now=now)
    assert [state_on(event, next_one.user) for event in (full, second)] == [CANCELLED, CONFIRMED]


def test_a_late_seat_of_the_second_date_leaves_the_first_queue_too(tree, centre_user, fill, now):
    first = factories.make_cafe(tree.centre, capacity=0, starts_in=dt.timedelta(days=30))
    (waiting,) = fill(first, 1)
    second = open_second(first, centre_user, now, start=now + dt.timedelta(days=10))
    EventPage.objects.filter(pk=second.pk).update(capacity=1)
    holder = services.add_over_capacity(event=second, user=factories.make_user(), by=None, now=now)
    on_second = services.register(event=second, user=waiting.user, now=now)
    late = second.start - HOURS
    services.cancel_registration(registration=holder, by=holder.user, now=late)
    services.take_offered_seat(registration=on_second, now=late)
    assert state_on(first, waiting.user) == CANCELLED


def test_a_seat_at_the_first_date_keeps_the_second_as_it_is(full, centre_user, now):
    open_second(full, centre_user, now)
    services.cancel_registration(registration=full.holder, by=full.holder.user, now=now)
    assert state_on(full, full.waiting[0].user) == CONFIRMED


def test_it_opens_once(full, centre_user, now):
    second = open_second(full, centre_user, now)
    with pytest.raises(services.SecondDateRefused):
        open_second(full, centre_user, now, start=full.start + dt.timedelta(days=21))
    assert EventPage.objects.count() == 2
    services.cancel_event(event=second, by=None, reason="", now=now)
    assert open_second(full, centre_user, now, start=full.start + dt.timedelta(days=21))


def test_it_opens_once_the_first_is_over_too(full, centre_user, now):
    after = full.end + HOURS
    second = open_second(full, centre_user, after)
    services.register(event=second, user=full.waiting[0].user, now=after)
    assert state_on(full, full.waiting[0].user) == WAITING, "what is over stays as it was"


@pytest.mark.parametrize("when", [0, -1])
def test_a_date_to_come(full, centre_user, now, when):
    with pytest.raises(services.SecondDateRefused):
        open_second(full, centre_user, now, start=now + when * HOURS)
    assert not SeatInvitation.objects.exists()


def test_not_of_what_is_cancelled(full, centre_user, now):
    services.cancel_event(event=full, by=None, reason="", now=now)
    with pytest.raises(services.EventCancelled):
        open_second(full, centre_user, now)


def test_only_who_organises(full, member, now):
    with pytest.raises(services.MayNotChange):
        open_second(full, member, now)


def test_who_may_not_come_is_not_invited(full, centre_user, now):
    gone = full.waiting[1].user
    gone.approved_at = None
    gone.save()
    open_second(full, centre_user, now)
    assert gone.pk not in told("second_date_open")
    assert SeatInvitation.objects.count() == 2


def test_what_finds_no_seat_leads_to_the_second_date(full, centre_user, now, last_mail):
    second = open_second(full, centre_user, now)
    services.close_queues(now=full.start)
    text = last_mail(full.waiting[0].user).get_body(("plain",)).get_content()
    assert reverse("registrations:register", args=[second.pk]) in text


# -- the screen of the organiser, and the pages


def test_one_click_then_a_form_with_its_date(full, centre_user, client, fill):
    fill(full, 2)
    client.force_login(centre_user)
    screen = client.get(reverse("inscriptions:event", args=[full.pk])).content.decode()
    address = reverse("inscriptions:second_date", args=[full.pk])
    assert "5\u00a0personnes attendent" in screen
    assert address in screen
    form = client.get(address)
    proposed = form.context["form"].initial["start"]
    assert EventPage.objects.count() == 1, "GET changes nothing"
    answer = client.post(address, {"start": proposed.strftime("%Y-%m-%d %H:%M")})
    second = EventPage.objects.exclude(pk=full.pk).get()
    assert answer.url == reverse("inscriptions:event", args=[second.pk])
    again = client.post(address, {"start": proposed.strftime("%Y-%m-%d %H:%M")})
    assert again.status_code == 200
    assert "déjà ouverte" in again.content.decode()
    assert EventPage.objects.count() == 2
    assert (
        "Une seconde date est ouverte"
        in client.get(reverse("inscriptions:event", args=[full.pk])).content.decode()
    )


def test_the_form_is_for_who_changes_the_event(full, member, client):
    address = reverse("inscriptions:second_date", args=[full.pk])
    client.force_login(member)
    assert client.post(address, {"start": "2031-01-01 10:00"}).status_code in (302, 403)
    assert EventPage.objects.count() == 1


def test_the_page_of_the_first_date_leads_to_the_second(full, centre_user, member, now, client):
    second = open_second(full, centre_user, now)
    client.force_login(member)
    assert second.specific.url in client.get(full.url).content.decode()
