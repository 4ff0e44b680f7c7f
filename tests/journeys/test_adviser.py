"""An adviser: finds a practice by theme, registers for a café, joins the network. With and without JavaScript."""

import re
import secrets

from playwright.sync_api import expect

from .conftest import sign_in

CAFE = "/centres/crdla-financement/quand-la-tresorerie-ne-passe-pas-le-mois/"
FULL = "/centres/avise/tenir-sa-place-quand-le-conseil-d-administration-se-dechire/"


def search(page, text):
    box = page.locator("main input[name=q]").first
    box.fill(text)
    box.press("Enter")
    page.wait_for_url(re.compile(r"/recherche/\?.*q="))


def test_from_the_home_page_to_a_practice(page):
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("collègue")
    for phase in ("Anticiper", "Faire face aux difficultés", "Faire face à l’urgence", "Rebondir"):
        expect(page.get_by_role("heading", name=re.compile(phase)).first).to_be_visible()
    search(page, "tresorrerie")
    expect(page.locator(".hit").first).to_contain_text("trésorerie")
    expect(page.locator("mark").first).to_be_visible()
    before = page.locator(".results__bar b").inner_text()
    page.goto(page.url + "&theme=gouvernance&type=fiche")
    expect(page.locator(".chips")).to_contain_text("Gouvernance")
    assert page.locator(".results__bar b").inner_text() != before
    page.locator(".hit h2 a, .hit h3 a").first.click()
    expect(page.get_by_role("heading", name="En bref")).to_be_visible()
    expect(page.get_by_role("heading", name="Fiche d’identité")).to_be_visible()


def test_salaries_that_cannot_be_paid_lead_to_the_right_desk(page):
    page.goto("/recherche/?q=ne+peut+plus+payer+les+salaires")
    expect(page.locator(".hits")).to_contain_text("AGS")
    page.goto("/")
    page.get_by_role("link", name="Urgence").first.click()
    page.locator("select[name=departement]").select_option("35")
    page.locator("form:has(select[name=departement]) button").first.click()
    page.wait_for_url(re.compile("departement=35"))
    expect(page.locator("main")).to_contain_text("Ille-et-Vilaine")
    expect(page.locator("main")).to_contain_text("CCSF")


def test_a_replay_opens_at_the_minute(page):
    page.goto("/recherche/?q=%22compte+passe+sous+z%C3%A9ro%22&type=replay")
    page.locator(".hit a.time").first.click(position={"x": 60, "y": 10})
    assert page.url.endswith("#t-760")
    expect(page.locator("main")).to_contain_text("on commence par la date où le compte passe sous zéro")


def test_register_for_a_cafe_and_give_the_seat_back(page):
    sign_in(page, "adherente@exemple.test")
    page.goto(CAFE)
    page.get_by_role("link", name="S’inscrire").first.click()
    page.get_by_label(re.compile("situation", re.I)).first.fill("Un solde de subvention qui n’arrive pas.")
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("règle")  # what was typed is kept, the rule is asked for
    expect(page.get_by_label(re.compile("situation", re.I)).first).to_have_value(re.compile("solde"))
    page.get_by_label(re.compile("accepte", re.I)).first.check()
    page.locator("main form button").last.click()
    expect(page.locator("h1")).to_contain_text("place")
    page.goto("/mon-espace/")
    expect(page.locator("main")).to_contain_text("Quand la trésorerie ne passe pas le mois")
    page.goto("/demo/courriels/")
    expect(page.locator("main")).to_contain_text("Quand la trésorerie ne passe pas le mois")
    page.goto(CAFE)
    page.get_by_role("link", name=re.compile("Gérer mon inscription")).click()
    page.get_by_role("link", name=re.compile("Rendre ma place")).click()
    page.get_by_role("button", name=re.compile("Rendre ma place")).click()
    page.goto(CAFE)
    expect(page.get_by_role("link", name="S’inscrire").first).to_be_visible()


def test_a_full_session_tells_ones_rank(page):
    sign_in(page, "adherente@exemple.test")
    page.goto(FULL)
    expect(page.locator("main")).to_contain_text(re.compile("dans la file|en tête de la file"))


def test_a_stranger_asks_to_join(page):
    """An account by a code, a profile, a request: the page says who looks at it; reserved pages stay shut."""
    email = f"nouvelle-{secrets.token_hex(4)}@exemple.test"
    page.goto("/compte/signup/")
    page.get_by_label(re.compile("adresse", re.I)).first.fill(email)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    code_page = page.url
    page.goto("/demo/courriels/")
    mail = page.locator("article, li, section").filter(has_text=email).first.inner_text()
    code = re.search(r"\b[A-Z0-9]{3,4}-[A-Z0-9]{3,4}\b|\b\d{6}\b", mail)[0]
    page.goto(code_page)
    page.locator("input[name=code]").fill(code)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    page.goto("/mon-espace/profil/")
    page.locator("[name=first_name]").fill("Nadia")
    page.locator("[name=last_name]").fill("Fictive")
    page.locator("[name=fonction]").select_option("chargee-accompagnement")
    page.locator("[name=structure]").fill("Structure porteuse fictive")
    page.locator("[name=departement]").select_option(label="Ille-et-Vilaine (35)")
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.goto("/mon-espace/")
    expect(page.locator("main")).to_contain_text(re.compile("demande|validé", re.I))
    response = page.goto("/centres/avise/soixante-structures-et-un-dimanche-soir/")
    assert response.status == 403
    expect(page.locator("main")).to_contain_text("réseau")
