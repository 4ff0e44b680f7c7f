"""A real demonstration (web and worker) and a real browser. Nothing here touches the database directly."""

import os
import re

import pytest

from tests.demonstration import CHROMIUM, PASSWORD, DidNotStart, launch, running

#: They look at the demonstration as it was loaded: before the journeys, which change it.
LOOKING = ("test_tour.py", "test_keyboard.py", "test_valid_html.py")


def pytest_collection_modifyitems(items):
    """Mark the journeys, and skip them where there is no browser."""
    looking = {name: [] for name in LOOKING}
    others = []
    for item in items:
        looking.get(item.path.name if "journeys" in item.path.parts else "", others).append(item)
    # After the others: where there is one process for all, a browser that is open forbids Django its database.
    others.sort(key=lambda item: "journeys" in item.path.parts)
    first = next((n for n, item in enumerate(others) if "journeys" in item.path.parts), len(others))
    items[:] = [*others[:first], *(item for name in LOOKING for item in looking[name]), *others[first:]]
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium on this machine (Debian: apt install chromium)")
                )


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """Start the demonstration on a free port and a folder of its own; return its address.

    ``JOURNEYS_SITE`` names one that runs already: quick to work with, and it keeps what journeys write.
    """
    if already := os.environ.get("JOURNEYS_SITE"):
        yield already
        return
    try:
        with running(tmp_path_factory.mktemp("demonstration")) as address:
            yield address
    except DidNotStart as why:
        pytest.fail(str(why))


@pytest.fixture(scope="package")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(params=["javascript", "no-javascript"])
def page(request, browser, site):
    """A page of a new visitor; every journey that asks for it runs with and without JavaScript."""
    yield from _page(browser, site, javascript=request.param == "javascript")


@pytest.fixture
def admin_page(browser, site):
    """A page of a new visitor, with JavaScript: Wagtail's admin needs it."""
    yield from _page(browser, site, javascript=True)


@pytest.fixture
def other_page(browser, site):
    """A page of a second person, with JavaScript."""
    yield from _page(browser, site, javascript=True)


@pytest.fixture
def visitor(browser, site):
    """A page of someone without an account."""
    yield from _page(browser, site, javascript=True)


def _page(browser, site, *, javascript):
    context = browser.new_context(
        base_url=site, locale="fr-FR", java_script_enabled=javascript, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "response",
        lambda response: response.status >= 500 and errors.append(f"{response.status} {response.url}"),
    )
    yield page
    context.close()
    assert not errors, errors


def sign_in(page, email: str, password: str = PASSWORD) -> None:
    """Sign in with a password, as the demonstration's accounts do."""
    page.goto("/compte/login/")
    page.get_by_label(re.compile("adresse", re.I)).first.fill(email)
    page.get_by_label(re.compile("mot de passe", re.I)).first.fill(password)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda url: "/compte/login/" not in url)


@pytest.fixture(scope="package")
def tour(browser, site):
    """The tour of ``tests/tour.py`` in one browser; what one test saw is there for the next."""
    from .visiting import Tour

    tour = Tour(browser, site)
    yield tour
    tour.close()
