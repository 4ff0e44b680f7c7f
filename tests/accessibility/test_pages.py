"""The statement, its grid and its plan: what the law's model asks for, and numbers that are those of the data."""

import csv
import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Site

from portal.accessibility import rgaa
from portal.accessibility.models import PlanPage, StatementPage
from portal.base.models import PortalSettings

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(tag) -> str:
    return " ".join(tag.get_text(" ").split())


@pytest.fixture
def statement(tree):
    page = tree.home.add_child(
        instance=StatementPage(
            title="Déclaration d’accessibilité",
            slug="accessibilite",
            entity="L’association Exemple",
            established_on=dt.date(2026, 11, 27),
        )
    )
    page.save_revision().publish()
    return page


def action(**values):
    return ("action", {"quoi": "Faire un audit", "qui": "", "echeance": TODAY, "etat": "a-faire", **values})


def make_plan(statement, **fields) -> PlanPage:
    values = {"title": "Plan", "slug": "plan", "first_year": TODAY.year, "last_year": TODAY.year + 2}
    return statement.add_child(instance=PlanPage(**{**values, **fields}))


def settings_of_the_site() -> PortalSettings:
    return PortalSettings.for_site(Site.objects.get(is_default_site=True))


# --- The mention


def test_every_page_says_the_state_and_where_to_report(client, tree, statement):
    for address in ("/", "/agenda/", "/compte/login/", "/recherche/"):
        footer = soup(client.get(address)).find("footer", class_="site-footer")
        assert words(footer.find("a", href="/accessibilite/")) == "Accessibilité : non conforme"
        assert footer.find("a", href=f"/accessibilite/signaler/?page={address}")


def test_the_mention_is_a_setting(client, tree, statement):
    identity = settings_of_the_site()
    identity.accessibility_state = "partielle"
    identity.accessibility_audited_on = TODAY - dt.timedelta(days=30)
    identity.full_clean()
    identity.save()
    page = soup(client.get("/"))
    assert words(page.find("footer").find("a", href="/accessibilite/")).endswith("partiellement conforme")


@pytest.mark.parametrize(
    "audited_on", [None, TODAY - dt.timedelta(days=3 * 365), TODAY + dt.timedelta(days=1)]
)
def test_without_a_valid_audit_it_is_non_conforme(tree, audited_on):
    identity = settings_of_the_site()
    identity.accessibility_state, identity.accessibility_audited_on = "totale", audited_on
    with pytest.raises(ValidationError, match="non conforme"):
        identity.full_clean()
    # Even where it was written otherwise, or has aged since.
    assert identity.accessibility_mention == "non conforme"


# --- The statement


def test_the_statement_has_every_part_of_the_model(client, statement):
    page = soup(client.get("/accessibilite/"))
    assert [heading.get_text(strip=True) for heading in page.main.find_all("h2")][1:] == [
        "État de conformité",
        "Résultats des tests",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
    ]
    text = words(page.main)
    assert "L’association Exemple s’engage" in text
    assert "article 47 de la loi n° 2005-102 du 11 février 2005" in text
    assert "aucun résultat d’audit en cours de validité" in text
    assert "sans lecteur d’écran" in text
    assert "établie le 27 novembre 2026" in text
    assert "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07" in text
    assert page.main.find("a", href="/accessibilite/signaler/?page=/accessibilite/")
    contents = [link["href"][1:] for link in page.find("nav", class_="toc").find_all("a")]
    assert all(page.find("section", id=anchor) for anchor in contents)


def test_the_rate_and_the_failures_are_those_of_the_data(client, statement):
    text = words(soup(client.get("/accessibilite/")).main)
    found = rgaa.assessment()
    assert f"{found.count.rate}".replace(".", ",") + " % au moins" in text
    assert f"{found.count.met} sur {found.count.applicable}" in text
    for finding in found.with_status(rgaa.Status.FAILED) + found.with_status(rgaa.Status.UNCHECKED):
        assert " ".join(finding.remark.split()) in text
    for sample in found.pages:
        assert sample.name in text


def test_an_audit_takes_the_place_of_the_assessment(client, statement):
    statement.shows_assessment = False
    statement.audit_result = "<p>La société Exemple trouve 80 %.</p>"
    statement.save()
    text = words(soup(client.get("/accessibilite/")).main)
    assert "La société Exemple trouve 80 %." in text
    assert "auto-évaluation" not in text
    assert "aucun résultat d’audit" not in text
    assert client.get("/accessibilite/grille/").status_code == 404
    assert client.get("/accessibilite/grille.csv").status_code == 404


def test_an_update_does_not_precede_the_statement(statement):
    statement.updated_on = statement.established_on - dt.timedelta(days=1)
    with pytest.raises(ValidationError, match="ne peut pas précéder"):
        statement.full_clean()


def test_a_new_installation_has_a_statement_that_is_true(client, db):
    from portal.home.skeleton import ensure_site
    from tests.factories import ensure_roots

    ensure_roots()
    ensure_site(hostname="testserver")
    text = words(soup(client.get("/accessibilite/")).main)
    assert "non conforme" in text
    assert "à compléter par l’éditeur du site" in text


# --- The grid


def test_the_grid_shows_every_criterion_with_its_headers(client, statement):
    response = client.get("/accessibilite/grille/")
    page = soup(response)
    assert response.status_code == 200
    assert len(page.find_all("tr", id=lambda name: name and name.startswith("critere-"))) == 106
    for table in page.main.find_all("table"):
        assert table.caption.get_text(strip=True)
        assert {cell["scope"] for cell in table.thead.find_all("th")} == {"col"}
        assert all(row.find("th", scope="row") for row in table.tbody.find_all("tr"))
    found = rgaa.assessment()
    for finding in found.findings:
        row = page.find("tr", id=f"critere-{finding.number}")
        assert words(row.find(class_="verdict")) == finding.status.label
        assert finding.number in words(row.th)
    assert "Licence Ouverte 2.0" in words(page.main)


def test_the_file_is_the_whole_grid(client, statement):
    response = client.get("/accessibilite/grille.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    lines = list(csv.reader(response.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    found = rgaa.assessment()
    assert len(lines) == 107
    assert lines[0][3 : 3 + len(found.pages)] == [page.name for page in found.pages]
    assert {value for line in lines[1:] for value in line[2 : 3 + len(found.pages)]} <= {
        "C",
        "NC",
        "NV",
        "NA",
    }


@pytest.mark.parametrize("address", ["/accessibilite/grille/", "/accessibilite/grille.csv"])
def test_the_grid_is_only_read(client, statement, address):
    assert client.post(address).status_code == 405


# --- The plan


def test_the_plan_is_content_by_year(client, statement):
    plan = make_plan(
        statement,
        scheme=[("section", {"titre": "Qui s’en occupe", "texte": "<p>Une personne.</p>"})],
        actions=[
            action(quoi="Former", echeance=dt.date(TODAY.year + 1, 5, 1)),
            action(quoi="Publier", echeance=dt.date(TODAY.year, 1, 1), etat="fait"),
        ],
    )
    plan.save_revision().publish()
    page = soup(client.get("/accessibilite/plan/"))
    assert [words(heading) for heading in page.main.find_all("h2")] == [
        "Qui s’en occupe",
        f"Plan d’actions {TODAY.year}",
        f"Plan d’actions {TODAY.year + 1}",
    ]
    first = page.main.find("table")
    assert first.caption
    assert words(first.tbody.th) == "Publier"
    assert words(first.find(class_="verdict")) == "Fait"
    link = soup(client.get("/accessibilite/")).main.find("a", href="/accessibilite/plan/")
    assert f"{TODAY.year}–{TODAY.year + 2}" in words(link)


def test_a_draft_of_the_plan_is_not_announced(client, statement):
    make_plan(statement, live=False)
    assert not soup(client.get("/accessibilite/")).main.find("a", href="/accessibilite/plan/")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"last_year": TODAY.year + 3}, "trois ans"),
        ({"last_year": TODAY.year - 1}, "ne peut pas précéder"),
        ({"actions": [action(quoi="Trop tard", echeance=dt.date(TODAY.year + 3, 1, 1))]}, "Trop tard"),
    ],
    ids=["four years", "backwards", "outside"],
)
def test_the_scheme_runs_over_three_years_at_most(statement, fields, said):
    with pytest.raises(ValidationError, match=said):
        PlanPage(**{"title": "Plan", "slug": "plan", "path": "0", "depth": 4, "first_year": TODAY.year,
                    "last_year": TODAY.year + 2, **fields}).full_clean()  # fmt: skip
