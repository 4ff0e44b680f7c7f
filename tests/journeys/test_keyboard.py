"""The pages by the keyboard alone: everything is reached, in order, seen, and left again."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.tour import STOPS

STOP = {stop.name: stop for stop in STOPS}
PHONE, DESK = (390, 640), (1280, 640)
#: Low windows: what sticks to their edges covers most.
WALKS = [
    ("accueil", DESK, "light"),
    ("menu-ouvert", PHONE, "dark"),
    ("agenda", DESK, "dark"),
    ("agenda-mois", DESK, "light"),
    ("agenda-mois", PHONE, "dark"),
    ("recherche-filtres", DESK, "light"),
    ("recherche-filtres", PHONE, "dark"),
    ("fiche", DESK, "dark"),
    ("replay", DESK, "light"),
    ("replay", PHONE, "dark"),
    ("urgence", PHONE, "light"),
    ("urgence", DESK, "dark"),
    ("glossaire", PHONE, "light"),
    ("glossaire", DESK, "dark"),
    ("inscription-refusee", DESK, "dark"),
    ("inscrire-refuse", PHONE, "light"),
    ("profil", DESK, "light"),
    ("espace", DESK, "dark"),
    ("animation", PHONE, "dark"),
    ("deroule", PHONE, "light"),
    ("bilan", DESK, "dark"),
]
FAR = 400


@pytest.mark.parametrize(("name", "size", "scheme"), WALKS, ids=[f"{w[0]}-{w[1][0]}-{w[2]}" for w in WALKS])
def test_walk(tour, name, size, scheme):
    visit = tour.visit(STOP[name], width=size[0], height=size[1], scheme=scheme)
    page = visit.page
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    found, steps = [], 0
    while steps < FAR:
        page.keyboard.press("Tab")
        report = visit.read("focusReport")
        if report is None:
            break
        steps += 1
        found += [f"{line}: {report['what']}" for line in report["found"]]
    assert steps < FAR, "the keyboard does not leave the page"
    assert steps > 8, "the keyboard does not go through the page"
    # Back again: what was reached last is reached first.
    page.keyboard.press("Shift+Tab")
    assert visit.read("focusReport") is not None
    page.close()
    assert not found, "\n".join(found)


def test_the_skip_link_leads_to_the_text(tour):
    page = tour.visit(STOP["fiche"]).page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.close()


def test_escape_closes_the_menu_and_gives_the_focus_back(tour):
    page = tour.visit(STOP["accueil"], width=390).page
    menu = page.locator("details.site-menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    expect(menu.locator("summary")).to_be_focused()
    page.close()


def test_a_refused_form_is_read_from_its_summary_and_leads_to_the_field(tour):
    visit = tour.visit(STOP["inscrire-refuse"])
    page = visit.page
    expect(page.locator(".errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.evaluate("document.activeElement.name")
    assert field == "rule"
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ring_is_drawn_in_two_tones(tour, scheme):
    """On the screen itself: what is computed may still be covered or cut."""
    page = tour.visit(STOP["connexion"], scheme=scheme).page
    button = page.get_by_role("button", name="Continuer")
    page.keyboard.press("Tab")  # by the keyboard, so that the ring shows
    button.focus()
    box = button.bounding_box()
    edge = {"x": box["x"] - 9, "y": box["y"] - 9, "width": box["width"] + 18, "height": box["height"] + 18}
    picture = Image.open(io.BytesIO(page.screenshot(clip=edge))).convert("RGB")
    middle = picture.height // 2
    column = [picture.getpixel((x, middle)) for x in range(10)]
    tones = {"light": ((23, 48, 58), (238, 178, 60)), "dark": ((245, 238, 226), (178, 122, 22))}[scheme]
    for tone in tones:
        assert sum(pixel == tone for pixel in column) >= 2, column
    page.close()


FORCED = (
    "accueil",
    "cafe",
    "recherche-filtres",
    "agenda",
    "inscrire-refuse",
    "espace",
    "urgence",
    "replay",
    "bilan",
)


@pytest.mark.parametrize("name", FORCED)
def test_colours_that_the_system_imposes(tour, name):
    visit = tour.visit(STOP[name], forced_colors="active")
    page = visit.page
    found = visit.read("forced")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus shows in these colours too"
    page.close()
    assert not found, "\n".join(found)
