"""What journeys do in Wagtail's admin, as a person does it."""

import re

from playwright.sync_api import expect


def choose(page, name: str, label: str) -> None:
    """Choose ``label`` in the list ``name``, whether it is shown as a select or as boxes."""
    field = page.locator(f"[name={name}]").first
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(label=label)
    else:
        page.get_by_label(label, exact=True).first.check()


def fill_rich_text(page, name: str, text: str) -> None:
    """Type into the rich text field ``name``."""
    # The editor takes the place of its field once its script has run.
    field = page.locator(f".w-field:has([name={name}])").last
    editable = field.locator(".public-DraftEditor-content")
    editable.click()
    page.keyboard.type(text)
    expect(page.locator(f"[name={name}]")).to_have_value(re.compile(re.escape(text[:20])))


def act(page, label: str) -> None:
    """Open the menu of actions at the foot of an edit page, choose ``label`` and wait for the answer."""
    page.locator("footer .w-dropdown__toggle").last.click()
    # The form is sent after the click, so that the page of before is still loaded when the click returns.
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(label)).first.click()


def write_fiche(page, title: str) -> None:
    """As a centre: write a fiche with what is indispensable, and submit it for moderation."""
    page.goto("/admin/")
    page.get_by_role("link", name="Écrire une fiche").click()
    page.locator("#id_title").fill(title)
    page.locator("#id_summary").fill("Le résumé, en une phrase.")
    choose(page, "phases", "Anticiper et prévenir")
    choose(page, "themes", "Gouvernance")
    fill_rich_text(page, "demarche", "Nous avons rencontré le bureau, puis refait le plan.")
    act(page, "Relecture par l’Avise")
