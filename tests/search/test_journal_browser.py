"""The journal in a real browser: what htmx sends as one types, the beacon of a click, the way back."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from search.models import SearchEntry
from tests import factories
from tests.journeys.conftest import CHROMIUM

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.journey,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def content(index, tree, taxonomy, bring_up_to_date):
    for title in ("Tenir la trésorerie", "Trésorerie et banque", "Suivre sa trésorerie"):
        factories.make_fiche(tree.centre, title=title, themes=[taxonomy.tresorerie])
    factories.make_tool(tree.centre, title="Tableau de trésorerie", themes=[taxonomy.tresorerie])
    bring_up_to_date()


@pytest.fixture
def browse(live_server):
    """Run a visit in a browser of its own, and return what it returns."""
    from playwright.sync_api import sync_playwright

    def run(visit, *, javascript=True):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
            )
            page = browser.new_context(
                java_script_enabled=javascript, locale="fr-FR", base_url=live_server.url
            ).new_page()
            errors = []
            page.on("pageerror", lambda error: errors.append(error))
            told = visit(page)
            page.wait_for_load_state("networkidle")
            browser.close()
        assert errors == []
        return told

    return run


def answered(page, words):
    """Wait for the answer to a search as one types."""
    return page.expect_response(lambda response: f"q={words}" in unquote(response.url))


def test_typed_narrowed_opened_and_come_back_to_is_one_search(content, browse):
    addresses = []

    def visit(page):
        page.on("request", lambda request: addresses.append(request.url))
        page.goto("/recherche/")
        for typed, words in (("tréso", "tréso"), ("rerie", "trésorerie")):
            with answered(page, words):
                page.locator("#q").press_sequentially(typed)
            page.wait_for_url(re.compile("q="))
        page.locator("#q").press("Escape")
        page.locator("#facettes").wait_for()
        page.locator("details.facets").evaluate("panel => panel.open = true")
        with answered(page, "trésorerie&type=fiche"):
            page.locator("#f-type-fiche").check()
        page.wait_for_url(re.compile("type=fiche"))
        address = page.url
        with page.expect_request("**/recherche/clic"):
            page.locator(".hit h2 a").nth(1).click()
        page.wait_for_url("**/centres/**")
        with page.expect_request("**/recherche/retour"):
            page.go_back()
        return address

    assert unquote(browse(visit)).endswith("/recherche/?q=trésorerie&type=fiche")
    entry = SearchEntry.objects.get()
    assert (entry.text, entry.facets, entry.total) == ("trésorerie", {"type": ["fiche"]}, 3)
    assert entry.clicked_rank == 2
    searches = [urlsplit(address) for address in addresses if "/recherche/" in address]
    assert {name for search in searches for name in parse_qs(search.query)} == {"q", "type"}


def test_another_tab_counts_and_what_is_not_a_result_does_not(content, browse):
    def visit(page):
        page.goto("/recherche/?q=tr%C3%A9sorerie")
        page.locator(".sort a").first.evaluate(
            "link => link.addEventListener('click', e => e.preventDefault())"
        )
        page.locator(".sort a").first.click()
        with page.expect_request("**/recherche/clic"):
            page.locator(".hit h2 a").nth(2).click(button="middle")

    browse(visit)
    assert SearchEntry.objects.get().clicked_rank == 3


def test_without_a_script_the_links_are_links(content, browse):
    def visit(page):
        page.goto("/recherche/?q=tr%C3%A9sorerie")
        page.locator(".hit h2 a").first.click()
        return page.locator("h1").inner_text()

    assert "résorerie" in browse(visit, javascript=False)
    assert SearchEntry.objects.get().clicked_rank is None
