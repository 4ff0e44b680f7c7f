"""A session's page: one ticket that says the one thing to do now, and what the session leaves."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.base.templatetags.portal_tags import local_hours
from portal.members.models import Profile
from portal.registrations.models import Cycle, EventState, Registration
from tests import factories

pytestmark = pytest.mark.django_db
NBSP = "\u00a0"


def ticket(client, event):
    response = client.get(event.url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one(".event-ticket")


def words(element) -> str:
    return " ".join(element.get_text(" ").split())


def book(event, user, state="confirmee"):
    return Registration.objects.create(
        event=event, user=user, state=state, created_at=timezone.now(), rule=event.confidentiality
    )


def fill(event, number, state="confirmee"):
    return [book(event, factories.make_user(), state) for _ in range(number)]


def test_the_ticket_says_when_where_who_and_the_rule(client, tree, member):
    start = dt.datetime(2030, 12, 1, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    cafe = factories.make_cafe(
        tree.centre, start=start, confidentiality="entre-pairs", speakers="Une conseillère (fictive)"
    )
    client.force_login(member)
    said = words(ticket(client, cafe))
    assert "Dimanche 1er décembre 2030" in said
    assert "9 h 30 – 11 h" in said
    assert "En visio" in said
    assert "CRDLA Financement" in said
    assert "Entre pairs. Ce qui est dit reste dans le groupe" in said
    assert "Une conseillère (fictive)" in said
    assert "heure de Paris" not in said


def test_an_open_session_offers_its_seats(client, tree, member):
    cafe = factories.make_cafe(tree.centre, capacity=16)
    fill(cafe, 12)
    client.force_login(member)
    stub = ticket(client, cafe)
    assert "4 places sur 16" in words(stub)
    assert stub.select_one("a.btn--accent").get_text(strip=True) == "S’inscrire"
    assert stub.select_one("a.btn--accent")["href"].endswith(f"/{cafe.pk}/inscription/")


def test_a_full_session_tells_the_rank_one_would_have(client, tree, member):
    cafe = factories.make_cafe(tree.centre, capacity=2)
    fill(cafe, 2)
    fill(cafe, 3, "attente")
    client.force_login(member)
    stub = ticket(client, cafe)
    assert "Complet" in words(stub)
    assert "Vous seriez 4 e dans la file" in words(stub)
    assert stub.select_one("a.btn--accent").get_text(strip=True) == "Rejoindre la file"


def test_no_seat_at_all_offers_no_queue(client, tree, member):
    cafe = factories.make_cafe(tree.centre, capacity=0)
    client.force_login(member)
    stub = ticket(client, cafe)
    assert "Complet" in words(stub)
    assert stub.select_one("a.btn--accent") is None


def test_someone_registered_manages_her_seat(client, tree, member):
    cafe = factories.make_cafe(tree.centre)
    book(cafe, member)
    client.force_login(member)
    stub = ticket(client, cafe)
    assert "Vous êtes inscrit·e" in words(stub)
    assert "Gérer mon inscription" in words(stub)
    assert "S’inscrire" not in words(stub)


def test_someone_who_waits_reads_her_rank(client, tree, member):
    cafe = factories.make_cafe(tree.centre, capacity=1)
    fill(cafe, 1)
    first = fill(cafe, 1, "attente")[0]
    book(cafe, member, "attente")
    client.force_login(member)
    assert "Vous êtes 2 e dans la file" in words(ticket(client, cafe))
    client.force_login(first.user)
    assert "Vous êtes en tête de la file" in words(ticket(client, cafe))


LINK = "https://visio.example.org/salle"


@pytest.mark.parametrize(
    ("starts_in", "shown"),
    [
        (dt.timedelta(hours=23), True),
        (dt.timedelta(minutes=-30), True),
        (dt.timedelta(hours=25), False),
        (dt.timedelta(days=-1), False),
    ],
)
def test_the_way_in_shows_near_the_time_to_who_is_confirmed(client, tree, member, starts_in, shown):
    cafe = factories.make_cafe(tree.centre, starts_in=starts_in)
    book(cafe, member)
    client.force_login(member)
    page = client.get(cafe.url).content.decode()
    # The way in is a button of ours, which notes that she came; the address itself stands in no page.
    assert (reverse("registrations:join", args=[cafe.pk]) in page) is shown
    assert LINK not in page


@pytest.mark.parametrize("state", ["attente", "annulee", None])
def test_the_way_in_shows_to_nobody_else(client, tree, member, state):
    cafe = factories.make_cafe(tree.centre, starts_in=dt.timedelta(hours=1))
    if state:
        book(cafe, member, state)
    client.force_login(member)
    assert LINK not in client.get(cafe.url).content.decode()


def test_a_cancelled_session_gives_no_way_in(client, tree, member):
    cafe = factories.make_cafe(tree.centre, starts_in=dt.timedelta(hours=1))
    book(cafe, member)
    EventState.objects.update_or_create(
        event=cafe, defaults={"cancelled_at": timezone.now(), "cancellation_reason": "Une autre date suit."}
    )
    client.force_login(member)
    stub = ticket(client, cafe)
    assert "Ce rendez-vous n’aura pas lieu. Une autre date suit." in words(stub)
    assert LINK not in client.get(cafe.url).content.decode()
    assert stub.select_one("a.btn--accent") is None


def test_without_registration_the_way_in_is_for_every_reader_near_the_time(client, tree):
    common = {"registration_mode": "aucune", "audience": "public"}
    soon = factories.make_cafe(tree.centre, starts_in=dt.timedelta(hours=2), **common)
    later = factories.make_cafe(tree.centre, starts_in=dt.timedelta(days=3), **common)
    assert LINK in client.get(soon.url).content.decode()
    assert LINK not in client.get(later.url).content.decode()


def test_registration_elsewhere_leads_there(client, tree):
    there = "https://inscriptions.example.org/"
    cafe = factories.make_cafe(
        tree.centre, audience="public", registration_mode="externe", registration_url=there
    )
    assert ticket(client, cafe).select_one("a.btn--accent")["href"] == there


def test_an_anonymous_reader_signs_in_and_comes_back_to_register(client, tree):
    cafe = factories.make_cafe(tree.centre, audience="public")
    button = ticket(client, cafe).select_one("a.btn--accent")
    assert button.get_text(strip=True) == "Se connecter pour s’inscrire"
    assert button["href"] == f"/compte/login/?next=/rendez-vous/{cafe.pk}/inscription/"


def test_a_pending_account_is_told_why(client, tree, pending):
    cafe = factories.make_cafe(tree.centre, audience="public")
    client.force_login(pending)
    assert "attend sa validation" in words(ticket(client, cafe))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"registration_opens_at": dt.timedelta(days=1)}, "Les inscriptions ouvrent le"),
        ({"registration_closes_at": -dt.timedelta(days=1)}, "Les inscriptions sont closes"),
        ({"registration_closes_at": dt.timedelta(days=1)}, "Inscriptions jusqu’au"),
    ],
)
def test_the_window_of_registration_is_said(client, tree, member, fields, says):
    dates = {name: timezone.now() + away for name, away in fields.items()}
    cafe = factories.make_cafe(tree.centre, **dates)
    client.force_login(member)
    assert says in words(ticket(client, cafe))


def test_a_past_session_says_what_it_leaves(client, tree, member):
    fiche = factories.make_fiche(tree.centre, title="Dix jours avant la paie")
    hidden = factories.make_fiche(tree.centre, title="Un brouillon", live=False)
    cafe = factories.make_cafe(
        tree.centre,
        starts_in=-dt.timedelta(days=3),
        takeaways="<p>Refaire le plan sur une feuille.</p>",
        about="<p>De la paie.</p>",
        related_pages=[fiche, hidden],
    )
    client.force_login(member)
    page = BeautifulSoup(client.get(cafe.url).content, "html.parser")
    thread = page.select_one(".thread")
    assert "Ce rendez-vous a laissé une fiche" in words(thread)
    assert thread.a["href"] == fiche.url
    assert "Un brouillon" not in page.get_text()
    assert "Ce qu’on en retient" in page.get_text()
    assert "De quoi parlait-on" in page.get_text()
    assert "S’inscrire" not in page.get_text()
    assert "A eu lieu" in words(page.select_one(".event-ticket"))


def test_before_it_the_same_fiche_is_something_to_read(client, tree, member):
    fiche = factories.make_fiche(tree.centre, title="Dix jours avant la paie")
    cafe = factories.make_cafe(tree.centre, related_pages=[fiche], takeaways="<p>Écrit trop tôt.</p>")
    client.force_login(member)
    page = BeautifulSoup(client.get(cafe.url).content, "html.parser")
    assert "À lire avant de venir" in page.get_text()
    assert page.select_one(".thread") is None
    assert "Écrit trop tôt" not in page.get_text()


def test_a_reserved_fiche_is_not_named_to_who_may_not_read_it(client, tree, member):
    fiche = factories.make_fiche(tree.centre, title="Réservée", audience="reseau")
    cafe = factories.make_cafe(tree.centre, audience="public", related_pages=[fiche])
    assert "Réservée" not in client.get(cafe.url).content.decode()
    client.force_login(member)
    assert "Réservée" in client.get(cafe.url).content.decode()


def test_the_other_dates_of_a_cycle_are_told(client, tree, member):
    cycle = Cycle.objects.create(title="Deux matinées", slug="deux-matinees")
    first = factories.make_cafe(tree.centre, cycle=cycle, title="Première")
    factories.make_cafe(tree.centre, cycle=cycle, title="Deuxième", starts_in=dt.timedelta(days=30))
    factories.make_cafe(tree.centre, cycle=cycle, title="Brouillon", live=False)
    client.force_login(member)
    more = BeautifulSoup(client.get(first.url).content, "html.parser").select_one(".event__more")
    assert "Deux matinées" in words(more)
    assert "Deuxième" in words(more)
    assert "Brouillon" not in words(more)


def test_a_reserved_session_is_closed_to_strangers_and_pending_accounts(client, tree, pending):
    cafe = factories.make_cafe(tree.centre)
    response = client.get(cafe.url)
    assert response.status_code == 302
    assert response.url.startswith("/compte/login/?next=")
    client.force_login(pending)
    assert client.get(cafe.url).status_code == 403


# -- the hour where the reader is


def test_someone_in_guyane_reads_her_own_hour(client, tree, taxonomy, member):
    Profile.objects.update_or_create(user=member, defaults={"region": taxonomy.guyane})
    start = dt.datetime(2030, 11, 26, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
    cafe = factories.make_cafe(tree.centre, start=start)
    client.force_login(member)
    said = words(ticket(client, cafe))
    assert "5 h 30 à Cayenne" in said
    assert "heure de Paris" in said


def test_a_meeting_held_elsewhere_tells_the_hour_there_once(client, tree, taxonomy, member):
    Profile.objects.update_or_create(user=member, defaults={"region": taxonomy.guyane})
    cafe = factories.make_cafe(tree.centre, place="Cayenne", time_zone="America/Cayenne")
    client.force_login(member)
    assert words(ticket(client, cafe)).count("à Cayenne") == 1


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Paris", ""),
        ("Europe/Madrid", ""),  # the same clock
        ("Indian/Reunion", f"12{NBSP}h{NBSP}30 à La Réunion"),
        ("America/Martinique", f"4{NBSP}h{NBSP}30 en Martinique"),
        ("Pacific/Tahiti", f"22{NBSP}h{NBSP}30 à Tahiti, la veille"),
        ("America/Argentina/Buenos_Aires", f"5{NBSP}h{NBSP}30 à Buenos Aires"),
        ("Nulle/Part", ""),
        ("../../etc/passwd", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_hour_elsewhere(zone, said):
    assert local_hours(dt.datetime(2026, 11, 27, 9, 30, tzinfo=ZoneInfo("Europe/Paris")), zone) == said


def test_an_hour_elsewhere_may_be_of_the_next_day():
    start = dt.datetime(2026, 11, 26, 18, 0, tzinfo=ZoneInfo("Europe/Paris"))
    assert local_hours(start, "Pacific/Noumea") == f"4{NBSP}h à Nouméa, le lendemain"


# -- lists and queries


def test_the_list_shows_what_comes_then_what_is_past(client, tree, member):
    factories.make_cafe(tree.centre, title="à venir")
    factories.make_cafe(tree.centre, title="passé", starts_in=-dt.timedelta(days=2))
    client.force_login(member)
    coming, past = (client.get(f"/cafes/{query}").content.decode() for query in ("", "?periode=passe"))
    assert "à venir</a>" in coming.replace("\n", "")
    assert "passé</a>" not in coming
    assert "passé</a>" in past


def test_an_empty_list_invites(client, tree, member):
    assert "Se connecter" in client.get("/cafes/").content.decode()
    client.force_login(member)
    assert "Aucune date annoncée" in client.get("/cafes/").content.decode()


@pytest.mark.parametrize("starts_in", [dt.timedelta(days=2), -dt.timedelta(days=2)])
def test_queries_of_a_page_do_not_grow_with_what_it_is_tied_to(client, tree, taxonomy, member, starts_in):
    themes = [taxonomy.tresorerie, taxonomy.gouvernance]
    for theme in themes:
        factories.make_theme_page(tree, theme)
    cycle = Cycle.objects.create(title="Cycle", slug="cycle")

    def make(number):
        related = [factories.make_fiche(tree.centre, themes=themes) for _ in range(number)]
        cafe = factories.make_cafe(
            tree.centre, starts_in=starts_in, cycle=cycle, themes=themes[:number], related_pages=related
        )
        for day in range(number):
            factories.make_cafe(tree.centre, cycle=cycle, starts_in=starts_in + dt.timedelta(hours=day))
        fill(cafe, number)
        return cafe

    def count(event) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(event.url).status_code == 200
        return len(captured)

    client.force_login(member)
    small, big = make(1), make(5)
    count(small)
    assert count(big) <= count(small)
