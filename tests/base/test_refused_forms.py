"""Every form of the site, sent with something to mend: the summary first, the title, the fields, nothing lost."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from portal.registrations.models import Facilitator, Registration
from tests import factories

NAMED = "Chez Mme Durand, présidente de l’association des Tilleuls à Rennes."


@pytest.fixture
def event(tree, taxonomy, member):
    """A café that asks for a rule, a situation, and has a queue of themes."""
    return factories.make_cafe(
        tree.centre, themes=[taxonomy.tresorerie], asks_question=True, confidentiality="entre-pairs"
    )


@pytest.fixture
def past(tree, member):
    """One that is over: the member was there, and ran it."""
    event = factories.make_cafe(tree.centre, starts_in=dt.timedelta(days=-2))
    factories.make_registration(event, member, attendance=Registration.Attendance.PRESENT)
    Facilitator.objects.create(event=event, user=member, added_at=timezone.now())
    return event


def refused(client, address: str, data: dict, path: str = "") -> BeautifulSoup:
    """The page sent back; checks what holds for all of them."""
    response = client.post(address, data)
    assert response.status_code in (200, 422), (address, response.status_code)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.title.string.startswith("Erreur\u00a0: "), page.title.string
    [summary] = page.find_all(class_="errors")
    assert summary["role"] == "alert"
    # Read first without a script too.
    assert summary.has_attr("autofocus")
    assert summary["tabindex"] == "-1"
    assert len(page.find_all(autofocus=True)) == 1
    links = summary.find_all("a")
    for link in links:
        assert page.find(id=link["href"][1:]), link
    wrong = page.find_all(attrs={"aria-invalid": "true"})
    assert len(summary.find_all("li")) >= 1
    for field in wrong:
        # A group's description is its fieldset's.
        holder = field if field.has_attr("aria-describedby") else field.find_parent("fieldset")
        described = [page.find(id=name) for name in holder["aria-describedby"].split()]
        assert all(described)
        assert any("field__error" in tag["class"] for tag in described)
    for name, value in data.items():
        # A password is typed again, and an action is not a field.
        if not value or "password" in name or name in ("action_add", "code"):
            continue
        field = page.main.find(attrs={"name": name, "type": lambda kind: kind != "hidden"})
        kept = field.get("value") or field.get_text().strip()
        assert kept == value or field.has_attr("checked") or field.name == "select", (name, kept)
    return page


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/compte/login/", {"login": "pas une adresse"}),
        ("/compte/signup/", {"email": "pas une adresse", "password1": "court"}),
        ("/compte/password/reset/", {"email": "pas une adresse"}),
        ("/compte/login/code/", {"email": "pas une adresse"}),
        ("/lettre/", {"email": "pas une adresse"}),
        ("/recherche/manque/", {"text": ""}),
        ("/recherche/manque/", {"text": NAMED}),
    ],
)
def test_forms_of_everyone(client, tree, address, data):
    refused(client, address, data)


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/mon-espace/profil/", {"first_name": "", "last_name": "Exemple", "presentation": "x" * 601}),
        ("/mon-espace/donnees/effacer/", {"confirm": ""}),
        ("/compte/email/", {"email": "pas une adresse", "action_add": "oui"}),
        ("/compte/password/change/", {"oldpassword": "faux", "password1": "a", "password2": "b"}),
        ("/alertes/nouvelle/?q=tr%C3%A9sorerie", {"name": ""}),
    ],
)
def test_forms_of_the_account(client, tree, member, address, data):
    member.set_password("un mot de passe de longue date")
    member.save()
    client.force_login(member)
    refused(client, address, data)


def test_the_code_that_is_not_the_right_one(client, tree, member):
    client.post("/compte/login/code/", {"email": member.email})
    refused(client, "/compte/login/code/confirm/", {"code": "AAAA-BBBB"})


def test_the_request_for_access(client, tree, pending):
    client.force_login(pending)
    refused(client, "/mon-espace/profil/", {"first_name": "", "last_name": "Exemple", "message": "Bonjour"})


def test_the_registration(client, event, member):
    client.force_login(member)
    address = f"/rendez-vous/{event.pk}/inscription/"
    page = refused(client, address, {"question": "Une question en cours.", "access_needs": "Sous-titres"})
    assert "règle" in page.find(class_="errors").get_text()
    page = refused(client, address, {"question": NAMED, "rule": "on"})
    # The way to send it anyway is right there.
    assert page.find("input", attrs={"name": "send_anyway"})


def test_the_themes_waited_for(client, event, member):
    client.force_login(member)
    refused(client, f"/rendez-vous/{event.pk}/prevenez-moi/", {})


def test_the_evaluation(client, past, member):
    client.force_login(member)
    refused(client, f"/rendez-vous/{past.pk}/evaluation/", {"will_try": "Appeler plus tôt."})


def test_the_takeaway(client, past, member):
    client.force_login(member)
    address = f"/rendez-vous/{past.pk}/animation/bilan/"
    refused(client, address, {"situation": "Une trésorerie tendue.", "leads": ""})


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("ajouter", {"email": "personne@exemple.test"}),
        ("ajouter", {"email": ""}),
        ("passer-la-main", {"email": "personne@exemple.test"}),
        ("passer-la-main", {}),
    ],
)
def test_what_the_facilitator_types(client, tree, event, member, page, data):
    Facilitator.objects.create(event=event, user=member, added_at=timezone.now())
    client.force_login(member)
    refused(client, f"/rendez-vous/{event.pk}/animation/{page}/", data)


def test_a_page_that_is_read_has_no_error_in_its_title(client, tree):
    for address in ("/compte/login/", "/lettre/", "/recherche/manque/", "/recherche/?q=x&type=inconnu"):
        assert b"Erreur" not in client.get(address).content.split(b"</title>")[0]


def test_personal_fields_say_what_they_hold(client, tree, member):
    expected = {
        "/compte/login/": {"login": "email", "password": "current-password"},
        "/compte/signup/": {"email": "email", "password1": "new-password"},
        "/compte/login/code/": {"email": "email"},
        "/lettre/": {"email": "email"},
    }
    for address, fields in expected.items():
        page = BeautifulSoup(client.get(address).content, "html.parser")
        for name, token in fields.items():
            assert page.main.find("input", attrs={"name": name})["autocomplete"] == token
    client.force_login(member)
    page = BeautifulSoup(client.get("/mon-espace/profil/").content, "html.parser")
    for name, token in {"first_name": "given-name", "last_name": "family-name"}.items():
        assert page.main.find("input", attrs={"name": name})["autocomplete"] == token
