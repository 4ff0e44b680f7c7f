"""Home, themes, phases, glossary, health: what they show, and in how many queries."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.home.models import HomePage
from portal.home.skeleton import LEGAL, SECTIONS, ensure_site
from portal.themes.lists import load_lists
from portal.themes.models import Expansion, Terme
from tests import factories

pytestmark = pytest.mark.django_db


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def publish_some(tree, taxonomy, number):
    for position in range(number):
        filed = {
            "themes": [taxonomy.tresorerie],
            "phases": [taxonomy.anticiper],
            "regions": [taxonomy.bretagne],
        }
        factories.make_fiche(tree.centre, secteurs=[taxonomy.culture], **filed)
        factories.make_cafe(
            tree.centre, audience="public", starts_in=dt.timedelta(days=position + 1), **filed
        )
        factories.make_webinar(
            tree.centre, starts_in=dt.timedelta(days=-position - 2), transcript_vtt=factories.VTT, **filed
        )
        factories.make_tool(tree.centre, **filed)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/themes/",
        "/themes/gestion-financiere-et-tresorerie/",
        "/ressources/",
        "/ressources/?type=outil",
        "/webinaires/",
        "/cafes/",
        "/agenda/",
        "/centres/",
        "/centres/crdla-financement/",
    ],
)
def test_queries_do_not_grow_with_content(client, tree, taxonomy, address):
    factories.make_theme_page(tree, taxonomy.tresorerie)
    publish_some(tree, taxonomy, 1)
    client.get(address)  # warms what is read once per process
    few = queries(client, address)
    publish_some(tree, taxonomy, 3)
    assert queries(client, address) <= few + 1, address


def test_home_shows_what_comes_and_what_is_new(client, tree, taxonomy, member):
    cafe = factories.make_cafe(tree.centre, title="Un café réservé")
    fiche = factories.make_fiche(tree.centre, title="Une fiche ouverte")
    anonymous = client.get("/").content.decode()
    assert "Une fiche ouverte" in anonymous
    assert cafe.title not in anonymous
    client.force_login(member)
    signed_in = client.get("/").content.decode()
    assert cafe.title in signed_in
    assert fiche.title in signed_in


def test_glossary_sorts_terms_by_letter(client, tree):
    for sigle, text in (
        ("CCSF", "commission des chefs de services financiers"),
        ("AGS", "garantie des salaires"),
    ):
        terme = Terme(sigle=sigle, slug=sigle.lower())
        terme.expansions = [Expansion(text=text)]
        terme.save()
    body = client.get("/glossaire/").content.decode()
    assert body.index("AGS") < body.index("CCSF")
    assert 'id="ccsf"' in body


def test_a_new_installation_has_its_tree_and_keeps_its_edits(client, db):
    load_lists()
    home = ensure_site(hostname="testserver")
    expected = {slug for _, slug, _, _ in SECTIONS} | {slug for slug, _ in LEGAL}
    assert {page.slug for page in home.get_children()} == expected
    home.title = "Un autre titre"
    home.save_revision().publish()
    ensure_site(hostname="testserver")
    assert HomePage.objects.get().title == "Un autre titre"
    for page in home.get_children():
        assert client.get(page.url).status_code == 200, page.slug


@pytest.mark.parametrize("page", ["99999", "abc", "-1", "0", "", "1" * 500, "%00", "1e9"])
@pytest.mark.parametrize(
    "address", ["/ressources/", "/cafes/", "/webinaires/", "/agenda/", "/themes/gouvernance/"]
)
def test_any_page_number_is_answered(client, tree, taxonomy, address, page):
    factories.make_theme_page(tree, taxonomy.gouvernance)
    assert client.get(f"{address}?page={page}").status_code == 200


def test_feed_and_sitemap_are_well_formed(client, tree):
    from xml.etree import ElementTree

    factories.make_fiche(tree.centre, title="Une fiche & son esperluette")
    for address in ("/flux.atom", "/sitemap.xml"):
        ElementTree.fromstring(client.get(address).content)


def test_health_says_what_ails(client, db, monkeypatch):
    from portal.background.models import JobRun
    from portal.notifications.models import OutgoingMessage
    from search.engines.base import Health
    from search.models import IndexChange

    state = {"ok": True}
    engine = type("Engine", (), {"health": lambda self: Health(ok=state["ok"], detail="")})()
    monkeypatch.setattr("portal.home.health.get_engine", lambda: engine)
    assert client.get("/sante/").json() == {"status": "ok", "database": "ok", "search": "ok", "queue": "ok"}
    state["ok"] = False
    response = client.get("/sante/")
    assert response.status_code == 503
    assert response.json()["search"] == "down"
    state["ok"] = True
    then = timezone.now() - dt.timedelta(hours=1)
    OutgoingMessage.objects.create(
        recipient="a@exemple.test",
        sender="b@exemple.test",
        subject="s",
        message_id="<x@y>",
        created_at=then,
        next_try_at=then,
    )
    assert client.get("/sante/").json()["queue"] == "mail is late"
    OutgoingMessage.objects.all().delete()
    IndexChange.objects.create(target="document", name="fiche", key="1", created_at=then, next_try_at=then)
    assert client.get("/sante/").json()["queue"] == "index is late"
    IndexChange.objects.all().delete()
    # On PostgreSQL a job that never ran sorts first: it must not hide that the others are late.
    JobRun.objects.create(name="a")
    JobRun.objects.create(name="b", last_started_at=then)
    assert client.get("/sante/").json()["queue"] == "clock is late"


def test_machines_are_told_where_to_read(client, tree):
    body = client.get("/robots.txt").content.decode()
    assert "Disallow: /recherche" in body
    assert "/sitemap.xml" in body


@pytest.mark.parametrize(
    "address",
    [
        "/rendez-vous/{}/calendrier.ics",
        "/rendez-vous/{}/inscription/",
        "/rendez-vous/{}/desinscription/",
        "/ressources/{}/utilisee/",
        "/webinaires/{}/transcription.vtt",
    ],
)
def test_a_number_that_no_table_holds_is_not_found(client, tree, member, address):
    client.force_login(member)
    assert client.get(address.format("9" * 23)).status_code == 404


def test_an_expired_form_gets_a_french_sentence(tree):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/lettre/", {"email": "a@exemple.test"})
    assert response.status_code == 403
    assert "rien n’a changé" in response.content.decode()


def test_an_editor_sees_who_waits(client, tree, admin, centre_user):
    client.force_login(admin)
    assert "0\u00a0demande d’accès" in client.get("/admin/").content.decode()
    client.force_login(centre_user)
    assert "demande d’accès" not in client.get("/admin/").content.decode()


def test_a_tool_says_by_words_when_it_serves(client, tree, taxonomy):
    """Its colour is that of tools, on every page; the moment is a word and a shape."""
    factories.make_tool(tree.centre, phases=[taxonomy.anticiper], themes=[taxonomy.tresorerie])
    theme = factories.make_theme_page(tree, taxonomy.tresorerie)
    for address in (theme.url, "/ressources/?type=outil"):
        card = BeautifulSoup(client.get(address).content, "html.parser").find("li", class_="card")
        assert card["class"] == ["card", "card--outil"]
        assert card.find("span", class_="dot").get_text(strip=True) == taxonomy.anticiper.short_label


def test_a_sheet_of_paper_says_where_it_comes_from(client, tree):
    page = BeautifulSoup(client.get("/ressources/?type=outil").content, "html.parser")
    assert page.find("footer", class_="site-footer").find("p", class_="print-only").string == (
        "testserver/ressources/"
    )
