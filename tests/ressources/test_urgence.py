"""The emergency page: always public, by department, whatever is asked."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.themes.models import Departement
from ressources.models import DispositifPage, UrgencePage
from ressources.templatetags.urgence_tags import is_stale, lead_items, site_name
from tests import factories

pytestmark = pytest.mark.django_db
UNKNOWN = "Ce code de département n’existe pas."


@pytest.fixture
def schemes(tree, taxonomy):
    """Two national schemes of different needs, and one that exists in Ille-et-Vilaine alone."""
    Departement.objects.create(code="01", label="Ain")
    return {
        "ccsf": factories.make_scheme(tree.urgence, title="CCSF", nature="etalement", eligible="conditions"),
        "ags": factories.make_scheme(tree.urgence, title="AGS", nature="urgence-sociale", eligible="oui"),
        "local": factories.make_scheme(
            tree.urgence,
            title="Cellule bretonne",
            nature="conseil",
            national=False,
            departements=[taxonomy.ille_et_vilaine],
        ),
    }


def body(client, address="/urgence/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_anyone_reads_it_and_its_schemes(client, schemes):
    assert "CCSF" in body(client)
    for scheme in schemes.values():
        assert scheme.title in body(client, scheme.url)


def test_no_editor_can_close_it(tree):
    for model in (UrgencePage, DispositifPage):
        panels = str(model.content_panels)
        assert "audience" not in panels
    assert tree.urgence.audience == "public"


def test_all_schemes_without_a_department(client, schemes):
    text = body(client)
    assert all(scheme.title in text for scheme in schemes.values())


def test_the_department_keeps_national_desks_and_its_own(client, schemes):
    here, elsewhere = body(client, "/urgence/?departement=35"), body(client, "/urgence/?departement=01")
    assert "Cellule bretonne" in here
    assert "Ille-et-Vilaine (35)" in here
    assert "Cellule bretonne" not in elsewhere
    assert all(national in text for text in (here, elsewhere) for national in ("CCSF", "AGS"))


@pytest.mark.parametrize("code", ["35", " 35 ", "1", "01"])
def test_a_code_is_understood_as_people_write_it(client, schemes, code):
    assert UNKNOWN not in body(client, f"/urgence/?departement={code}")


@pytest.mark.parametrize("code", ["99", "20", "3515", "xx", "%F0%9F%98%80", "35%00x", "1" * 400, "'--"])
def test_an_unknown_code_gets_a_sentence_and_the_national_desks(client, schemes, code):
    text = body(client, f"/urgence/?departement={code}")
    assert UNKNOWN in text
    assert "CCSF" in text


@pytest.mark.parametrize("code", ["", "%00", "%20"])
def test_no_code_is_no_mistake(client, schemes, code):
    assert UNKNOWN not in body(client, f"/urgence/?departement={code}")


def test_desks_come_in_the_order_of_need_and_say_in_words_who_may_enter(client, schemes):
    page = BeautifulSoup(body(client), "html.parser")
    needs = [heading.get_text(strip=True) for heading in page.select(".need > h3")]
    assert needs == [
        "Protéger les salaires et les personnes",
        "Obtenir du temps pour payer",
        "Parler à quelqu’un, en confiance",
    ]
    ccsf = next(row for row in page.select(".scheme") if "CCSF" in row.get_text())
    assert "Sous conditions" in ccsf.get_text()
    assert "vérifié le" in ccsf.get_text()


def test_an_unpublished_scheme_is_nowhere(client, schemes):
    schemes["ags"].unpublish()
    assert "AGS" not in body(client)
    assert client.get(schemes["ags"].url).status_code == 410


def test_from_home_to_a_desk_in_three_actions(client, schemes):
    home = BeautifulSoup(body(client, "/"), "html.parser")
    link = home.select_one("header a[href='/urgence/']")
    page = BeautifulSoup(body(client, link["href"]), "html.parser")
    form = page.select_one("form.urgence__where")
    assert form["method"] == "get"
    assert form.select_one("select[name=departement] option[value='35']")
    address, anchor = form["action"].split("#")
    found = BeautifulSoup(body(client, f"{address}?departement=35"), "html.parser")
    assert found.find(id=anchor).select(".scheme")


def test_queries_do_not_grow_with_schemes(client, tree, taxonomy, schemes):
    body(client, "/urgence/?departement=35")
    with CaptureQueriesContext(connection) as few:
        body(client, "/urgence/?departement=35")
    for _ in range(5):
        factories.make_scheme(tree.urgence, whom="<p>Le greffe.</p>", departements=[taxonomy.ille_et_vilaine])
    with CaptureQueriesContext(connection) as many:
        body(client, "/urgence/?departement=35")
    assert len(many) <= len(few)


def test_a_clock_is_split_into_its_figure_and_its_words():
    figure, plain = lead_items(
        "<ul><li><b>45 jours</b> — pour <b>déclarer</b>.</li><li>Sans chiffre</li></ul>"
    )
    assert (figure.lead, figure.text) == ("45 jours", "pour <b>déclarer</b>.")
    assert (plain.lead, plain.text) == ("", "Sans chiffre")
    assert lead_items("") == []
    assert lead_items(None) == []


def test_a_scheme_is_stale_after_six_months(client, tree):
    today = timezone.localdate()
    assert not is_stale(today)
    assert not is_stale(None)
    assert is_stale(today - dt.timedelta(days=200))
    old = factories.make_scheme(tree.urgence, checked_on=today - dt.timedelta(days=200))
    assert "À revérifier" in body(client, old.url)
    assert "à revérifier" in body(client)


def test_an_address_is_written_as_one_types_it():
    assert site_name("https://www.urssaf.fr/") == "urssaf.fr"
    assert site_name("http://a.example.org/b/") == "a.example.org/b"
    assert site_name("") == ""


def test_the_emergency_page_shows_where_it_stands_among_the_four(client, tree, taxonomy):
    page = BeautifulSoup(body(client), "html.parser")
    (here,) = page.find("nav", class_="curve").find_all("a", attrs={"aria-current": True})
    assert here["href"] == "/urgence/"
