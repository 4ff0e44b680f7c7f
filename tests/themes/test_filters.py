"""What a list is narrowed by: the closed lists, as its address names them."""

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from portal.themes.filters import KINDS, read_filters
from tests import factories

pytestmark = pytest.mark.django_db


def listed(client, address: str) -> set[str]:
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return {card.h3.get_text(strip=True) for card in page.find_all("li", class_="card")}


@pytest.fixture
def fiches(tree, taxonomy):
    make = factories.make_fiche
    make(tree.centre, title="Ici", themes=[taxonomy.tresorerie], regions=[taxonomy.bretagne])
    make(tree.centre, title="Partout", themes=[taxonomy.tresorerie], phases=[taxonomy.urgence])
    make(tree.centre, title="Autre chose", themes=[taxonomy.gouvernance], secteurs=[taxonomy.culture])
    make(tree.centre, title="Entre nous", themes=[taxonomy.tresorerie], audience="reseau")
    return taxonomy


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", {"Ici", "Partout", "Autre chose"}),
        ("theme={0.tresorerie.slug}", {"Ici", "Partout"}),
        ("phase={0.urgence.slug}", {"Partout"}),
        ("secteur={0.culture.slug}", {"Autre chose"}),
        # Who looks for hers finds what holds everywhere.
        ("region={0.bretagne.slug}", {"Ici", "Partout", "Autre chose"}),
        ("theme={0.tresorerie.slug}&region={0.bretagne.slug}", {"Ici", "Partout"}),
        ("theme={0.gouvernance.slug}&phase={0.urgence.slug}", set()),
    ],
)
def test_fiches_are_narrowed(client, fiches, asked, expected):
    assert listed(client, f"/ressources/?{asked.format(fiches)}") == expected


@pytest.mark.parametrize("asked", ["theme=rien", "theme=%00", "theme=" + "x" * 3000, "region='", "phase="])
def test_what_no_list_holds_narrows_nothing(client, fiches, asked):
    assert listed(client, f"/ressources/?{asked}") == {"Ici", "Partout", "Autre chose"}


def test_nothing_left_says_what_to_do(client, fiches):
    address = f"/ressources/?theme={fiches.gouvernance.slug}&phase={fiches.urgence.slug}"
    page = BeautifulSoup(client.get(address).content, "html.parser")
    assert "Rien ne réunit ces filtres" in page.find("div", class_="empty").get_text()
    pills = page.find("ul", class_="pills")
    assert [link["href"] for link in pills.find_all("a")] == [
        f"?phase={fiches.urgence.slug}",
        f"?theme={fiches.gouvernance.slug}",
        "/ressources/",
    ]


def test_filters_stay_from_fiches_to_tools(client, tree, fiches):
    factories.make_tool(tree.centre, title="Un classeur", themes=[fiches.tresorerie])
    factories.make_tool(tree.centre, title="Une charte", themes=[fiches.gouvernance])
    asked = f"theme={fiches.tresorerie.slug}"
    page = BeautifulSoup(client.get(f"/ressources/?{asked}").content, "html.parser")
    tools = page.find("nav", class_="tabs").find("a", string=lambda text: text == "Outils")
    tools = tools or page.find("nav", class_="tabs").find_all("a")[1]
    assert listed(client, f"/ressources/{tools['href']}") == {"Un classeur"}
    form = BeautifulSoup(client.get(f"/ressources/{tools['href']}").content, "html.parser").find(
        "form", class_="filters__form"
    )
    assert form.find("input", attrs={"name": "type"})["value"] == "outil"
    assert form.find("option", selected=True)["value"] == fiches.tresorerie.slug


def test_a_pill_leads_to_the_first_page(fiches):
    query = QueryDict(f"theme={fiches.tresorerie.slug}&region={fiches.bretagne.slug}&page=3")
    theme, region = read_filters(query, ("theme", "region"))
    assert (theme.label, region.label) == (fiches.tresorerie.label, fiches.bretagne.label)
    assert theme.without == f"?region={fiches.bretagne.slug}"


def test_the_lists_are_read_at_once(fiches, django_assert_num_queries):
    names = tuple(KINDS)
    read_filters(QueryDict(), names)
    with django_assert_num_queries(1):
        filters = read_filters(QueryDict(), names)
    assert all(one.choices and not one.chosen for one in filters)
