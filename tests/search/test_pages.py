"""``/recherche/``, its JSON and its suggestions: what a reader gets, whatever they send."""

import datetime as dt
import json
import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from portal.themes.models import Terme
from search.engines.base import SearchUnavailable
from search.forms import SearchParameters
from search.results import Facet, Option
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(index, tree, taxonomy, bring_up_to_date):
    for acronym, meanings in (
        ("DLA", ["dispositif local d'accompagnement"]),
        ("CA", ["conseil d'administration", "chiffre d'affaires"]),
    ):
        terme = Terme(sigle=acronym, slug=acronym.lower(), ambiguous=len(meanings) > 1)
        for text in meanings:
            terme.expansions.create(text=text)
        terme.save()
    factories.make_fiche(
        tree.centre,
        title="Tenir la trésorerie",
        summary="Un plan sur treize semaines.",
        themes=[taxonomy.tresorerie],
        phases=[taxonomy.anticiper],
        regions=[taxonomy.bretagne],
    )
    factories.make_fiche(
        tree.centre,
        title="Réunir le conseil d’administration",
        themes=[taxonomy.gouvernance],
        phases=[taxonomy.urgence],
    )
    factories.make_fiche(
        tree.centre, title="Trésorerie entre nous", audience="reseau", themes=[taxonomy.gouvernance]
    )
    factories.make_tool(tree.centre, title="Tableau de trésorerie", themes=[taxonomy.tresorerie])
    factories.make_scheme(
        tree.urgence,
        title="Salaires impayés",
        slug="salaires",
        summary="La structure ne peut plus payer les salaires.",
    )
    bring_up_to_date()


def get(client, query="", **headers):
    return client.get(f"/recherche/?{query}", headers=headers)


def get_json(client, query=""):
    return client.get(f"/recherche.json?{query}").json()


def found(client, query):
    return {hit["title"] for hit in get_json(client, query)["hits"]}


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("&nbsp;", " ").split())


def test_the_addresses():
    assert reverse("search") == "/recherche/"
    assert reverse("search_json") == "/recherche.json"
    assert reverse("search_suggestions") == "/recherche/suggestions"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tresorerie", {"Tenir la trésorerie", "Tableau de trésorerie"}),
        ("trésoreries", {"Tenir la trésorerie", "Tableau de trésorerie"}),
        ("tresorrerie", {"Tenir la trésorerie", "Tableau de trésorerie"}),
        ("plan de l'tresorerie", {"Tenir la trésorerie"}),
    ],
)
def test_queries_find_what_they_should(client, content, query, expected):
    assert expected <= found(client, f"q={query}&type=fiche&type=outil")


@pytest.mark.parametrize("query", ["salaires impayés", "ne peut plus payer les salaires"])
def test_who_cannot_pay_is_led_to_the_emergency(client, content, query):
    assert get_json(client, f"q={query}")["hits"][0]["title"] == "Salaires impayés"


#: The term, and the emergency page, whose last part says what the DLA does next.
DLA = {"DLA", "Urgence"}


def test_an_acronym_and_its_expansion_find_the_same(client, content):
    assert found(client, "q=DLA") == found(client, "q=dispositif local d'accompagnement") == DLA
    assert "Réunir le conseil d’administration" in found(client, "q=CA")
    page = text_of(get(client, "q=CA"))
    assert "CA : conseil d’administration ou chiffre d’affaires ?" in page


def test_the_page_works_without_a_script(client, content):
    response = get(client, "q=trésorerie&type=fiche")
    assert response.status_code == 200
    html = re.sub(r"\s+", " ", response.content.decode())
    assert '<form id="recherche"' in html
    assert 'method="get"' in html
    assert "Appliquer" in html
    assert 'name="type" value="fiche" checked' in html
    assert 'name="type" value="outil"' in html, "what is not chosen can be added"
    assert "<mark>trésorerie</mark>" in html
    assert 'aria-label="Retirer le filtre Fiche"' in html
    assert "noindex" in html
    assert response["X-Robots-Tag"] == "noindex"


def test_htmx_gets_the_part_that_changes_and_the_history_the_page(client, content):
    part = get(client, "q=trésorerie", **{"HX-Request": "true"})
    assert b"<html" not in part.content
    swapped = re.findall(r'id="(\w+)"[^>]* data-hx-swap-oob="true"', part.content.decode())
    assert swapped == ["barre", "facettes"]
    assert b'id="resultats"' in part.content
    assert "trésorerie" in re.search(r"<title>([^<]+)</title>", part.content.decode())[1]
    assert "HX-Request" in part["Vary"]
    whole = get(client, "q=trésorerie", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in whole.content


def test_facets_combine_and_their_counts_hold(client, content, taxonomy):
    data = get_json(client, "q=trésorerie")
    counts = {option["value"]: option["count"] for option in data["facets"]["type"]}
    for value, count in counts.items():
        assert get_json(client, f"q=trésorerie&type={value}")["total"] == count
    both = get_json(client, "q=trésorerie&type=fiche&type=outil")
    assert both["total"] == counts["fiche"] + counts["outil"]
    narrowed = get_json(client, f"q=trésorerie&type=fiche&theme={taxonomy.tresorerie.slug}")
    assert narrowed["total"] == 1
    assert {o["value"]: o["count"] for o in narrowed["facets"]["type"]}["outil"] == 1


def test_a_chip_removes_its_filter_and_nothing_else(client, content, taxonomy):
    html = get(client, "q=trésorerie&type=fiche&region=bretagne&tri=date").content.decode()
    (address,) = re.findall(r'href="([^"]+)"\s+aria-label="Retirer le filtre Bretagne"', html)
    assert address.replace("&amp;", "&").endswith("?q=tr%C3%A9sorerie&type=fiche&tri=date")


def test_the_json(client, content):
    data = get_json(client, "q=tresorerie")
    assert {"total", "hits", "facets", "engine", "took_ms"} <= set(data)
    assert data["engine"] == "embedded"
    assert data["total"] == len(data["hits"])
    hit = next(hit for hit in data["hits"] if hit["type"] == "fiche")
    assert hit["url"].startswith("/centres/crdla-financement/")
    assert hit["title_html"] == "Tenir la <mark>trésorerie</mark>"


def test_words_left_out_are_named(client, content):
    text = text_of(get(client, "q=trésorerie xylophone"))
    assert "Aucun contenu ne contient « xylophone » . Voici les résultats sans ce mot." in text


def test_nothing_found_shows_a_way_on(client, content):
    response = get(client, "q=zzzzzzzzz")
    assert response.status_code == 200
    assert "Nous n’avons rien trouvé pour « zzzzzzzzz »" in text_of(response)
    assert b'href="/urgence/"' in response.content


# --- Bad input

BAD_QUERIES = {
    "empty": "q=",
    "missing": "",
    "blank": "q=%20%20",
    "over-long": "q=" + "a" * 3000,
    "many words": "q=" + "+".join(f"mot{number}" for number in range(300)),
    "wildcard": "q=*",
    "wildcards": "q=*%3F*%25_",
    "nul": "q=tr%00esor",
    "control": "q=%07%1b%0a%0d",
    "bad utf-8": "q=%ff%fe",
    "surrogate": "q=%ed%a0%80",
    "emoji": "q=%F0%9F%8E%89",
    "right to left": "q=%E2%80%AE%D7%A9%D7%9C%D7%95%D7%9D",
    "tantivy syntax": "q=title%3A(foo+AND+%22bar%22~2+OR+%5Ba+TO+b%5D",
    "filter syntax": "q=audience+IN+%5B%22reseau%22%5D",
    "html": "q=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "quote": "q=%22",
    "minus": "q=-",
    "page too far": "q=&page=99999",
    "page a word": "q=&page=abc",
    "page zero": "q=&page=0",
    "page negative": "q=&page=-3",
    "page huge": "q=&page=" + "9" * 400,
    "page of another script": "q=&page=%D9%A3",
    "unknown facet value": "q=&type=inconnu",
    "facet injection": 'q=&theme=x"+OR+audience:"reseau',
    "facet nul": "q=&region=%00",
    "facet over-long": "q=&theme=" + "a" * 3000,
    "facet many": "q=" + "&theme=gouvernance" * 300,
    "unknown sort": "q=&tri=n-importe",
    "unknown parameter": "q=&foo=bar",
    "array": "q[]=a&q=b&q=c",
}


@pytest.mark.parametrize("query", BAD_QUERIES.values(), ids=BAD_QUERIES)
def test_bad_input_gets_a_page(client, content, query):
    for address in ("/recherche/", "/recherche.json", "/recherche/suggestions"):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 200, address
        assert b"<script>alert" not in response.content
        assert "Trésorerie entre nous" not in response.content.decode()
    json.loads(client.get(f"/recherche.json?{query}").content)


def test_bad_input_is_told(client, content):
    assert "Tapez au moins un mot" in text_of(get(client, "q=***"))
    assert "n’existent pas et n’ont pas compté : « inconnu »" in text_of(get(client, "q=&type=inconnu"))
    for long in ("+".join(f"mot{number}" for number in range(11)), "a" * 201):
        assert "seul son début a compté" in text_of(get(client, f"q={long}"))
    assert "voici la dernière" in text_of(get(client, "q=&page=99999"))
    assert "voici la dernière" not in text_of(get(client, "q=&page=abc"))


def test_only_reading(client, content):
    assert client.post("/recherche/").status_code == 405
    assert client.head("/recherche/").status_code == 200


# --- Audience, on every surface


def test_only_who_may_read_sees(client, content, member, pending, admin):
    hidden = "Trésorerie entre nous"
    for user, sees in ((None, False), (pending, False), (member, True)):
        client.logout()
        if user:
            client.force_login(user)
        for address in ("/recherche/?q=trésorerie", "/recherche/?q=", "/recherche.json?q=trésorerie+entre"):
            assert (
                hidden in client.get(address).content.decode().replace("<mark>", "").replace("</mark>", "")
            ) == sees
        data = get_json(client, "q=trésorerie&type=fiche")
        assert data["total"] == (2 if sees else 1)
        assert {o["value"]: o["count"] for o in data["facets"]["theme"]}.get("gouvernance", 0) == (
            1 if sees else 0
        )
        suggested = client.get("/recherche/suggestions?q=trésorerie+entre").json()["suggestions"]
        assert (hidden in [item["label"] for item in suggested]) == sees


def test_a_page_made_private_since_it_was_indexed_does_not_show(client, content, index):
    from ressources.models import FichePage

    FichePage.objects.filter(title="Tenir la trésorerie").update(audience="reseau")
    assert "Tenir la trésorerie" not in found(client, "q=trésorerie")
    assert "Tenir la" not in text_of(get(client, "q=trésorerie"))
    suggested = client.get("/recherche/suggestions?q=tenir").json()["suggestions"]
    assert suggested == []


# --- The engine is down


@pytest.fixture
def engine_down(index, monkeypatch):
    def away(self, *args, **kwargs):
        raise SearchUnavailable("away")

    monkeypatch.setattr(type(index), "search", away)
    monkeypatch.setattr(type(index), "suggest", away)


def test_without_an_engine_the_database_answers_and_says_so(client, content, engine_down, member):
    response = get(client, "q=trésorerie")
    assert response.status_code == 200
    assert "momentanément indisponible" in text_of(response)
    assert found(client, "q=trésorerie") == {"Tenir la trésorerie", "Tableau de trésorerie"}
    data = get_json(client, "q=trésorerie&type=outil")
    assert data["engine"] == "database"
    assert data["degraded"] is True
    assert data["total"] == 1
    client.force_login(member)
    assert "Trésorerie entre nous" in found(client, "q=trésorerie")
    assert client.get("/recherche/suggestions?q=tr").json() == {"suggestions": []}


@pytest.mark.parametrize("query", BAD_QUERIES.values(), ids=BAD_QUERIES)
def test_bad_input_without_an_engine(client, content, engine_down, query):
    assert get(client, query).status_code == 200


# --- What readers see in place of slugs


def test_a_new_name_of_a_theme_or_a_centre_is_seen_at_once(client, content, tree, taxonomy):
    assert "Gouvernance" in text_of(get(client, "q=conseil"))
    taxonomy.gouvernance.label = "Gouvernance et pouvoirs"
    taxonomy.gouvernance.save()
    tree.centre.title = "Centre du financement"
    tree.centre.save()
    text = text_of(get(client, "q=conseil"))
    assert "Gouvernance et pouvoirs" in text
    assert "Centre du financement" in text


def test_a_reserved_centre_is_named_to_members_only(client, content, tree, member):
    tree.centre.audience = "reseau"
    tree.centre.save()
    assert "CRDLA Financement" not in text_of(get(client, "q=conseil"))
    client.force_login(member)
    assert "CRDLA Financement" in text_of(get(client, "q=conseil"))


# --- Suggestions


def test_suggestions_are_data_in_groups(client, content):
    items = client.get("/recherche/suggestions?q=tr").json()["suggestions"]
    assert {"Tenir la trésorerie", "Tableau de trésorerie"} <= {item["label"] for item in items}
    assert all({"group", "label", "detail", "type", "url"} == set(item) for item in items)
    assert client.get("/recherche/suggestions").json() == {"suggestions": []}


@pytest.mark.parametrize("address", ["/", "/glossaire/", "/recherche/", "/n-existe-pas/"])
def test_every_search_box_asks_for_suggestions(client, content, address):
    boxes = re.findall(r'<input[^>]*type="search"[^>]*name="q"[^>]*>', client.get(address).content.decode())
    assert boxes
    assert all('data-suggestions="/recherche/suggestions"' in box for box in boxes)


# --- What is chosen keeps its place, and is named where it is taken back


def test_a_chosen_value_does_not_jump_to_the_top(client, content):
    def order(query):
        return [option["value"] for option in get_json(client, query)["facets"]["type"]]

    free = order("q=trésorerie")
    assert len(free) > 1
    assert order(f"q=trésorerie&type={free[-1]}") == free


def test_a_chosen_value_among_the_folded_ones_shows():
    options = tuple(Option("type", f"v{n}", f"V{n}", 1, selected=n == 9) for n in range(10))
    assert Facet("type", "Type", options).is_unfolded
    assert not Facet("type", "Type", options[:9]).is_unfolded


def test_everything_can_be_cleared_and_the_order_is_kept(client, content):
    html = get(client, "q=trésorerie&type=fiche&region=bretagne&tri=date").content.decode()
    (address,) = re.findall(r'class="chips__all"\s+href="([^"]+)"', html)
    assert address.replace("&amp;", "&").endswith("?q=tr%C3%A9sorerie&tri=date")
    assert "Tout effacer" in html
    one = get(client, "q=trésorerie&type=fiche").content.decode()
    assert "chips__all" not in one, "one filter has its own cross"
    assert 'name="tri" value="date"' in html, "the form sends the order with the rest"


def test_periods_say_what_they_are_about(client, content, tree, bring_up_to_date):
    factories.make_cafe(tree.centre, title="Trésorerie du mois", audience="public")
    bring_up_to_date()
    page = text_of(get(client, "q=trésorerie&periode=a-venir"))
    assert "Rendez-vous à venir" in page
    assert (
        "Retirer le filtre Rendez-vous à venir"
        in get(client, "q=trésorerie&periode=a-venir").content.decode()
    )


# --- Sentences that other services fill in


def render_part(template, **fields):
    parameters = SearchParameters(text="trezo")
    results = SimpleNamespace(query=SimpleNamespace(text="trezo"), parameters=parameters, **fields)
    return re.sub(r"\s+", " ", render_to_string(f"search/partials/{template}.html", {"results": results}))


def test_a_correction_is_offered_first():
    correction = SimpleNamespace(text="trésorerie", address="/recherche/?q=tr%C3%A9sorerie")
    html = render_part("notices", correction=correction)
    assert (
        'Vouliez-vous dire <a href="/recherche/?q=tr%C3%A9sorerie">«&nbsp;trésorerie&nbsp;»</a>&nbsp;?'
        in html
    )
    assert "Vouliez-vous dire" not in render_part("notices")


def test_a_place_leads_to_its_region():
    place = SimpleNamespace(
        sentence="35 : Ille-et-Vilaine.",
        label="Voir tout ce qui concerne la Bretagne",
        address="/recherche/?region=bretagne",
    )
    html = render_part("notices", places=[place])
    assert '35 : Ille-et-Vilaine. <a href="/recherche/?region=bretagne">Voir tout' in html


def test_nothing_found_proposes_the_nearest_theme_and_its_next_session():
    nearest = SimpleNamespace(
        themes=[("Gestion financière", "/themes/gestion/")],
        event=("Quand ça coince", "/cafe/", dt.datetime(2026, 12, 3, 9, 30, tzinfo=dt.UTC)),
    )
    html = render_part("rien", nearest=nearest)
    assert 'href="/themes/gestion/"' in html
    assert 'jeudi 3 décembre 2026&nbsp;: <a href="/cafe/">Quand ça coince</a>' in html
    assert 'href="/recherche/manque/?q=trezo"' in html
    without = render_part("rien", nearest=SimpleNamespace(themes=[], event=None))
    assert "Le thème le plus proche" not in without
    assert "vive voix" not in without
    assert "Signaler ce manque" in without


def test_no_gap_is_reported_while_the_engine_is_down():
    assert "Signaler ce manque" not in render_part("rien", is_degraded=True)
