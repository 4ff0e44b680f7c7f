"""The search in a browser: by keyboard alone, at once, on a phone, without JavaScript, and without a violation."""

import contextlib
import re

import pytest
from playwright.sync_api import Error, expect

from .visiting import violations_of

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def reader(browser, site):
    """Open pages of new visitors who have JavaScript; fail on any error of a script."""
    contexts, errors = [], []

    def open_page(address, *, viewport=DESK, **options):
        context = browser.new_context(
            base_url=site, locale="fr-FR", reduced_motion="reduce", viewport=viewport, **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, errors


def box(page):
    return page.locator("main input[name=q]")


def count(page):
    return page.locator("#compte")


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def searches(page):
    """Count the requests for results from now on."""
    asked = []
    page.on("request", lambda request: "/recherche/?" in request.url and asked.append(request.url))
    return asked


def answer_late(route):
    """Answer a request that the page may have given up."""
    late = {"group": "Ancien", "label": "Ancien", "detail": "", "type": "page", "url": "/"}
    with contextlib.suppress(Error):
        route.fulfill(json={"suggestions": [late]})


# --- Suggestions


def test_typed_with_a_mistake_and_opened_by_the_keyboard_alone(reader):
    page = reader("/")
    box(page).focus()
    page.keyboard.type("tresorreri")
    options = page.get_by_role("option")
    expect(options.filter(has_text="Tenir trois mois de trésorerie")).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    assert page.get_by_role("group", name="Thèmes").is_visible()
    assert page.get_by_role("group", name="Contenus").is_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert chosen.count() == 1
    assert box(page).get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert focused(page) == "q", "the focus stays in the box"
    address = chosen.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(address)))


def test_the_keys_of_a_combobox(reader):
    page = reader("/")
    # ARIA in HTML lets no search field be one, and the HTML checker says so.
    assert box(page).get_attribute("type") == "text"
    box(page).focus()
    page.keyboard.type("rh")
    options, chosen = page.get_by_role("option"), page.locator("[role=option][aria-selected=true]")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowUp")
    assert chosen.get_attribute("id") == options.last.get_attribute("id"), "up goes to the last one"
    page.keyboard.press("ArrowDown")
    assert chosen.count() == 0, "past the end is the box itself"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    assert chosen.count() == 0
    assert page.evaluate("document.activeElement.selectionStart") == 0
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert box(page).input_value() == "rh", "the first Escape closes"
    page.keyboard.press("Escape")
    assert box(page).input_value() == "", "the second one empties"
    page.keyboard.type("rh")
    expect(options.first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert focused(page) != "q"
    box(page).focus()
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_count(1)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/recherche/\?q=rh$"))


def test_the_number_of_suggestions_is_told_once_the_typing_stops(reader):
    page = reader("/glossaire/")
    header = page.locator("header input[name=q]:visible")
    header.press_sequentially("mandat", delay=40)
    said = page.locator("body > [role=status]")
    assert said.inner_text() == ""
    expect(said).to_contain_text("suggestions, flèche bas pour les lire")
    page.get_by_role("option", name=re.compile("Mandat ad hoc")).first.click()
    page.wait_for_url(re.compile("mandat-ad-hoc"))


def test_nothing_moves_and_a_slow_answer_to_older_words_is_dropped(reader):
    page = reader("/", viewport=PHONE)
    tops = "[...document.querySelectorAll('main section, main h2')].map(e => e.getBoundingClientRect().top)"
    before = page.evaluate(tops)
    held = []
    page.route(
        re.compile(r"suggestions\?q=tr%C3%A9s$|suggestions\?q=tr.s$"), lambda route: held.append(route)
    )
    box(page).press_sequentially("trés")
    page.wait_for_timeout(500)
    assert len(held) == 1
    box(page).press_sequentially("orerie")
    expect(page.get_by_role("option").first).to_be_visible()
    shown = page.get_by_role("listbox").inner_text()
    answer_late(held[0])
    page.wait_for_timeout(500)
    assert page.get_by_role("listbox").inner_text() == shown
    assert page.evaluate(tops) == before
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    heights = page.evaluate(
        "[...document.querySelectorAll('[role=option]')].map(e => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44


def test_without_its_server_the_box_still_searches(reader):
    page = reader("/")
    page.route(re.compile("suggestions"), lambda route: route.fulfill(status=503))
    box(page).press_sequentially("trésorerie")
    page.wait_for_timeout(400)
    expect(page.get_by_role("listbox")).to_be_hidden()
    box(page).press("Enter")
    page.wait_for_url(re.compile(r"/recherche/\?q=tr"))
    expect(page.locator(".hit").first).to_be_visible()


# --- The page of results


def test_results_come_while_one_types_and_the_address_follows(reader):
    page = reader("/recherche/?q=gouvernance")
    asked, before = searches(page), count(page).inner_text()
    box(page).fill("")
    box(page).press_sequentially("tresorrerie", delay=20)
    expect(page.locator(".hit mark").first).to_have_text(re.compile("trésorerie", re.I))
    page.wait_for_url(re.compile(r"q=tresorrerie"))
    assert count(page).inner_text() != before
    assert "tresorrerie" in page.title()
    assert focused(page) == "q"
    told = page.locator("#annonce")
    expect(told).to_have_text(count(page).inner_text())
    once = len(asked)
    box(page).press("Enter")
    page.wait_for_timeout(800)
    assert len(asked) == once, "the same search is not asked for again"
    page.go_back()
    page.wait_for_url(re.compile(r"q=gouvernance"))
    expect(box(page)).to_have_value("gouvernance")
    expect(count(page)).to_have_text(before)


def test_enter_in_the_middle_of_typing_is_one_request(reader):
    page = reader("/recherche/")
    asked = searches(page)
    box(page).focus()
    page.keyboard.type("mandat ad hoc")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=mandat"))
    page.wait_for_timeout(900)
    assert len(asked) == 1


def test_a_facet_keeps_the_focus_and_what_was_unfolded(reader):
    page = reader("/recherche/?q=tr%C3%A9sorerie")
    page.locator("#autres-type > summary").click()
    chosen = page.locator("#autres-type input").first
    name = chosen.get_attribute("id")
    chosen.focus()
    asked = searches(page)
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("type="))
    expect(page.locator(f"#{name}")).to_be_checked()
    expect(page.locator(f"#{name}")).to_be_focused()
    assert page.locator("#autres-type").get_attribute("open") is not None
    assert len(asked) == 1
    page.keyboard.press("Space")
    page.wait_for_url(lambda url: "type=" not in url)
    expect(page.locator(f"#{name}")).to_be_focused()
    expect(page.locator("#autres-type")).to_have_attribute("open", "")


def test_filters_are_taken_back_by_name_and_by_the_back_button(reader):
    page = reader("/recherche/?q=tr%C3%A9sorerie")
    everything = count(page).inner_text()
    page.locator("#f-type-fiche").check()
    page.wait_for_url(re.compile("type=fiche"))
    page.locator("#f-type-outil").check()
    page.wait_for_url(re.compile("type=fiche&type=outil"))
    page.get_by_role("link", name="Retirer le filtre Fiche").click()
    page.wait_for_url(lambda url: "type=fiche" not in url and "type=outil" in url)
    # The count is where one is, not the top of the page.
    expect(count(page)).to_be_focused()
    expect(page.locator("#f-type-fiche")).not_to_be_checked()
    page.go_back()
    page.wait_for_url(re.compile("type=fiche&type=outil"))
    expect(page.locator("#f-type-fiche")).to_be_checked()
    page.get_by_role("link", name=re.compile("^Tout effacer")).first.click()
    page.wait_for_url(lambda url: "type=" not in url)
    expect(count(page)).to_have_text(everything)
    page.get_by_role("link", name="date").click()
    page.wait_for_url(re.compile("tri=date"))
    expect(page.locator("#tri-date")).to_be_focused()
    page.locator("#f-type-fiche").check()
    page.wait_for_url(re.compile(r"tri=date&.*type=fiche|type=fiche.*tri=date"))


def test_a_failure_is_said_and_the_same_search_can_be_tried_again(reader):
    page = reader("/recherche/?q=tr%C3%A9sorerie")
    pattern = re.compile(r"/recherche/\?.*type=fiche")
    page.route(pattern, lambda route: route.abort())
    page.locator("#f-type-fiche").check()
    expect(page.get_by_role("alert")).to_contain_text("La recherche n’a pas répondu")
    page.unroute(pattern)
    page.get_by_role("button", name="Rechercher").click()
    page.wait_for_url(pattern)
    expect(page.get_by_role("alert")).to_be_empty()
    expect(page.locator(".chips")).to_contain_text("Fiche")


def test_on_a_phone_the_first_result_shows_and_the_panel_is_closed(reader):
    page = reader("/recherche/?q=tr%C3%A9sorerie", viewport=PHONE)
    panel = page.locator("details.facets")
    assert panel.get_attribute("open") is None
    order = [
        page.locator(part).bounding_box()["y"] for part in ("#compte", "details.facets", ".hit >> nth=0")
    ]
    assert order == sorted(order)
    title = page.locator(".hit h2, .pick h2").first.bounding_box()
    assert title["y"] + title["height"] < PHONE["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    panel.locator("summary").first.click()
    page.locator("#f-type-fiche").check()
    page.wait_for_url(re.compile("type=fiche"))
    assert panel.get_attribute("open") is not None, "the panel stays open while one chooses"
    page.get_by_role("button", name="Appliquer").click()
    assert panel.get_attribute("open") is None
    expect(count(page)).to_be_focused()


def test_without_javascript(browser, site):
    context = browser.new_context(base_url=site, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto("/recherche/")
    box(page).fill("tresorrerie")
    page.get_by_role("button", name="Rechercher").click()
    assert "q=tresorrerie" in page.url
    everything = count(page).inner_text()
    page.locator("details.facets > summary").click()
    page.locator("#f-type-fiche").check()
    page.get_by_role("button", name="Appliquer").click()
    assert "type=fiche" in page.url
    assert count(page).inner_text() != everything
    page.get_by_role("link", name="Retirer le filtre Fiche").click()
    assert count(page).inner_text() == everything
    page.get_by_role("link", name="date").click()
    assert "tri=date" in page.url
    page.get_by_role("link", name="Page suivante").click()
    assert "page=2" in page.url
    context.close()


# --- Where a passage opens


def test_a_replay_opens_at_the_minute_that_was_found(reader):
    page = reader("/recherche/?q=%22compte+passe+sous+z%C3%A9ro%22&type=replay")
    link = page.locator(".hit").first.locator("h2 a")
    start = int(re.search(r"#t-(\d+)$", link.get_attribute("href"))[1])
    link.click()
    page.wait_for_function("() => document.querySelector('[data-player]')?.currentTime > 0")
    assert page.evaluate("document.querySelector('[data-player]').currentTime") == pytest.approx(start, abs=1)
    expect(page.locator(".cue.is-said")).to_be_in_viewport()


def test_a_fiche_opens_at_the_section_that_was_found(reader):
    page = reader("/recherche/?q=tr%C3%A9sorerie&type=fiche")
    link = page.locator(".hit h2 a[href*='#']").first
    anchor = link.get_attribute("href").partition("#")[2]
    link.click()
    page.wait_for_url(re.compile(f"#{anchor}$"))
    section = page.locator(f"[id='{anchor}']")
    expect(section).to_be_in_viewport()
    # The next thing that the keyboard reaches comes after the section's beginning.
    page.keyboard.press("Tab")
    assert page.evaluate(
        """anchor => {
            const section = document.getElementById(anchor);
            return Boolean(section.compareDocumentPosition(document.activeElement) & 4);
        }""",
        anchor,
    )


def test_nothing_found_shows_ways_on(page):
    page.goto("/recherche/?q=zzzzzzzz")
    main = page.locator("main")
    expect(main).to_contain_text("Nous n’avons rien trouvé pour « zzzzzzzz »")
    for name in ("tous les thèmes", "glossaire", "Allez à l’urgence", "Signaler ce manque"):
        assert main.get_by_role("link", name=name).is_visible()


# --- For all


def open_suggestions(page):
    box(page).fill("plan")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def open_panel(page):
    if page.locator("details.facets > summary").is_visible():
        page.locator("details.facets > summary").click()


STATES = {
    "home": ("/", open_suggestions),
    "results": ("/recherche/?q=tr%C3%A9sorerie", open_panel),
    "suggestions": ("/recherche/?q=CA", open_suggestions),
    "chosen": ("/recherche/?q=tr%C3%A9sorerie&type=fiche&theme=gouvernance&tri=date", open_panel),
    "left out": ("/recherche/?q=tr%C3%A9sorerie+xylophone", None),
    "nothing": ("/recherche/?q=zzzzzzzz", None),
    "nothing with filters": ("/recherche/?q=zzzzzzzz&type=fiche", open_panel),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_violation_and_no_sideways_scroll(reader, width, scheme):
    page = reader("/", viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = {}
    for name, (address, act) in STATES.items():
        page.goto(address)
        if act:
            act(page)
        violations = [
            (violation["id"], violation["nodes"][0]["html"][:120]) for violation in violations_of(page)
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            violations.append("it scrolls sideways")
        if violations:
            found[name] = violations
    assert found == {}
