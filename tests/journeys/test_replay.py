"""The replay in a browser: an address opens at its minute, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

REPLAY = "/centres/crdla-financement/lire-un-plan-de-tresorerie/"
SAID = ".cue.is-said"


@pytest.fixture
def player_page(browser, site):
    """A page with JavaScript that neither moves by itself nor reports an error."""
    context = browser.new_context(
        base_url=site, locale="fr-FR", reduced_motion="reduce", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(15_000)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    yield page
    context.close()
    assert not errors, errors


def second_of(page) -> float:
    return page.evaluate("document.querySelector('[data-player]').currentTime")


def in_sight(page, selector: str) -> bool:
    return page.evaluate(
        """selector => {
            const box = document.querySelector(selector).getBoundingClientRect();
            return box.top >= 0 && box.bottom <= window.innerHeight;
        }""",
        selector,
    )


@pytest.mark.parametrize("address", ["#t=760", "?t=12:40", "#t-760"])
def test_an_address_opens_at_its_minute(player_page, address):
    page = player_page
    page.goto(REPLAY + address)
    page.wait_for_function("() => document.querySelector('[data-player]').currentTime > 0")
    assert second_of(page) == pytest.approx(760, abs=1)
    assert page.evaluate("document.querySelector('[data-player]').paused")
    page.wait_for_selector(SAID)
    page.wait_for_timeout(300)
    assert in_sight(page, SAID)
    chapter = page.locator("[data-chapter][aria-current]")
    assert chapter.count() == 1
    assert "12:40" in chapter.inner_text()


def test_a_chapter_plays_from_the_keyboard_and_the_line_is_lit(player_page):
    page = player_page
    page.goto(REPLAY)
    page.wait_for_function("() => document.querySelector('[data-player]').readyState >= 1")
    chapter = page.locator("[data-chapter]").nth(1)
    chapter.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(SAID)
    assert second_of(page) >= 175
    assert page.url.endswith("#t=175")
    assert chapter.get_attribute("aria-current") == "true"
    assert page.locator(SAID).count() == 1


def test_words_are_found_whatever_their_accents_and_across_lines(player_page):
    page = player_page
    page.goto(REPLAY)
    search = page.get_by_label("Chercher dans la transcription")
    found = page.locator("[data-found]")
    search.fill("TRESORERIE")
    expect(found).to_have_text(re.compile(r"\d+ passages"))
    count = int(found.inner_text().split()[0])
    assert count > 1
    search.press("Enter")
    expect(found).to_have_text(f"Passage 1 sur {count}")
    assert page.locator("mark.is-here").inner_text().lower() == "trésorerie"
    assert in_sight(page, "mark.is-here")
    # Three lines of the transcript in one phrase.
    search.fill("demandé pourquoi ce sujet vous intéressait. Une phrase revient")
    expect(found).to_have_text("1 passage")
    assert page.locator(".cue mark").count() >= 2
    words = page.locator("[data-transcript]").inner_text().split()
    search.press("Escape")
    assert search.input_value() == ""
    assert page.locator(".cue mark").count() == 0
    left = page.locator("[data-transcript]").inner_text().split()
    # The count of passages is gone, and not a word of the transcript with it.
    assert [word for word in words if word not in ("1", "passage")] == [
        word for word in left if word not in ("1", "passage")
    ]


def test_without_javascript_times_are_anchors(browser, site):
    context = browser.new_context(
        base_url=site, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(REPLAY)
    assert not page.locator("[data-search]").is_visible()
    page.locator("[data-chapter]").nth(4).click()
    assert page.url.endswith("#t=760")
    page.wait_for_timeout(1200)
    assert page.locator('[id="t=760"]').bounding_box()["y"] < 800
    page.goto(f"{REPLAY}?t=760")
    assert page.get_by_text("Le moment demandé est à").is_visible()
    context.close()


def test_the_tools_of_the_script_have_their_room_before_it_shows_them(player_page):
    """Under load the reader may have scrolled by then: what she reads must not go down."""
    player_page.goto(REPLAY)
    below = "document.querySelector('.replay__after').getBoundingClientRect().top"
    shown = player_page.evaluate(below)
    player_page.evaluate(
        "document.querySelectorAll('[data-needs-js]').forEach(part => { part.hidden = true })"
    )
    assert player_page.locator(".transcript__tools").is_hidden()
    assert player_page.evaluate(below) == pytest.approx(shown, abs=1)
