"""Seats are never kept: taken, freed or waited for, they show at the next request, on the page as it was kept."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.registrations import services
from portal.registrations.kept_seats import call, card, prepare
from portal.registrations.kept_seats import read as read_seats
from portal.registrations.models import Cycle, Registration
from tests import factories

pytestmark = pytest.mark.django_db
PATHS = ["/", "/agenda/", "/cafes/", "/centres/crdla-financement/", "/centres/crdla-financement/cafe/"]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def cafe(tree, taxonomy, now):
    return factories.make_cafe(
        tree.centre, slug="cafe", audience="public", capacity=2, themes=[taxonomy.tresorerie]
    )


@pytest.fixture
def check(read, made_anew, renders):
    """Ask for every page that shows seats: it is what is made anew, and was made once, before."""

    def every(paths=PATHS):
        shown = {path: read(path).content for path in paths}
        assert {path: made_anew(path) for path in paths} == shown
        return shown

    # The row of the portal's settings is made by the first page of all.
    read("/introuvable/")
    return every


@pytest.fixture
def make(cafe, check, renders, now):
    """Check the pages, take a step, check again: ``make(step)`` returns what is shown before and after."""

    def step(action):
        before = check()
        renders.clear()
        result = action()
        after = check()
        assert renders == []
        assert all(before[path] != after[path] for path in PATHS), "a page shows nothing of it"
        return result

    return step


def test_a_seat_is_taken_waited_for_and_given_back(cafe, make, now, read):
    people = [factories.make_user() for _ in range(4)]
    rows = [
        make(lambda user=user: services.register(event=cafe, user=user, rule_accepted=True, now=now))
        for user in people[:3]
    ]
    assert [row.state for row in rows] == ["confirmee", "confirmee", "attente"]
    page = read(PATHS[-1]).content.decode()
    assert "Complet" in page
    make(lambda: services.cancel_registration(registration=rows[0], by=people[0], now=now))
    make(lambda: services.cancel_registration(registration=rows[1], by=people[1], now=now))


def test_written_past_the_services_too(cafe, make):
    make(lambda: factories.make_registration(cafe))
    make(lambda: Registration.objects.update(state="annulee"))


def test_the_fullest_date_of_a_cycle(tree, cafe, check, renders, now):
    cycle = Cycle.objects.create(title="Groupe", slug="groupe")
    type(cafe).objects.update(cycle=cycle, capacity=5)
    other = factories.make_cafe(
        tree.centre, slug="autre", audience="public", capacity=3, cycle=cycle, starts_in=dt.timedelta(days=20)
    )
    factories.make_cafe(
        tree.centre,
        slug="sans",
        audience="public",
        capacity=None,
        cycle=cycle,
        starts_in=dt.timedelta(days=30),
    )
    paths = [*PATHS, "/centres/crdla-financement/autre/", "/centres/crdla-financement/sans/"]
    before = check(paths)
    renders.clear()
    factories.make_registration(other)
    after = check(paths)
    assert renders == []
    assert all(before[path] != after[path] for path in paths)
    factories.make_registration(other, state="attente")
    check(paths)


@pytest.mark.parametrize(
    "fields",
    [
        {"capacity": None},
        {"capacity": 0},
        {"capacity": None, "open_to_pending": True},
        {"starts_in": dt.timedelta(hours=5)},
        {"starts_in": dt.timedelta(minutes=-5)},
        {"starts_in": dt.timedelta(days=-5)},
        {"registration_mode": "aucune"},
        {"registration_mode": "externe", "registration_url": "https://exemple.test/"},
    ],
)
def test_whatever_the_event(tree, check, fields):
    cafe = factories.make_cafe(tree.centre, slug="cafe", audience="public", **fields)
    for state in ("confirmee", "attente"):
        check(PATHS[-2:])
        factories.make_registration(cafe, state=state)
    check(PATHS[-2:])


def test_a_cancelled_event_and_its_second_date(tree, cafe, check, now):
    second = factories.make_cafe(tree.centre, slug="second", audience="public")
    type(cafe).objects.filter(pk=cafe.pk).update(registration_closes_at=now - dt.timedelta(hours=1))
    check()
    state = services.ensure_state(cafe)
    state.second_date = second
    state.save(update_fields=["second_date"])
    assert "Une seconde date est ouverte" in check()[PATHS[-1]].decode()
    services.cancel_event(event=cafe, by=None, reason="Grève", now=now)
    assert "Grève" in check()[PATHS[-1]].decode()


def test_the_tag_follows_the_seats(cafe, read):
    etag = read(PATHS[-1])["ETag"]
    assert read(PATHS[-1], **{"if-none-match": etag}).status_code == 304
    mine = factories.make_registration(cafe)
    taken = read(PATHS[-1], **{"if-none-match": etag})
    assert taken.status_code == 200
    assert taken["ETag"] != etag
    mine.delete()
    assert read(PATHS[-1])["ETag"] == etag


def test_one_query_for_all_the_seats_of_a_page(tree, now, django_assert_num_queries):
    events = [factories.make_cafe(tree.centre, audience="public") for _ in range(3)]
    plan = prepare([event.pk for event in events], now)
    factories.make_registration(events[1])
    factories.make_registration(events[1], state="attente")
    with django_assert_num_queries(1):
        assert dict(zip(plan.events, read_seats(plan), strict=True))[events[1].pk] == (1, 1)


def test_an_event_that_went_while_its_page_was_made(now):
    plan = prepare([999], now)
    assert "Places sans limite" in card(999, {"open_to_all": False}, plan, read_seats(plan), now)
    assert call(999, {}, plan, read_seats(plan), now) == ""


@pytest.mark.parametrize("in_cycle", [False, True])
def test_a_hole_tells_what_was_read_and_nothing_later(tree, cafe, now, in_cycle):
    """A seat taken between the reading and the rendering: kept under what was read, it would come back with it."""
    dates = [cafe]
    if in_cycle:
        cycle = Cycle.objects.create(title="Groupe", slug="groupe")
        dates.append(factories.make_cafe(tree.centre, audience="public", capacity=2))
        type(cafe).objects.update(cycle=cycle)
    plan = prepare([cafe.pk], now)
    value = read_seats(plan)
    before = card(cafe.pk, {}, plan, value, now), call(cafe.pk, {}, plan, value, now)
    for date in dates:
        factories.make_registration(date)
    assert (card(cafe.pk, {}, plan, value, now), call(cafe.pk, {}, plan, value, now)) == before
    assert call(cafe.pk, {}, plan, read_seats(plan), now) != before[1]
