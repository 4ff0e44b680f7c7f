"""Avise's editor: approves a fiche, finds it in the search at once, takes it back; manages members and mails."""

import re
import secrets
import time

from playwright.sync_api import expect

from .admin import write_fiche
from .conftest import sign_in

#: Told from those of earlier runs on the same site.
TITLE = f"Relecture et plan de trésorerie {secrets.token_hex(3)}"
ADDRESS = "/centres/crdla-financement/" + TITLE.lower().replace(" ", "-").replace("é", "e") + "/"


def titles(visitor, **facets) -> list[str]:
    query = "&".join(f"{name}={value}" for name, value in facets.items())
    found = visitor.request.get(f"/recherche.json?q=Relecture+plan+de+tresorerie&{query}").json()
    return [hit["title"] for hit in found["hits"]]


def wait_until(condition) -> None:
    """Wait for ``condition`` to hold; give up after fifteen seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < 15, "it never came"
        time.sleep(0.1)


def test_approved_it_is_found_unpublished_it_is_gone(admin_page, other_page, visitor):
    sign_in(other_page, "centre@exemple.test")
    write_fiche(other_page, TITLE)
    editor = admin_page
    sign_in(editor, "redaction@exemple.test")
    editor.goto("/admin/")
    editor.get_by_role("link", name=TITLE).first.click()
    assert TITLE not in titles(visitor)
    editor.locator("footer .w-dropdown__toggle").last.click()
    editor.get_by_role("button", name=re.compile("^Approuver$|Approuver et publier|^Approuver")).first.click()
    confirm = editor.get_by_role("button", name=re.compile("Approuver"))
    editor.wait_for_timeout(500)
    if editor.locator(".modal.in, .modal.fade.in").count():
        confirm.last.click()
    editor.wait_for_load_state()
    wait_until(lambda: TITLE in titles(visitor, theme="gouvernance", phase="anticiper"))
    visitor.goto(ADDRESS)
    expect(visitor.locator("h1")).to_contain_text(TITLE)

    editor.goto("/admin/pages/")
    editor.goto(f"/admin/pages/search/?q={TITLE.replace(' ', '+')}")
    address = editor.get_by_role("link", name=TITLE).first.get_attribute("href")
    number = re.search(r"/(\d+)/", address)[1]
    editor.goto(f"/admin/pages/{number}/unpublish/")
    editor.get_by_role("button", name=re.compile("dépublier", re.I)).last.click()
    wait_until(lambda: TITLE not in titles(visitor))
    assert visitor.goto(ADDRESS).status == 410


def test_everything_an_editor_runs_is_at_hand(admin_page):
    page = admin_page
    sign_in(page, "redaction@exemple.test")
    page.goto("/admin/")
    menu = page.locator("#wagtail-sidebar, .sidebar").first
    for entry in ("Membres", "Inscriptions", "Courriels", "Thèmes et lexique"):
        expect(menu).to_contain_text(re.compile(entry, re.I))
