"""Calendars that follow: one's own, at a secret address, and the agenda by theme and by centre."""

import datetime as dt
import json

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from icalendar import Calendar

from portal.members.privacy import erase_person
from portal.registrations import services
from portal.registrations.models import CalendarFeed, EventPage, EventState, Registration
from portal.registrations.privacy import export_registrations
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
CHANGE = "/mon-espace/mon-agenda/"


def read(response) -> dict[str, str]:
    """Title and status of each entry of a feed."""
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    items = Calendar.from_ical(response.content).walk("VEVENT")
    return {str(item["SUMMARY"]): str(item["STATUS"]) for item in items}


def address(feed) -> str:
    return reverse("registrations:personal_ics", args=[feed.token])


# -- one's own


@pytest.fixture
def feed(member, now):
    return services.open_feed(user=member, now=now)


def test_it_is_made_replaced_and_taken_back_by_a_post(client, member):
    client.force_login(member)
    assert "Créer mon adresse d’agenda" in client.get("/mon-espace/").content.decode()
    assert not CalendarFeed.objects.exists(), "looking makes nothing"
    assert client.post(CHANGE, {"action": "creer"}).url.startswith("/mon-espace/")
    first = CalendarFeed.objects.get()
    assert len(first.token) >= 43
    page = client.get("/mon-espace/").content.decode()
    assert address(first) in page
    assert (
        f"webcal://testserver{address(first)}" in page or f"webcal://127.0.0.1:8000{address(first)}" in page
    )
    client.post(CHANGE, {"action": "creer"})
    assert CalendarFeed.objects.get().token == first.token, "a double click changes no address"
    client.post(CHANGE, {"action": "remplacer"})
    second = CalendarFeed.objects.get()
    assert second.token != first.token
    assert client.get(address(first)).status_code == 404
    assert client.get(address(second)).status_code == 200
    client.post(CHANGE, {"action": "retirer"})
    assert client.get(address(second)).status_code == 404
    client.post(CHANGE, {"action": "retirer"})
    assert not CalendarFeed.objects.exists()


def test_forged_or_followed_it_changes_nothing(client, member, feed):
    assert client.post(CHANGE, {"action": "retirer"}).status_code == 302, "a stranger signs in first"
    client.force_login(member)
    assert client.get(CHANGE).status_code == 405
    client.post(CHANGE, {"action": "autre"})
    client.force_login(factories.make_user())
    client.post(CHANGE, {"action": "retirer", "user": member.pk, "token": feed.token})
    assert CalendarFeed.objects.get().token == feed.token


def test_it_holds_her_seats_and_no_more(client, tree, member, people, feed, now):
    group = Group.objects.create(name="Groupe")
    seat, full, given_back, gone = (
        factories.make_cafe(tree.centre, title=title, capacity=1)
        for title in ("Place", "Pleine", "Rendue", "Dépubliée")
    )
    theirs = factories.make_cafe(tree.centre, title="Du groupe", audience="groupe", audience_groups=[group])
    factories.make_cafe(tree.centre, title="Sans elle", audience="public")
    (other,) = people(1)
    services.register(event=full, user=other, now=now)
    member.groups.add(group)
    member = type(member).objects.get(pk=member.pk)
    for event in (seat, full, given_back, gone, theirs):
        services.register(event=event, user=member, now=now)
    services.cancel_registration(
        registration=Registration.objects.get(event=given_back, user=member), by=member, now=now
    )
    gone.unpublish()
    assert set(read(client.get(address(feed)))) == {"Place", "Du groupe"}
    member.groups.clear()
    assert set(read(client.get(address(feed)))) == {"Place"}, "what she may no longer read is hers no longer"
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    assert client.get(address(feed)).status_code == 404


def test_what_is_past_stays_and_what_is_cancelled_for_a_month(client, tree, member, feed, now):
    past, recent, old = (
        factories.make_cafe(tree.centre, title=title) for title in ("Passé", "Récent", "Ancien")
    )
    for event in (past, recent, old):
        services.register(event=event, user=member, now=now)
    EventPage.objects.filter(pk=past.pk).update(start=now - 40 * DAY, end=now - 40 * DAY + DAY / 24)
    for event, days in ((recent, 29), (old, 31)):
        services.cancel_event(event=event, by=None, reason="", now=now)
        EventState.objects.filter(event=event).update(cancelled_at=now - days * DAY)
    assert read(client.get(address(feed))) == {"Passé": "CONFIRMED", "Récent": "CANCELLED"}


def test_it_is_kept_by_nobody_on_the_way(client, feed):
    response = client.get(address(feed))
    assert "private" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    for wrong in ("x", feed.token[:-1], feed.token.lower()):
        assert client.get(f"/mon-agenda/{wrong}.ics").status_code == 404


def test_it_costs_the_same_for_many(client, tree, member, feed, now, django_assert_num_queries):
    def cost(number):
        for _ in range(number):
            services.register(event=factories.make_cafe(tree.centre), user=member, now=now)

    cost(2)
    client.get(address(feed))
    with django_assert_num_queries(5):
        client.get(address(feed))
    cost(6)
    with django_assert_num_queries(5):
        client.get(address(feed))


def test_it_is_among_her_data_and_goes_with_her(client, member, feed, now):
    assert address(feed) in json.dumps(export_registrations(member))
    erase_person(user=member, by=member, now=now)
    assert not CalendarFeed.objects.exists()
    assert client.get(address(feed)).status_code == 404


# -- the agenda, by theme and by centre


@pytest.fixture
def agenda(tree, taxonomy):
    """Public sessions of two themes at two centres, and one that is reserved."""
    other = factories.make_centre(tree, title="CRDLA Culture", slug="crdla-culture")
    for centre, prefix in ((tree.centre, "Finance"), (other, "Culture")):
        for theme in (taxonomy.tresorerie, taxonomy.gouvernance):
            factories.make_cafe(
                centre, audience="public", title=f"{prefix}, {theme.slug[:5]}", themes=[theme]
            )
    factories.make_cafe(tree.centre, title="Réservé", themes=[taxonomy.tresorerie])
    both = [taxonomy.tresorerie, taxonomy.gouvernance]
    factories.make_cafe(other, audience="public", title="Les deux", themes=both)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("theme=gouvernance", {"Finance, gouve", "Culture, gouve", "Les deux"}),
        ("centre=crdla-culture", {"Culture, gesti", "Culture, gouve", "Les deux"}),
        ("theme=gouvernance&centre=crdla-financement", {"Finance, gouve"}),
        (
            "theme=gouvernance&theme=gestion-financiere-et-tresorerie&centre=crdla-culture",
            {"Culture, gesti", "Culture, gouve", "Les deux"},
        ),
        (
            "centre=crdla-culture&centre=crdla-financement&theme=gouvernance",
            {"Finance, gouve", "Culture, gouve", "Les deux"},
        ),
    ],
)
def test_by_theme_and_by_centre(client, member, agenda, query, titles):
    response = client.get(f"/agenda.ics?{query}")
    assert set(read(response)) == titles
    assert len(Calendar.from_ical(response.content).walk("VEVENT")) == len(titles), "each once"
    client.force_login(member)
    assert set(read(client.get(f"/agenda.ics?{query}"))) == titles, "the address carries no account"


@pytest.mark.parametrize(
    "query",
    [
        "theme=inconnu",
        "theme=gouvernance&theme=inconnu",
        "centre=inconnu",
        "centre=",
        "theme=%00",
        "&".join(f"theme=t{number}" for number in range(50)),
    ],
)
def test_what_does_not_exist_is_not_the_whole_agenda(client, agenda, query):
    assert client.get(f"/agenda.ics?{query}").status_code == 404


def test_a_centre_off_line_has_no_feed(client, tree, agenda):
    tree.centre.unpublish()
    assert client.get("/agenda.ics?centre=crdla-financement").status_code == 404


def test_a_feed_has_a_name_and_says_how_often_to_read_it(client, agenda):
    file = Calendar.from_ical(client.get("/agenda.ics?theme=gouvernance&centre=crdla-culture").content)
    assert str(file["X-WR-CALNAME"]).endswith("Gouvernance, CRDLA Culture")
    assert file.decoded("REFRESH-INTERVAL") == dt.timedelta(hours=1)


def test_a_feed_costs_the_same_for_many(client, agenda, tree, taxonomy, django_assert_max_num_queries):
    query = "/agenda.ics?theme=gouvernance&centre=crdla-financement"
    client.get(query)
    for _ in range(5):
        factories.make_cafe(tree.centre, audience="public", themes=[taxonomy.gouvernance])
    with django_assert_max_num_queries(5):
        client.get(query)


def test_pages_offer_their_own_feed(client, tree, taxonomy, agenda):
    theme = factories.make_theme_page(tree, taxonomy.gouvernance)
    assert "/agenda.ics?theme=gouvernance" in client.get(theme.url).content.decode()
    assert "/agenda.ics?centre=crdla-financement" in client.get(tree.centre.url).content.decode()
    page = client.get("/agenda/").content.decode()
    assert "/agenda.ics" in page
    assert "/agenda.ics?theme" not in page
    assert "/agenda.ics?theme=gouvernance" in client.get("/agenda/?theme=gouvernance").content.decode()
    assert "/agenda.ics?theme" not in client.get("/agenda/?theme=inconnu").content.decode()


def test_a_theme_without_a_date_still_has_its_feed(client, tree, taxonomy):
    theme = factories.make_theme_page(tree, taxonomy.gouvernance)
    page = client.get(theme.url).content.decode()
    assert "/agenda.ics?theme=gouvernance" in page
    assert "Rien n’est annoncé sur ce thème" in page
