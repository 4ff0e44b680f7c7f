"""Who runs a session, from a phone: presence in one tap, the clock, a hand-over, the close-out."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import sign_in
from .visiting import violations_of

PHONE = {"width": 390, "height": 844}
CODEV = "Tenir sa place quand le conseil d’administration se déchire"
TO_CLOSE = "Annoncer une mauvaise nouvelle"
TO_HAND_OVER = "Quand la trésorerie ne passe pas le mois"


def open_session(page, title):
    """From one's own space to the page of a session that one runs, on a phone."""
    page.set_viewport_size(PHONE)
    sign_in(page, "centre@exemple.test")
    page.goto("/mon-espace/")
    page.locator("#j-anime").get_by_role("link", name=re.compile(title)).first.click()
    page.wait_for_url(re.compile(r"/rendez-vous/\d+/animation/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_presence_in_one_tap_and_taken_back(page):
    open_session(page, TO_CLOSE)
    person = page.locator(".who:not(:has([aria-pressed=true]))").first
    person_id = person.get_attribute("id")
    button = page.locator(f"#{person_id} [data-value=present]")
    was = page.locator("[data-summary]").inner_text()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-summary]")).not_to_have_text(was)
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-summary]")).to_have_text(was)


def test_the_clock_keeps_its_step_when_the_page_is_left(admin_page):
    page = admin_page
    open_session(page, CODEV)
    page.get_by_role("link", name=re.compile("déroulé")).click()
    clock = page.locator("[data-clock]")
    expect(clock.locator("[data-left]")).to_have_text("15:00")
    clock.get_by_role("button", name="Démarrer").click()
    expect(clock.locator("[data-left]")).not_to_have_text("15:00")
    clock.get_by_role("button", name="Étape suivante").click()
    expect(clock.locator("[data-say]")).to_have_text(re.compile("Exposé, 10"))
    clock.get_by_role("button", name="Pause").click()
    left = clock.locator("[data-left]").inner_text()
    page.reload()
    expect(clock.locator("[data-step]")).to_have_text("Exposé")
    expect(clock.locator("[data-left]")).to_have_text(left)
    expect(clock.get_by_role("button", name="Reprendre")).to_be_visible()
    clock.get_by_role("button", name="Repartir de zéro").click()
    expect(clock.locator("[data-left]")).to_have_text("15:00")


def test_the_clock_moves_nothing_when_its_script_comes(admin_page):
    page, held = admin_page, []
    open_session(page, CODEV)
    page.route(re.compile("run-clock"), lambda route: held.append(route))
    page.get_by_role("link", name=re.compile("déroulé")).click(no_wait_after=True)
    page.wait_for_url(re.compile("deroule"), wait_until="commit")
    first = page.locator(".timeline__step").first
    expect(first).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => null)")
    clock = page.locator("[data-clock]")
    expect(clock).to_be_hidden()
    before = first.bounding_box()
    for route in held:
        route.continue_()
    expect(clock).to_be_visible()
    assert held
    assert first.bounding_box() == before


def test_without_a_script_the_hours_are_there(browser, site):
    context = browser.new_context(base_url=site, locale="fr-FR", java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    open_session(page, CODEV)
    page.get_by_role("link", name=re.compile("déroulé")).click()
    expect(page.locator("[data-clock]")).to_be_hidden()
    expect(page.locator(".timeline__step time").first).to_have_text(re.compile(r"14\sh"))
    context.close()


def test_hand_over_when_ill(admin_page, other_page):
    page = admin_page
    open_session(page, TO_HAND_OVER)
    address = page.url
    page.get_by_role("link", name="Passer la main").click()
    page.get_by_label(re.compile("adresse e-mail")).fill("redaction@exemple.test")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Passer la main à")
    page.get_by_role("button", name="Passer la main").click()
    expect(page.locator("main")).to_contain_text("a la main")
    expect(page.locator("#j-anime")).not_to_contain_text(TO_HAND_OVER)
    sign_in(other_page, "redaction@exemple.test")
    other_page.goto(address)
    expect(other_page.get_by_role("link", name="Passer la main")).to_be_visible()
    other_page.goto("/demo/courriels/")
    expect(other_page.locator("main")).to_contain_text(f"À vous d’animer : {TO_HAND_OVER}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_violation_and_no_sideways_scroll(browser, site, width, scheme):
    context = browser.new_context(
        base_url=site, locale="fr-FR", color_scheme=scheme, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    sign_in(page, "centre@exemple.test")
    found = {}
    page.goto("/mon-espace/")
    addresses = [
        page.locator("#j-anime").get_by_role("link", name=re.compile(title)).first.get_attribute("href")
        for title in (CODEV, TO_CLOSE)
    ]
    codev = addresses[0]
    for address in (
        *addresses,
        *(codev + part for part in ("deroule/", "feuille/", "passer-la-main/", "annuler/")),
    ):
        assert page.goto(address).status == 200, address
        violations = [violation["id"] for violation in violations_of(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            violations.append("it scrolls sideways")
        if violations:
            found[address] = violations
    context.close()
    assert found == {}


def test_zz_close_out(admin_page):
    """Last of this file: a session is closed out once."""
    page = admin_page
    open_session(page, TO_CLOSE)
    page.get_by_role("button", name="Clôturer le rendez-vous").click()
    expect(page.locator("main")).to_contain_text("Il reste à voir")
    page.get_by_role("button", name="Les autres étaient absent·es").click()
    nothing = page.get_by_role("button", name="Il n’y a rien à en retenir")
    if nothing.count():
        nothing.click()
    page.get_by_role("button", name="Clôturer le rendez-vous").click()
    expect(page.locator("#cloturer")).to_contain_text(re.compile(r"Clôturé le"))
    page.goto("/mon-espace/")
    expect(page.locator("#j-anime")).not_to_contain_text(TO_CLOSE)
