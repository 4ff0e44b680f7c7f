"""What every page is made of: landmarks, titles, navigation, and nothing that the site's CSP forbids."""

import datetime as dt
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from django.views.defaults import server_error

from portal.home.models import PhasePage, StandardPage
from portal.registrations.models import Registration
from portal.themes.models import Expansion, Terme
from ressources.models import FichePage
from tests import factories
from tests.cards import card_of

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SPRITE = Path(settings.BASE_DIR) / "portal/static/portal/img/icons.svg"


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def site(tree, taxonomy):
    """One page of each type that this folder's templates show; returns name and address."""
    fiche = factories.make_fiche(
        tree.centre,
        title="Tenir trois mois",
        themes=[taxonomy.tresorerie],
        phases=[taxonomy.anticiper],
        secteurs=[taxonomy.culture],
        structures=[taxonomy.association],
        regions=[taxonomy.bretagne],
        en_bref="<ul><li>L’essentiel</li></ul>",
        chiffres=[("chiffre", {"valeur": "9 mois", "libelle": "d’accompagnement"})],
        etapes=[("etape", {"quand": "Octobre", "texte": "Premier rendez-vous."})],
        temoignage=[("citation", {"texte": "On a tenu.", "auteur": "Une présidente"})],
        vigilance="<p>Attention.</p>",
        staff="10-19",
        support="individuel",
        verified_on=dt.date(2026, 9, 12),
    )
    elsewhere = factories.make_fiche(
        tree.centre,
        demarche="",
        external_url="https://centre.example.org/fiche/",
        themes=[taxonomy.tresorerie],
    )
    tool = factories.make_tool(tree.centre, body="<p>Comment s’en servir.</p>", themes=[taxonomy.tresorerie])
    factories.make_cafe(
        tree.centre, audience="public", themes=[taxonomy.tresorerie], phases=[taxonomy.anticiper]
    )
    theme = factories.make_theme_page(tree, taxonomy.tresorerie)
    phase = tree.themes.add_child(
        instance=PhasePage(title="Anticiper", slug="anticiper", phase=taxonomy.anticiper)
    )
    page = tree.home.add_child(
        instance=StandardPage(
            title="À propos",
            slug="a-propos",
            body=[("section", {"titre": "Pour qui ?", "texte": "<p>Pour vous.</p>"})],
            shows_centres=True,
        )
    )
    term = Terme.objects.create(sigle="CAF", slug="caf")
    Expansion.objects.create(terme=term, text="caisse d'allocations familiales")
    return {
        "home": "/",
        "resources": "/ressources/",
        "tools": "/ressources/?type=outil",
        "fiche": fiche.url,
        "elsewhere": elsewhere.url,
        "tool": tool.url,
        "themes": "/themes/",
        "theme": theme.url,
        "phase": phase.url,
        "centres": "/centres/",
        "centre": tree.centre.url,
        "glossary": "/glossaire/",
        "editorial": page.url,
    }


NAMES = (
    "home", "resources", "tools", "fiche", "elsewhere", "tool", "themes", "theme", "phase", "centres", "centre",
    "glossary", "editorial",
)  # fmt: skip


@pytest.mark.parametrize("as_member", [False, True], ids=["anonymous", "member"])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_its_landmarks(client, site, member, name, as_member):
    if as_member:
        client.force_login(member)
    response = client.get(site[name])
    assert response.status_code == 200
    page = soup(response)
    assert page.html["lang"] == "fr"
    assert page.find("a", class_="skip")["href"] == "#contenu"
    assert page.find("main", id="contenu")
    assert len(page.find_all("main")) == 1
    assert len(page.find_all("h1")) == 1
    assert page.find("header", class_="site-header")
    assert page.find("footer", class_="site-footer")
    assert page.find("nav", attrs={"aria-label": "Principale"})
    header = page.find("header", class_="site-header")
    assert header.find("a", href="/urgence/")
    assert header.find("form", action="/recherche/") or header.find("a", href="/recherche/")
    assert "Entre pairs" in page.title.string
    assert page.find("meta", attrs={"name": "description"})["content"].strip()
    assert not page.find("meta", attrs={"name": "robots"})
    account = "/mon-espace/" if as_member else "/compte/login/"
    assert any(link["href"].startswith(account) for link in header.find_all("a"))


@pytest.mark.parametrize("name", NAMES)
def test_no_page_needs_what_the_csp_forbids(client, site, name):
    page = soup(client.get(site[name]))
    assert not page.find_all(style=True)
    assert not page.find_all("style")
    assert all(script.get("src") for script in page.find_all("script"))
    assert not [tag for tag in page.find_all() if any(attribute.startswith("on") for attribute in tag.attrs)]
    loaded = [tag.get("src") for tag in page.find_all(["script", "img"])]
    loaded += [
        tag["href"] for tag in page.find_all("link") if tag["rel"][0] in ("stylesheet", "preload", "icon")
    ]
    assert all(address.startswith("/") for address in loaded)


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_labels_lead_somewhere(client, site, member, name):
    client.force_login(member)
    page = soup(client.get(site[name]))
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        for tag in page.find_all(attrs={attribute: True}):
            assert set(tag[attribute].split()) <= set(ids)
    for link in page.find_all("a", href=re.compile(r"^#.")):
        assert link["href"][1:] in ids, link


@pytest.mark.parametrize("name", NAMES)
def test_headings_skip_no_level(client, site, name):
    page = soup(client.get(site[name]))
    levels = [int(tag.name[1]) for tag in page.main.find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), levels


@pytest.mark.parametrize(
    ("name", "label", "value"),
    [("resources", "Ressources", "page"), ("fiche", "Ressources", "true"), ("theme", "Thèmes", "true"),
     ("centre", "Centres", "true"), ("home", None, None)],
)  # fmt: skip
def test_the_navigation_says_where_one_is(client, site, name, label, value):
    nav = soup(client.get(site[name])).find("div", class_="site-nav")
    current = [
        (link.get_text(strip=True), link["aria-current"])
        for link in nav.find_all(attrs={"aria-current": True})
    ]
    assert current == ([(label, value)] if label else [])


def test_the_title_is_the_page_then_the_portal(client, site):
    assert soup(client.get(site["fiche"])).title.string == "Tenir trois mois – Entre pairs"
    assert soup(client.get("/")).title.string == "Entre pairs – le portail du réseau DLA"


def test_the_demonstration_says_so(client, site, settings):
    sentence = "les situations et les personnes sont fictives"
    settings.DEMO = False
    assert sentence not in client.get("/").content.decode()
    settings.DEMO = True
    assert sentence in client.get("/").content.decode()


def test_only_those_who_edit_see_the_way_to_the_admin(client, site, member, centre_user):
    client.force_login(member)
    assert not soup(client.get("/")).find("a", href="/admin/")
    client.force_login(centre_user)
    assert soup(client.get("/")).find("a", href="/admin/")


# --- Fiches


def test_a_fiche_shows_its_sections_in_order_with_its_contents(client, site):
    page = soup(client.get(site["fiche"]))
    contents = [link.get_text() for link in page.find("nav", class_="toc").ol.find_all("a")]
    assert contents == ["En bref", "Démarche", "Étapes", "Points de vigilance"]
    assert page.find("section", id="en-bref")["class"] == ["brief"]
    assert page.find("dl", class_="facts").dt.string == "9 mois"
    assert page.find("ol", class_="steps").li.b.string == "Octobre"
    assert page.find("figure", class_="quote").figcaption.string == "Une présidente"
    assert page.find("section", id="vigilance")["class"] == ["watch"]


def test_a_fiche_leads_to_what_is_filed_beside_it(client, site, taxonomy):
    identity = soup(client.get(site["fiche"])).find("dl", class_="ident")
    addresses = {link["href"] for link in identity.find_all("a")}
    assert addresses == {
        f"/recherche/?theme={taxonomy.tresorerie.slug}",
        f"/recherche/?phase={taxonomy.anticiper.slug}",
        f"/recherche/?secteur={taxonomy.culture.slug}",
        f"/recherche/?structure={taxonomy.association.slug}",
        f"/recherche/?region={taxonomy.bretagne.slug}",
    }
    assert "10 à 19 salarié·es" in identity.get_text()


def test_a_fiche_that_is_elsewhere_has_one_clear_way_to_it(client, site):
    page = soup(client.get(site["elsewhere"]))
    links = page.main.find_all("a", href="https://centre.example.org/fiche/")
    assert len(links) == 1
    assert not page.find("nav", class_="toc")


def test_only_a_member_is_offered_to_say_she_used_it(client, site, member, pending):
    fiche = FichePage.objects.get(title="Tenir trois mois")
    action = f"/ressources/{fiche.pk}/utilisee/"
    assert not soup(client.get(site["fiche"])).find("form", action=action)
    client.force_login(pending)
    assert not soup(client.get(site["fiche"])).find("form", action=action)
    client.force_login(member)
    form = soup(client.get(site["fiche"])).find("form", action=action)
    assert form["method"] == "post"
    client.post(action)
    page = soup(client.get(site["fiche"]))
    assert "Utilisée par 1\u00a0collègue" in page.find("section", class_="used-box").get_text()
    assert not page.find("button", string=re.compile("J’ai utilisé"))


def test_a_fiche_past_its_review_date_says_so(client, tree):
    today = timezone.localdate()
    late = factories.make_fiche(tree.centre, review_on=today - dt.timedelta(days=1))
    fresh = factories.make_fiche(tree.centre, review_on=today + dt.timedelta(days=1))
    assert "À revoir" in client.get(late.url).content.decode()
    assert "À revoir" not in client.get(fresh.url).content.decode()


# --- Lists


def test_pages_of_a_list_keep_the_query_string(client, tree):
    for _ in range(13):
        factories.make_tool(tree.centre)
    page = soup(client.get("/ressources/?type=outil"))
    following = page.find("a", rel="next")["href"]
    assert following == "?type=outil&page=2"
    second = soup(client.get("/ressources/" + following))
    assert len(second.find_all("li", class_="card")) == 1
    assert (
        second.find("nav", class_="pagination").find(attrs={"aria-current": "page"}).get_text(strip=True)
        == "Page2"
    )


def test_an_empty_list_invites(client, tree):
    page = soup(client.get("/ressources/"))
    assert page.find("div", class_="empty").a["href"] == "/themes/"


def test_the_themes_carry_their_number_of_fiches(client, site, tree, taxonomy):
    factories.make_fiche(tree.centre, themes=[taxonomy.tresorerie])
    factories.make_fiche(tree.centre, themes=[taxonomy.tresorerie], audience="reseau")
    entry = soup(client.get("/")).find("ul", class_="themes").find("a", href=site["theme"])
    assert entry.get_text(" ", strip=True).endswith("3 fiches")


def test_the_glossary_explains_by_letter(client, site):
    page = soup(client.get("/glossaire/"))
    assert page.find("a", href="#lettre-c")
    term = page.find(id="caf")
    assert term.dd.string == "caisse d’allocations familiales"


# --- Events in a list


def row(event) -> BeautifulSoup:
    card = render_to_string("components/card_event.html", {"event": card_of(event)})
    return BeautifulSoup(card, "html.parser")


def fill(event, confirmed, waiting=0):
    for number in range(confirmed + waiting):
        Registration.objects.create(
            event=event,
            user=factories.make_user(),
            state=Registration.State.CONFIRMED if number < confirmed else Registration.State.WAITING,
            created_at=timezone.now(),
        )


def test_a_date_reads_out_whole(tree):
    paris = timezone.get_default_timezone()
    cafe = factories.make_cafe(tree.centre, start=dt.datetime(2030, 11, 28, 9, 30, tzinfo=paris))
    block = row(cafe).time
    assert block["datetime"] == "2030-11-28T09:30:00+01:00"
    spoken = [part for part in block.find_all() if part.get("aria-hidden") != "true"]
    assert [part.get_text() for part in spoken] == ["jeudi 28 novembre 2030"]


@pytest.mark.parametrize(
    ("confirmed", "waiting", "said"),
    [(0, 0, "4 places sur 4"), (3, 0, "1 place sur 4"), (4, 0, "Complet"), (4, 3, "Complet, 3 en attente"),
     (3, 2, "Complet, 2 en attente")],
    ids=["free", "one left", "full", "full with a queue", "a freed seat belongs to the queue"],
)  # fmt: skip
def test_a_row_says_the_seats(tree, confirmed, waiting, said):
    cafe = factories.make_cafe(tree.centre, capacity=4)
    fill(cafe, confirmed, waiting)
    state = row(cafe).select_one(".state")
    assert state.p.get_text(" ", strip=True).replace("\xa0", " ").replace(" ,", ",") == said
    # One thing to do, whose name says which session it is for.
    [link] = state.find_all("a")
    expected = "Voir et s’inscrire" if "place" in said else "Attendre une place"
    assert " ".join(link.get_text().split()) == f"{expected} : {cafe.title}"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Réservé au réseau"),
        ({"audience": "public"}, "Ouvert au réseau"),
        ({"audience": "public", "open_to_pending": True}, "Ouvert à toutes et tous"),
        ({"audience": "public", "registration_mode": "aucune"}, "Ouvert à toutes et tous"),
        ({"audience": "public", "starts_in": dt.timedelta(days=-2)}, ""),
    ],
)
def test_a_row_says_for_whom(tree, fields, said):
    lock = row(factories.make_cafe(tree.centre, **fields)).select_one(".lock")
    assert (lock.get_text(strip=True) if lock else "") == said


def test_a_row_says_what_stands_in_the_way(tree):
    none = factories.make_cafe(tree.centre, registration_mode="aucune")
    elsewhere = factories.make_cafe(
        tree.centre, registration_mode="externe", registration_url="https://example.org/"
    )
    past = factories.make_cafe(tree.centre, starts_in=dt.timedelta(days=-2))
    assert "Sans inscription" in row(none).get_text()
    assert "Inscription sur un autre site" in row(elsewhere).get_text()
    assert "A eu lieu" in row(past).get_text()


def test_no_seat_at_all_is_not_unlimited(tree):
    assert "Complet" in row(factories.make_cafe(tree.centre, capacity=0)).get_text()
    assert "Complet" not in row(factories.make_cafe(tree.centre, capacity=None)).get_text()


@pytest.mark.parametrize(
    ("left", "capacity", "waiting", "taken"),
    [(16, 16, 0, 0), (4, 16, 0, 75), (0, 16, 0, 100), (0, 0, 0, 100), (2, 16, 1, 100)],
)
def test_the_seat_bar_follows_the_seats(left, capacity, waiting, taken):
    seats = {"left": left, "capacity": capacity, "waiting": waiting}
    html = render_to_string("components/seats.html", seats)
    bar = BeautifulSoup(html, "html.parser").find("rect", class_="seats__taken")
    # The rectangle runs from x to beyond 100 in a picture turned over: it shows from 0 to 100 - x.
    assert bar["transform"] == "matrix(-1 0 0 1 100 0)"
    assert 100 - int(bar["x"]) == taken


# --- Refusals


def test_a_reserved_page_is_not_indexed_and_says_it_is_reserved(client, tree, member):
    fiche = factories.make_fiche(tree.centre, audience="reseau")
    client.force_login(member)
    page = soup(client.get(fiche.url))
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert "Réservé au réseau" in page.find("header", class_="page-head").get_text()


def test_a_refusal_says_why_and_what_to_do(client, tree, pending):
    fiche = factories.make_fiche(tree.centre, audience="reseau")
    client.force_login(pending)
    response = client.get(fiche.url)
    assert response.status_code == 403
    page = soup(response)
    assert "n’est pas encore ouvert" in page.main.get_text()
    assert page.main.find("a", class_="btn")["href"] == "/mon-espace/"


def test_a_lost_page_offers_the_search(client, tree):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    page = soup(response)
    assert page.main.find("form", action="/recherche/").find("input", attrs={"name": "q"})
    assert page.main.find("a", href="/urgence/")


def test_the_error_page_needs_nothing():
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert soup(response).find("a", href="/urgence/")


# --- The sprite


def test_every_symbol_that_a_template_draws_is_in_the_sprite():
    known = set(re.findall(r'id="i-([\w-]+)"', SPRITE.read_text()))
    drawn = {}
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text()
        for name in re.findall(r'{% icon "([\w-]+)"', text) + re.findall(r'icon_name="([\w-]+)"', text):
            drawn[name] = template
    assert drawn
    assert {name: path for name, path in drawn.items() if name not in known} == {}


def test_every_kind_and_phase_has_its_symbol():
    from cafes.models import CafePage

    known = set(re.findall(r'id="i-([\w-]+)"', SPRITE.read_text()))
    kinds = {*CafePage.Format.values, "fiche", "outil", "dispositif", "webinaire", "replay", "theme", "page"}
    assert kinds | {"anticiper", "faire-face", "urgence", "rebondir"} <= known


def test_a_phase_page_shows_where_it_stands_among_the_four(client, site, taxonomy):
    curve = soup(client.get(site["phase"])).find("nav", class_="curve")
    links = curve.find_all("a")
    assert [link.find_parent("li")["class"][1] for link in links] == [
        f"phase--{phase.slug}" for phase in type(taxonomy.anticiper).objects.all()
    ]
    assert [link["href"] for link in links if link.get("aria-current")] == [site["phase"]]
    assert not soup(client.get(site["theme"])).find("nav", class_="curve")


def test_the_line_of_links_of_a_theme_leads_to_what_is_there(client, site):
    page = soup(client.get(site["theme"]))
    jumps = [link["href"] for link in page.find("nav", class_="jumps").find_all("a")]
    assert "#fiches" in jumps
    assert "#replays" not in jumps
    assert all(page.find(id=jump[1:]) for jump in jumps if jump.startswith("#"))
