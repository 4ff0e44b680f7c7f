"""A resource centre: writes a fiche that waits for moderation; announces a session that is live at once."""

import datetime as dt
import secrets

from playwright.sync_api import expect

from .admin import act, write_fiche
from .conftest import sign_in


def test_a_fiche_is_submitted_and_a_session_published(admin_page, visitor):
    page = admin_page
    sign_in(page, "centre@exemple.test")
    number = secrets.token_hex(3)
    write_fiche(page, f"Une fiche du centre {number}")
    assert visitor.goto(f"/centres/crdla-financement/une-fiche-du-centre-{number}/").status == 404

    page.goto("/admin/")
    page.get_by_role("link", name="Annoncer un café").click()
    page.locator("#id_title").fill(f"Un café annoncé par le centre {number}")
    day = dt.date.today() + dt.timedelta(days=9)
    page.locator("#id_start").fill(day.strftime("%d/%m/%Y 10:00"))
    page.locator("#id_end").fill(day.strftime("%d/%m/%Y 11:00"))
    page.locator("#id_title").click()
    act(page, "^Publier")
    visitor.goto("/agenda/")
    expect(visitor.locator("main")).to_contain_text(f"Un café annoncé par le centre {number}")


def test_a_centre_sees_its_own_subtree_only(admin_page):
    page = admin_page
    sign_in(page, "centre@exemple.test")
    page.goto("/admin/pages/")
    expect(page.locator("main")).to_contain_text("CRDLA Financement")
    expect(page.locator("main")).not_to_contain_text("CRDLA Culture")
    page.goto("/admin/")
    expect(page.locator("nav, aside").first).not_to_contain_text("Courriels")
