"""The agenda: what is to come, what is past, a month that any address can ask for, and the filters."""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.base.templatetags.portal_tags import day
from portal.home.agenda import Bounds, bounds_of, by_month, month_grid, parse_month
from portal.registrations.models import EventPage, EventState
from tests import factories

PARIS = ZoneInfo("Europe/Paris")


WIDE = Bounds(dt.date(2020, 1, 1), dt.date(2030, 12, 1))


def at(*parts) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=PARIS)


def event(start, end=None, name=""):
    return SimpleNamespace(start=start, end=end or start + dt.timedelta(hours=1), name=name)


# -- the month


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "2026",
        "2026-13",
        "2026-00",
        "2026-1",
        "26-11",
        "2026-11-01",
        "novembre",
        "1999-12",
        "2026-11\n",
        "٢٠٢٦-١١",
    ],
)
def test_a_bad_month_is_no_month(text):
    assert parse_month(text) is None


def test_a_month_is_read():
    assert parse_month("2026-11") == dt.date(2026, 11, 1)


def test_the_grid_is_whole_weeks_from_monday():
    month = month_grid(dt.date(2026, 11, 1), [], today=dt.date(2026, 11, 23), bounds=WIDE)
    assert [day.date.weekday() for day in month.weeks[0]] == list(range(7))
    assert month.weeks[0][0].date == dt.date(2026, 10, 26)
    assert month.weeks[-1][-1].date == dt.date(2026, 12, 6)
    assert sum(day.in_month for week in month.weeks for day in week) == 30
    assert [day.date for week in month.weeks for day in week if day.is_today] == [dt.date(2026, 11, 23)]
    assert (month.previous, month.following) == ("2026-10", "2026-12")
    assert month.is_empty


@pytest.mark.parametrize(
    ("first", "previous", "following"),
    [((2026, 1, 1), "2025-12", "2026-02"), ((2026, 12, 1), "2026-11", "2027-01")],
)
def test_the_year_turns(first, previous, following):
    month = month_grid(dt.date(*first), [], today=dt.date(2026, 11, 23), bounds=WIDE)
    assert (month.previous, month.following) == (previous, following)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # No event: this month only.
        (None, None, ("2026-11", "2026-11")),
        (at(2026, 3, 4, 9), at(2027, 2, 1, 9), ("2026-03", "2027-02")),
        # Everything past, or everything to come: this month stays.
        (at(2026, 3, 4, 9), at(2026, 4, 1, 9), ("2026-03", "2026-11")),
        (at(2027, 3, 4, 9), at(2027, 4, 1, 9), ("2026-11", "2027-04")),
        # Not further back than two years.
        (at(2011, 3, 4, 9), at(2026, 12, 1, 9), ("2024-11", "2026-12")),
        # By the date in Paris.
        (dt.datetime(2026, 2, 28, 23, 30, tzinfo=dt.UTC), at(2026, 12, 1, 9), ("2026-03", "2026-12")),
    ],
)
def test_months_begin_and_end_with_the_events(first, last, expected):
    bounds = bounds_of(first, last, today=dt.date(2026, 11, 23))
    assert (bounds.first.strftime("%Y-%m"), bounds.last.strftime("%Y-%m")) == expected


def test_two_years_back_exist_on_any_day():
    assert bounds_of(at(2020, 1, 1), None, today=dt.date(2028, 2, 29)).first == dt.date(2026, 2, 1)


@pytest.mark.parametrize(
    ("asked", "previous", "following"),
    [
        ((2026, 10, 1), "", "2026-11"),
        ((2026, 11, 1), "2026-10", "2026-12"),
        ((2027, 1, 1), "2026-12", ""),
        # An address from elsewhere leads back in one step.
        ((2001, 5, 1), "", "2026-10"),
        ((2099, 12, 1), "2027-01", ""),
    ],
)
def test_no_link_leads_out_of_the_events(asked, previous, following):
    bounds = Bounds(dt.date(2026, 10, 1), dt.date(2027, 1, 1))
    month = month_grid(dt.date(*asked), [], today=dt.date(2026, 11, 23), bounds=bounds)
    assert (month.previous, month.following) == (previous, following)


def days_of(month, name) -> list[dt.date]:
    return [day.date for week in month.weeks for day in week if any(e.name == name for e in day.events)]


def test_an_event_stands_on_every_day_it_touches_in_paris():
    events = [
        event(at(2026, 11, 30, 9), at(2026, 12, 2, 17), "séminaire"),
        event(dt.datetime(2026, 11, 9, 23, 30, tzinfo=dt.UTC), name="nuit"),  # the 10th in Paris
        event(at(2026, 11, 12, 22), at(2026, 11, 13, 0), "minuit"),
    ]
    month = month_grid(dt.date(2026, 11, 1), events, today=dt.date(2026, 11, 23), bounds=WIDE)
    assert days_of(month, "séminaire") == [dt.date(2026, 11, 30), dt.date(2026, 12, 1), dt.date(2026, 12, 2)]
    assert days_of(month, "nuit") == [dt.date(2026, 11, 10)]
    assert days_of(month, "minuit") == [dt.date(2026, 11, 12)]
    assert not month.is_empty


# -- the list


def test_the_list_goes_by_month_then_by_week():
    today = dt.date(2026, 11, 23)  # a Monday
    events = [
        event(at(2026, 11, 24, 9)),
        event(at(2026, 11, 26, 9)),
        event(at(2026, 11, 30, 9)),
        event(at(2026, 12, 1, 9)),
        event(at(2027, 2, 1, 9)),
    ]
    months = by_month(events, today=today)
    assert [(m.first, [(w.label, len(w.events)) for w in m.weeks]) for m in months] == [
        (dt.date(2026, 11, 1), [("Cette semaine", 2), ("La semaine prochaine", 1)]),
        (dt.date(2026, 12, 1), [("La semaine prochaine", 1)]),
        (dt.date(2027, 2, 1), [("Semaine du 1er février", 1)]),
    ]


def test_the_list_of_what_is_past_goes_backwards():
    events = [event(at(2026, 11, 18, 9)), event(at(2026, 11, 9, 9)), event(at(2026, 10, 1, 9))]
    months = by_month(events, today=dt.date(2026, 11, 23))
    assert [w.label for m in months for w in m.weeks] == [
        "La semaine dernière",
        "Semaine du 9 novembre",
        "Semaine du 28 septembre",
    ]


# -- the pages

pages = pytest.mark.django_db


def titles(client, address) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    return [link.get_text(strip=True) for link in page.select(".session h4 a, .slot__title")]


@pages
def test_todays_event_is_in_exactly_one_of_the_two_lists(client, tree):
    hours = dt.timedelta(hours=1)
    for name, starts_in in (("en cours", -hours / 2), ("fini", -2 * hours), ("bientôt", hours)):
        factories.make_webinar(tree.centre, title=name, starts_in=starts_in, minutes=60)
    upcoming, past = titles(client, "/agenda/"), titles(client, "/agenda/?periode=passe")
    assert upcoming == ["en cours", "bientôt"]
    assert past == ["fini"]


@pages
def test_the_end_itself_is_past_and_nothing_falls_between(tree):
    webinar = factories.make_webinar(tree.centre)
    for now in (webinar.end - dt.timedelta(microseconds=1), webinar.end, webinar.start):
        found = EventPage.objects.upcoming(now).count() + EventPage.objects.past(now).count()
        assert found == 1
    assert EventPage.objects.past(webinar.end).exists()
    assert webinar.is_past(webinar.end)


@pages
def test_a_cancelled_event_stays_and_says_so(client, tree):
    webinar = factories.make_webinar(tree.centre, title="Annulé pour de bon")
    EventState.objects.update_or_create(event=webinar, defaults={"cancelled_at": timezone.now()})
    month = timezone.localtime(webinar.start).strftime("%Y-%m")
    for address in ("/agenda/", f"/agenda/?mois={month}"):
        response = client.get(address)
        row = BeautifulSoup(response.content, "html.parser").select_one(".session--cancelled, .slot--off")
        assert "Annulé pour de bon" in row.get_text()
        assert "Annulé" in row.get_text().replace("Annulé pour de bon", "")


@pages
def test_a_reserved_event_shows_to_members_only(client, tree, member, pending):
    cafe = factories.make_cafe(tree.centre)
    month = timezone.localtime(cafe.start).strftime("%Y-%m")
    for address in ("/agenda/", f"/agenda/?mois={month}"):
        client.logout()
        assert cafe.title not in titles(client, address)
        client.force_login(pending)
        assert cafe.title not in titles(client, address)
        client.force_login(member)
        assert cafe.title in titles(client, address)


@pages
def test_the_filters_combine(client, tree, taxonomy):
    common = {"audience": "public"}
    factories.make_cafe(tree.centre, title="café gouvernance", themes=[taxonomy.gouvernance], **common)
    factories.make_cafe(
        tree.centre,
        title="codev gouvernance",
        format="codeveloppement",
        themes=[taxonomy.gouvernance],
        **common,
    )
    factories.make_webinar(
        tree.centre, title="webinaire trésorerie", themes=[taxonomy.tresorerie, taxonomy.gouvernance]
    )
    assert set(titles(client, "/agenda/?type=cafe")) == {"café gouvernance"}
    assert set(titles(client, "/agenda/?type=webinaire")) == {"webinaire trésorerie"}
    assert set(titles(client, "/agenda/?theme=gouvernance")) == {
        "café gouvernance",
        "codev gouvernance",
        "webinaire trésorerie",
    }
    assert titles(client, "/agenda/?theme=gouvernance&type=codeveloppement") == ["codev gouvernance"]


@pages
def test_a_region_keeps_what_is_open_to_the_whole_of_france(client, tree, taxonomy):
    common = {"audience": "public"}
    factories.make_cafe(tree.centre, title="à Rennes", regions=[taxonomy.bretagne], **common)
    factories.make_cafe(tree.centre, title="à Cayenne", regions=[taxonomy.guyane], **common)
    factories.make_cafe(tree.centre, title="partout", **common)
    assert set(titles(client, "/agenda/?region=bretagne")) == {"à Rennes", "partout"}


@pages
@pytest.mark.parametrize(
    "query",
    [
        "type=inconnu",
        "theme=inconnu",
        "theme=%00",
        "region=%00x",
        "region=" + "x" * 500,
        "mois=2026-13",
        "mois=%00",
        "periode=jamais",
        "page=abc",
        "mois=2099-12",
        "mois=2000-01",
    ],
)
def test_any_query_is_answered(client, tree, query):
    factories.make_webinar(tree.centre)
    assert client.get(f"/agenda/?{query}").status_code == 200


@pages
def test_a_filter_that_finds_nothing_says_so_and_can_be_taken_off(client, tree, taxonomy):
    factories.make_webinar(tree.centre)
    page = client.get(f"/agenda/?theme={taxonomy.gouvernance.slug}").content.decode()
    assert "Aucun rendez-vous ne correspond" in page
    assert "Tout effacer" in page


@pages
def test_each_filter_is_named_counted_and_taken_off_by_itself(client, tree, taxonomy):
    address = "/agenda/?theme=gouvernance&region=bretagne&page=2&periode=passe"
    page = BeautifulSoup(client.get(address).content, "html.parser")
    pills = {
        pill["aria-label"]: pill["href"] for pill in page.select(".pills a") if "aria-label" in pill.attrs
    }
    assert pills == {
        f"Retirer le filtre {taxonomy.gouvernance.label}": "?region=bretagne&periode=passe",
        f"Retirer le filtre {taxonomy.bretagne.label}": "?theme=gouvernance&periode=passe",
    }
    assert page.select_one(".filters summary").get_text().split() == ["Filtrer", "2", "filtres", "choisis"]
    bare = BeautifulSoup(client.get("/agenda/?type=inconnu").content, "html.parser")
    assert not bare.select(".pills")
    assert bare.select_one(".filters summary").get_text(strip=True) == "Filtrer"


@pages
def test_an_empty_month_invites(client, tree, taxonomy):
    factories.make_webinar(tree.centre, starts_in=dt.timedelta(days=70))
    this_month = timezone.localdate()
    following = (this_month.replace(day=1) + dt.timedelta(days=32)).strftime("%Y-%m")
    page = BeautifulSoup(client.get(f"/agenda/?mois={this_month:%Y-%m}").content, "html.parser")
    assert page.select_one(".empty a")["href"] == f"?mois={following}"
    filtered = BeautifulSoup(
        client.get(f"/agenda/?mois={this_month:%Y-%m}&region=bretagne").content, "html.parser"
    )
    assert "avec ces filtres" in filtered.select_one(".empty").get_text()


@pages
def test_the_month_keeps_the_filters_and_names_its_days(client, tree, taxonomy):
    year = timezone.localdate().year + 1
    start = at(year, 11, 24, 14)
    factories.make_webinar(tree.centre, title="en novembre", start=start, themes=[taxonomy.gouvernance])
    factories.make_webinar(tree.centre, title="en décembre", start=at(year, 12, 15, 14))
    page = BeautifulSoup(client.get(f"/agenda/?mois={year}-11&theme=gouvernance").content, "html.parser")
    assert page.select_one("table.month caption").get_text(strip=True) == f"Novembre {year}"
    assert page.select_one('a[rel~="prev"]')["href"] == f"?mois={year}-10&theme=gouvernance"
    assert page.select_one('a[rel~="next"]')["href"] == f"?mois={year}-12&theme=gouvernance"
    assert page.select_one('input[name="mois"]')["value"] == f"{year}-11"
    [cell] = [cell for cell in page.select("td.day") if cell.select(".slot")]
    assert cell.find("time")["datetime"] == f"{year}-11-24"
    assert day(start) in cell.get_text()
    assert "14\u00a0h" in cell.get_text()


@pages
def test_the_months_come_to_an_end(client, tree):
    factories.make_webinar(tree.centre, starts_in=dt.timedelta(days=70))
    factories.make_webinar(tree.centre, starts_in=dt.timedelta(days=400), audience="reseau")

    def turn(rel) -> int:
        month, turned = timezone.localdate().strftime("%Y-%m"), 0
        while turned < 50:
            page = BeautifulSoup(client.get(f"/agenda/?mois={month}").content, "html.parser")
            link = page.select_one(f'a[rel~="{rel}"]')
            if link is None:
                break
            month, turned = link["href"].split("mois=")[1][:7], turned + 1
        return turned

    assert 2 <= turn("next") <= 3, "a reserved event draws no stranger further"
    assert turn("prev") == 0


@pages
@pytest.mark.parametrize("address", ["/agenda/", "/agenda/?mois={month}", "/agenda/?periode=passe"])
def test_queries_do_not_grow_with_events(client, tree, taxonomy, member, address):
    def publish(number):
        for _ in range(number):
            for starts_in in (dt.timedelta(minutes=5), dt.timedelta(days=-1)):
                filed = {
                    "themes": [taxonomy.tresorerie],
                    "regions": [taxonomy.bretagne],
                    "starts_in": starts_in,
                }
                factories.make_cafe(tree.centre, **filed)
                factories.make_webinar(tree.centre, **filed)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address.format(month=timezone.localdate().strftime("%Y-%m"))).status_code == 200
        return len(captured)

    client.force_login(member)
    publish(1)
    count()
    few = count()
    publish(5)
    assert count() <= few
