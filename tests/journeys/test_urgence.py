"""The emergency page in a browser: three actions from home to a desk, and one sheet of paper."""

import re

import pytest


def test_from_home_to_the_right_desk_in_three_actions(page):
    page.goto("/")
    page.locator("header").get_by_role("link", name="Urgence").click()  # one
    page.get_by_label("Où est le siège de la structure").select_option("31")  # two
    page.get_by_role("button", name="Voir qui appeler").click()  # three
    assert page.url.endswith("?departement=31#qui-appeler")
    desk = page.locator(".scheme").filter(has_text="Prev’Asso")
    desk.wait_for()
    assert desk.get_by_role("link", name="lemouvementassociatif.org").is_visible()
    assert page.get_by_role("heading", name="Qui appeler : Haute-Garonne (31)").is_visible()


def test_a_scheme_of_another_territory_is_left_out(page):
    page.goto("/urgence/?departement=35")
    assert page.locator(".scheme").filter(has_text="Prev’Asso").count() == 0
    assert page.locator(".scheme").filter(has_text="CCSF").count() == 1


@pytest.mark.parametrize("query", ["", "?departement=31", "?departement=984"])
def test_it_prints_on_one_sheet_of_a4(admin_page, query):
    admin_page.goto(f"/urgence/{query}")
    admin_page.evaluate("document.fonts.ready")
    sheet = admin_page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    # A4 in points, as the page's own style asks.
    width, height = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", sheet).groups()
    assert (round(float(width)), round(float(height))) == (595, 842)
