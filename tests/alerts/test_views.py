"""From a page of results to an alert, and « Mes alertes » in one's own space."""

from urllib.parse import parse_qs, urlparse

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.alerts import services
from portal.alerts.models import SavedSearch
from portal.notifications.models import OutgoingMessage, Preference
from tests import factories

pytestmark = pytest.mark.django_db
State = SavedSearch.State
SEARCH = "q=tr%C3%A9sorerie&region=bretagne"
NEW = f"/alertes/nouvelle/?{SEARCH}"
ANSWERS = {"name": "Mon alerte", "frequency": "hebdomadaire"}


@pytest.fixture(autouse=True)
def site(tree, taxonomy):
    """Pages need their site, filters their lists."""


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text_of(response) -> str:
    return " ".join(soup(response).main.get_text(" ").split())


def offer(client, query):
    """The link of the page of results that leads to an alert, None where there is none."""
    results = soup(client.get(f"/recherche/?{query}")).find(id="resultats")
    return results.find("a", href=lambda address: address.startswith("/alertes/"))


# --- Asking


def test_a_page_of_results_leads_to_its_alert(client, index, member):
    for query in (SEARCH, "region=bretagne", "q=introuvable&page=3&tri=date"):
        link = offer(client, query)
        asked = parse_qs(urlparse(link["href"]).query)
        assert urlparse(link["href"]).path == reverse("alerts:new")
        for name, values in parse_qs(query).items():
            if name in ("q", "region"):
                assert asked[name] == values
    for nothing in ("", "q=***"):
        assert offer(client, nothing) is None


def test_a_stranger_signs_in_and_comes_back(client):
    for method in (client.get, client.post):
        response = method(NEW)
        assert response.status_code == 302
        address = urlparse(response.url)
        assert address.path == reverse("account_login")
        assert parse_qs(address.query)["next"] == [NEW]
    assert not SavedSearch.objects.exists()


def test_the_page_says_the_search_in_words_and_keeps_nothing(client, member):
    client.force_login(member)
    response = client.get(f"{NEW}&page=4&tri=date&theme=inconnu")
    assert response.status_code == 200
    page = soup(response)
    words = "«\u00a0trésorerie\u00a0», Région\u00a0: Bretagne"
    assert page.find("p", class_="lead").get_text() == words
    assert page.find("input", attrs={"name": "name"})["value"] == words
    chosen = page.find("input", attrs={"name": "frequency", "checked": True})
    assert chosen["value"] == "hebdomadaire"
    assert not SavedSearch.objects.exists()
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("who", ["member", "pending"])
def test_asking_keeps_the_search_and_says_what_comes_next(client, request, who):
    user = request.getfixturevalue(who)
    client.force_login(user)
    response = client.post(f"{NEW}&page=4", ANSWERS, follow=True)
    assert response.redirect_chain[-1][0] == "/mon-espace/#mes-alertes"
    assert f"un courriel part à {user.email}" in text_of(response)
    alert = SavedSearch.objects.get()
    assert (alert.user, alert.text, alert.facets) == (user, "trésorerie", {"region": ["bretagne"]})
    assert (alert.name, alert.frequency, alert.state) == ("Mon alerte", "hebdomadaire", State.TO_CONFIRM)


def test_the_name_that_is_proposed_is_not_said_twice(client, member):
    client.force_login(member)
    proposed = soup(client.get(NEW)).find("input", attrs={"name": "name"})["value"]
    client.post(NEW, {**ANSWERS, "name": proposed})
    name, meta, *_ = panel(client).li.find_all("p")
    assert name.get_text(strip=True) == proposed
    assert meta["class"] == ["meta"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({**ANSWERS, "name": "  "}, "Donnez un nom à cette alerte."),
        ({**ANSWERS, "name": "x" * 121}, "120"),
        ({**ANSWERS, "name": "a\x00b"}, "nul"),
        ({**ANSWERS, "frequency": "chaque jour"}, "Choisissez quand vous écrire."),
        ({"name": "x"}, "Choisissez quand vous écrire."),
        ({}, "Donnez un nom à cette alerte."),
    ],
)
def test_bad_answers_get_a_sentence_and_create_nothing(client, member, data, sentence):
    client.force_login(member)
    response = client.post(NEW, data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("query", ["", "q=", "q=***", "q=%00", "theme=inconnu", "page=2&tri=date"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_to_look_for_gets_a_sentence(client, member, query, method):
    client.force_login(member)
    response = getattr(client, method)(f"/alertes/nouvelle/?{query}", ANSWERS if method == "post" else None)
    if method == "get" and query:
        response = client.get(f"/alertes/nouvelle/?{query}")
    assert response.status_code == 400
    assert services.NothingToWatch.sentence in response.content.decode()
    assert not SavedSearch.objects.exists()


def test_the_same_search_leads_to_the_alert_that_follows_it(client, ask, member):
    ask(member, region=["bretagne"], name="Je la suis déjà")
    client.force_login(member)
    for method, status in ((client.get, 200), (client.post, 409)):
        response = method(NEW, ANSWERS if status == 409 else {"q": "trésorerie", "region": "bretagne"})
        assert response.status_code == status
        assert "Vous suivez déjà cette recherche" in text_of(response)
        assert "Je la suis déjà" in text_of(response)
    assert SavedSearch.objects.count() == 1


def test_too_many_gets_a_sentence(client, ask, member, monkeypatch):
    monkeypatch.setattr(services, "MOST", 1)
    ask(member, "autre chose")
    client.force_login(member)
    response = client.post(NEW, ANSWERS)
    assert response.status_code == 409
    assert services.TooMany.sentence in response.content.decode()


def test_who_refuses_such_mail_is_warned(client, ask, member):
    ask(member, "autre chose")
    client.force_login(member)
    warning = "Vous avez choisi de ne pas recevoir les courriels d’alerte"
    for address in (NEW, "/mon-espace/"):
        assert warning not in text_of(client.get(address))
    Preference.objects.create(user=member, kind="alertes", wanted=False)
    for address in (NEW, "/mon-espace/"):
        assert warning in text_of(client.get(address))


# --- « Mes alertes »


def panel(client) -> BeautifulSoup | None:
    return soup(client.get("/mon-espace/")).find("section", id="mes-alertes")


def test_the_panel_shows_what_is_not_over(client, ask, make_alert, member, pending, now):
    client.force_login(member)
    assert panel(client) is None
    make_alert(member, region=["bretagne"], name="Au travail")
    services.pause(alert=make_alert(member, "une pause", name="En repos"), now=now)
    ask(member, "à confirmer", name="Demandée")
    services.end(alert=make_alert(member, "fini", name="Terminée"), now=now)
    make_alert(pending, "autre", name="À quelqu’un d’autre")
    shown = panel(client)
    assert [line.p.get_text(strip=True) for line in shown.find_all("li")] == [
        "Au travail",
        "En repos",
        "Demandée",
    ]
    assert "«\u00a0trésorerie\u00a0», Région\u00a0: Bretagne" in shown.li.get_text()
    assert shown.find("a", href="/recherche/?q=tr%C3%A9sorerie&region=bretagne&tri=date")
    acts = [form["action"].rsplit("/", 2)[1] for form in shown.find_all("form", attrs={"method": "post"})]
    assert acts == ["pause", "terminer", "reprendre", "terminer", "renvoyer", "terminer"]


def test_its_life_from_one_s_own_space(client, make_alert, member):
    client.force_login(member)
    alert = make_alert(member)
    for act, state in (("pause", State.PAUSED), ("reprendre", State.ACTIVE), ("terminer", State.ENDED)):
        address = reverse("alerts:change", args=[alert.pk, act])
        assert client.get(address).status_code == 405
        for _ in range(2):
            response = client.post(address, follow=True)
            assert response.status_code == 200
            alert.refresh_from_db()
            assert alert.state == state


def test_the_confirmation_is_sent_again_but_not_at_once(client, ask, member, now):
    client.force_login(member)
    alert = ask(member, at=now)
    address = reverse("alerts:change", args=[alert.pk, "renvoyer"])
    assert services.AskedTooSoon.sentence in client.post(address, follow=True).content.decode()
    SavedSearch.objects.update(asked_at=now - services.QUIET)
    assert "Le courriel de confirmation repart." in text_of(client.post(address, follow=True))
    assert OutgoingMessage.objects.count() == 2


def test_what_cannot_be_done_gets_a_sentence(client, ask, make_alert, member, now):
    client.force_login(member)
    waiting, over = ask(member), services.end(alert=make_alert(member, "fini"), now=now)
    for alert, act, sentence in (
        (waiting, "pause", services.NotConfirmed.sentence),
        (over, "reprendre", services.AlertOver.sentence),
    ):
        response = client.post(reverse("alerts:change", args=[alert.pk, act]), follow=True)
        assert response.status_code == 200
        assert sentence in response.content.decode()
    assert client.post(f"/alertes/{waiting.pk}/autre/").status_code == 404


def test_a_name_and_a_frequency_are_changed(client, make_alert, member):
    client.force_login(member)
    alert = make_alert(member)
    address = reverse("alerts:edit", args=[alert.pk])
    page = soup(client.get(address))
    assert page.find("input", attrs={"name": "name"})["value"] == "Mon alerte"
    assert page.find("input", attrs={"name": "frequency", "checked": True})["value"] == "immediate"
    assert client.post(address, {"name": "", "frequency": "immediate"}).status_code == 422
    response = client.post(address, {"name": "Autrement", "frequency": "hebdomadaire"})
    assert response.url == "/mon-espace/#mes-alertes"
    alert.refresh_from_db()
    assert (alert.name, alert.frequency) == ("Autrement", "hebdomadaire")


def test_an_alert_is_its_person_s_alone(client, make_alert, member, admin):
    alert = make_alert(member)
    addresses = [reverse("alerts:edit", args=[alert.pk])]
    addresses += [
        reverse("alerts:change", args=[alert.pk, act]) for act in ("pause", "reprendre", "terminer")
    ]
    for user in (factories.make_user(), admin):
        client.force_login(user)
        assert client.get(addresses[0]).status_code == 404
        assert [client.post(address, ANSWERS).status_code for address in addresses] == [404] * 4
    client.logout()
    assert [client.post(address).status_code for address in addresses] == [302] * 4
    alert.refresh_from_db()
    assert (alert.state, alert.name) == (State.ACTIVE, "Mon alerte")


def test_what_was_typed_is_escaped(client, ask, member):
    ask(member, "<script>alert(1)</script>", name="<b>gras</b>")
    client.force_login(member)
    for address in ("/mon-espace/", "/alertes/nouvelle/?q=%3Cscript%3Ealert(1)%3C/script%3E"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<b>gras</b>" not in page


def test_the_panel_asks_no_more_for_thirty_alerts(client, make_alert, member, django_assert_max_num_queries):
    client.force_login(member)
    make_alert(member)
    client.get("/mon-espace/")
    with CaptureQueriesContext(connection) as one:
        client.get("/mon-espace/")
    for rank in range(29):
        make_alert(member, f"mot numéro {rank}")
    with django_assert_max_num_queries(len(one)):
        client.get("/mon-espace/")
