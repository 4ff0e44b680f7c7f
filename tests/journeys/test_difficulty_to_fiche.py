"""From a difficulty to a fiche: a note from a phone, an agreement, a draft, a publication linked both ways."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from .admin import act
from .conftest import sign_in
from .visiting import violations_of

EVENT = "/centres/avise/annoncer-une-mauvaise-nouvelle/"


@pytest.fixture
def phone(browser, site):
    """The phone of who runs the session."""
    context = browser.new_context(
        base_url=site, locale="fr-FR", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sound(page) -> None:
    """Nothing scrolls sideways."""
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_difficulty_becomes_a_fiche(phone, other_page, admin_page, visitor):
    mark = secrets.token_hex(3)
    situation = f"Une structure attend un solde depuis des mois ({mark})."

    # Whoever runs it writes what is kept, on her phone.
    sign_in(phone, "redaction@exemple.test")
    phone.goto(EVENT)
    number = re.search(r"/rendez-vous/(\d+)/", phone.content())[1]
    phone.goto(f"/rendez-vous/{number}/animation/")
    phone.locator("#bilan").get_by_role("link", name=re.compile("Ajouter|Écrire")).click()
    phone.get_by_label(re.compile("^La situation")).fill(f"{situation} Écrire à tresorerie@asso.exemple")
    phone.get_by_label(re.compile("^Les pistes")).fill("Appeler le financeur\nÉtaler l’Urssaf")
    who = phone.get_by_label(re.compile("^Qui a apporté"))
    who.select_option(label="Inès Exemple (avait écrit une situation)")
    sound(phone)
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.locator("main")).to_contain_text("une adresse e-mail")
    phone.get_by_label(re.compile("^La situation")).fill(situation)
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.locator("main")).to_contain_text("Accord demandé à Inès Exemple")

    # Who brought it reads the exact text in her own space, and agrees.
    adviser = other_page
    sign_in(adviser, "adherente@exemple.test")
    adviser.goto(EVENT)
    expect(adviser.locator("main")).to_contain_text("Étaler l’Urssaf")
    expect(adviser.locator("main")).not_to_contain_text(mark)
    adviser.goto("/mon-espace/")
    asked = adviser.locator("#mes-situations").get_by_role("link", name=re.compile("Lire le texte"))
    asked.first.click()
    expect(adviser.locator("main")).to_contain_text(situation)
    assert [violation["id"] for violation in violations_of(adviser)] == []
    adviser.get_by_role("button", name="J’accepte").click()
    expect(adviser.locator("main")).to_contain_text("Vous avez donné votre accord")
    adviser.goto(EVENT)
    expect(adviser.locator("main")).to_contain_text(situation)

    # One button opens the draft, filled; an editor gives it its title and publishes.
    admin = admin_page
    sign_in(admin, "admin@exemple.test")
    admin.goto(f"/rendez-vous/{number}/animation/")
    note = admin.locator("#bilan li", has_text=mark)
    note.get_by_role("button", name="Ouvrir un brouillon de fiche").click()
    admin.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    expect(admin.locator("main")).to_contain_text("D’où vient cette fiche")
    expect(admin.locator("[name=demande]")).to_have_value(re.compile(mark))
    expect(admin.locator("[name=demarche]")).to_have_value(re.compile("Étaler l’Urssaf"))
    admin.locator("#id_title").fill(f"Attendre un solde {mark}")
    admin.locator("#id_summary").fill("Il manquait 48 250 € pour la paie.")
    act(admin, "^Publier")
    expect(admin.locator("main")).to_contain_text("entre 40 000 et 50 000")
    admin.locator("#id_summary").fill("Il manquait entre 40 000 et 50 000 € pour la paie.")
    act(admin, "^Publier")

    # Linked both ways for the network; nothing for a visitor.
    adviser.goto(EVENT)
    adviser.get_by_role("link", name=f"Attendre un solde {mark}").click()
    expect(adviser.locator("aside.side")).to_contain_text("D’où vient-elle")
    expect(adviser.get_by_role("link", name="Annoncer une mauvaise nouvelle, et rester là")).to_be_visible()
    visitor.goto(EVENT)
    expect(visitor).to_have_url(re.compile("/compte/login/"))
    adviser.goto("/mon-espace/")
    adviser.locator("#mes-situations").get_by_role("link", name=re.compile("la fiche")).first.click()
    expect(adviser.locator("h1")).to_contain_text(mark)
