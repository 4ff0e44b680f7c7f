"""Overseas: one's own hour beside that of Paris, wherever a session is listed, at the price of one query."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.members.models import Profile
from portal.registrations import services
from tests import factories

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def morning():
    """Half past nine in Paris, on a winter day of the month after next: half past five in Cayenne."""
    day = timezone.localdate().replace(day=1) + dt.timedelta(days=45)
    while PARIS.utcoffset(dt.datetime(day.year, day.month, 15)) != dt.timedelta(hours=1):
        day += dt.timedelta(days=31)
    return dt.datetime(day.year, day.month, 15, 9, 30, tzinfo=PARIS)


@pytest.fixture
def listed(tree, taxonomy, morning):
    factories.make_theme_page(tree, taxonomy.gouvernance)
    return factories.make_cafe(tree.centre, start=morning, themes=[taxonomy.gouvernance])


@pytest.fixture
def addresses(tree, morning):
    return [
        "/",
        "/agenda/",
        f"/agenda/?mois={morning:%Y-%m}",
        "/cafes/",
        "/themes/gouvernance/",
        tree.centre.url,
    ]


def live_in(user, region):
    Profile.objects.update_or_create(user=user, defaults={"region": region})


def test_every_list_shows_both(client, member, taxonomy, listed, addresses, now):
    live_in(member, taxonomy.guyane)
    client.force_login(member)
    services.register(event=listed, user=member, now=now)
    own = [
        "/mon-espace/",
        listed.url,
        f"/rendez-vous/{listed.pk}/inscription/faite/",
        f"/rendez-vous/{listed.pk}/desinscription/",
    ]
    for address in (*addresses, *own):
        page = client.get(address).content.decode()
        assert "9\u00a0h\u00a030" in page, address
        assert "5\u00a0h\u00a030 à Cayenne" in page, address
        assert "heure de Paris" in page or "à Paris" in page, address


def test_the_form_shows_both(client, member, taxonomy, listed):
    live_in(member, taxonomy.guyane)
    client.force_login(member)
    page = client.get(f"/rendez-vous/{listed.pk}/inscription/").content.decode()
    assert "5\u00a0h\u00a030 à Cayenne" in page


@pytest.mark.parametrize("who", ["nobody", "no profile", "no region", "Bretagne"])
def test_whoever_lives_by_paris_time_sees_one_hour(client, tree, taxonomy, member, morning, addresses, who):
    factories.make_cafe(tree.centre, start=morning, audience="public", themes=[taxonomy.gouvernance])
    factories.make_theme_page(tree, taxonomy.gouvernance)
    if who != "nobody":
        client.force_login(member)
    if who in ("no region", "Bretagne"):
        live_in(member, taxonomy.bretagne if who == "Bretagne" else None)
    for address in addresses:
        page = client.get(address).content.decode()
        assert "9\u00a0h\u00a030" in page, address
        assert "heure de Paris" not in page, address
        assert "Cayenne" not in page, address


def test_a_session_held_elsewhere_says_the_hour_there(client, tree, morning):
    factories.make_cafe(
        tree.centre, start=morning, audience="public", place="Cayenne", time_zone="America/Cayenne"
    )
    page = client.get("/agenda/").content.decode()
    assert "5\u00a0h\u00a030 à Cayenne" in page
    assert "(heure de Paris)" in page


@pytest.mark.parametrize("address", ["/agenda/", "/mon-espace/", "/"])
def test_many_sessions_cost_as_much_as_two(client, tree, member, taxonomy, morning, now, address):
    live_in(member, taxonomy.guyane)
    client.force_login(member)

    def cost(number):
        for _ in range(number):
            services.register(
                event=factories.make_cafe(tree.centre, start=morning),
                user=member,
                rule_accepted=True,
                now=now,
            )
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len([query for query in queries if "time_zone" in query["sql"] and "profile" in query["sql"]])

    once = cost(2)
    assert once in (1, 2), "« Mon espace » reads the profile for itself too"
    assert cost(3) == once
