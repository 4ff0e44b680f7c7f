"""What a first visit loads, on every stop of the tour, and that nothing moves while it does.

The demonstration serves what production serves: the same static files, compressed and hashed, by gunicorn.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from tests.tour import STOPS

from .conftest import sign_in

#: HTML, CSS, JavaScript, fonts and drawings over the wire, headers included.
MOST_BYTES = 100_000
MOST_REQUESTS = 20
#: A film's first bytes and a photograph are content, not the page.
CONTENT = {"Media", "Image"}
#: Cumulative Layout Shift; Lighthouse calls 0.1 good.
MOST_SHIFT = 0.01
#: What a state is reached by is no first visit.
FIRST_VISITS = [stop for stop in STOPS if stop.act is None]
#: The page is parsed and styled; its deferred scripts may not have run yet.
PARSED = """
() => document.readyState !== "loading"
  && [...document.querySelectorAll("link[rel=stylesheet]")].every((link) => link.sheet || link.media === "print")
"""
#: The page has the fonts that it will keep: those that were there in time, or what stands in.
FONTS = """
Promise.all(
  [...document.fonts].filter((face) => !face.family.includes("stand-in")).map((face) => face.load())
).then(() => null)
"""
#: What is read, and how far down (CSS pixels); aside, what scripts show, and the bar that they take off the filters
#: of the search: it sticks to the bottom of its panel, over what it covers.
PLACES = """
[...document.querySelectorAll("h1, h2, h3, main p, main li, main button, footer")]
  .filter((part) => !part.closest("[data-keeps-room], [data-needs-js], .facets__actions"))
  .filter((part) => part.checkVisibility())
  .map((part) => [part.textContent.trim().slice(0, 40), Math.round(part.getBoundingClientRect().top + scrollY)])
"""
#: How many times the browser says that it drew something first.
PAINTS = 'performance.getEntriesByType("paint").length'
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    window.shifts.push([shift.value, shift.sources.map(({ node }) => node?.className || node?.nodeName)]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


class Load:
    """Listens to what the browser exchanges with servers."""

    def __init__(self, page):
        self.urls: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.bytes: dict[str, float] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.requests = 0
        self.redirects = 0.0
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _asked(self, event):
        if event["request"]["url"].startswith(("data:", "blob:")):
            return
        self.requests += 1
        self.redirects += event.get("redirectResponse", {}).get("encodedDataLength", 0)
        self.urls[event["requestId"]] = event["request"]["url"]

    def _answered(self, event):
        drawing = event["response"]["mimeType"] == "image/svg+xml"
        self.types[event["requestId"]] = "Drawing" if drawing else event["type"]
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        self.headers[urlsplit(event["response"]["url"]).path] = headers

    def _finished(self, event):
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in self.urls.values()}

    @property
    def weights(self) -> dict[str, float]:
        """Bytes of each address that is part of the page."""
        return {
            urlsplit(self.urls[key]).path: size
            for key, size in self.bytes.items()
            if key in self.urls and self.types.get(key) not in CONTENT
        }


@pytest.fixture(scope="module")
def cookies(browser, site):
    """The cookies of each reader of the tour, each signed in once."""
    known = {"": []}
    for who in {stop.who for stop in FIRST_VISITS} - {""}:
        context = browser.new_context(base_url=site, locale="fr-FR")
        sign_in(page := context.new_page(), who)
        known[who] = [cookie for cookie in page.context.cookies() if cookie["name"] != "messages"]
        context.close()
    return known


@pytest.fixture
def visit(browser, site, cookies):
    """A function that gives a page of a new browser, with nothing in its cache, to a reader of the tour."""
    contexts = []

    def new(stop, width):
        context = browser.new_context(
            base_url=site, locale="fr-FR", viewport={"width": width, "height": 860}, service_workers="block"
        )
        contexts.append(context)
        context.add_cookies(cookies[stop.who])
        context.add_init_script(SHIFTS)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


def shifts(page) -> list:
    """Every shift of the layout, once the page is whole and was read to its end."""
    page.evaluate("document.fonts.ready")
    page.evaluate("window.scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    page.wait_for_timeout(150)
    return page.evaluate("window.shifts")


@pytest.mark.parametrize("stop", FIRST_VISITS, ids=lambda stop: stop.name)
def test_a_first_visit_is_light_and_still(stop, visit, site):
    page = visit(stop, 390)
    load = Load(page)
    page.goto(stop.path, wait_until="networkidle")
    moved = shifts(page)
    assert load.hosts == {urlsplit(site).netloc}
    assert load.requests <= MOST_REQUESTS, load.urls.values()
    assert sum(load.weights.values()) + load.redirects <= MOST_BYTES, load.weights
    assert sum(value for value, _ in moved) < MOST_SHIFT, moved


def test_files_are_compressed_and_kept_for_good(visit):
    """The name of a static file changes with what it holds: no browser asks about it again."""
    page = visit(FIRST_VISITS[0], 390)
    load = Load(page)
    page.goto("/recherche/?q=association", wait_until="networkidle")
    files = {path: headers for path, headers in load.headers.items() if path.startswith("/static/")}
    assert len(files) > 8
    for path, headers in files.items():
        assert "immutable" in headers["cache-control"], path
        if not path.endswith(".woff2"):
            assert headers["content-encoding"] in ("br", "gzip"), path
    assert load.headers["/recherche/"]["content-encoding"] in ("br", "gzip")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("stop", FIRST_VISITS, ids=lambda stop: stop.name)
def test_scripts_that_come_late_move_nothing(stop, width, visit):
    """A reader may have scrolled by then, and be where what they show would push."""
    page = visit(stop, width)
    held, late = [], True

    def hold(route):
        # Plain scripts (allauth's, needs-js.js) hold the parser: nothing below them was drawn yet.
        if late and "/portal/js/" in route.request.url and "needs-js" not in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile(r"\.js$"), hold)
    page.goto(stop.path, wait_until="commit")
    # Every 50 ms, not at each picture: the first one waits for a script that is held.
    page.wait_for_function(PARSED, polling=50)
    page.evaluate(FONTS)
    before = page.evaluate(PLACES)
    assert held or not page.locator("script[src]").count()
    late = False
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")
    after = page.evaluate(PLACES)
    moved = shifts(page)
    assert sum(value for value, _ in moved) < MOST_SHIFT, moved
    assert before
    assert [place for place in after if place not in before] == []


def test_a_page_is_first_drawn_whole(visit):
    """Drawn as it is parsed, it moves: the first picture waits for a script that waits for the whole page."""
    page = visit(FIRST_VISITS[0], 390)
    held = []
    page.route(re.compile(r"/portal/js/site\..*js$"), lambda route: held.append(route))
    page.goto(FIRST_VISITS[0].path, wait_until="commit")
    page.wait_for_function(PARSED, polling=50)
    page.wait_for_timeout(300)
    assert held
    assert page.evaluate(PAINTS) == 0
    held.pop().continue_()
    page.wait_for_function(f"() => {PAINTS} > 0")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", ["accueil", "fiche", "agenda", "urgence"])
def test_fonts_that_come_late_move_nothing(name, width, visit):
    """A page that has begun with what stands in keeps it (``font-display: optional``); the next one has the fonts."""
    stop = next(stop for stop in STOPS if stop.name == name)
    page = visit(stop, width)
    late = "**/*.woff2"
    page.route(late, lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.goto(stop.path, wait_until="networkidle")
    assert not any("Bricolage" in face for face in faces(page, "h1"))
    moved = shifts(page)
    assert sum(value for value, _ in moved) < MOST_SHIFT, moved

    page.unroute(late)
    page.goto("/ressources/", wait_until="networkidle")
    page.reload(wait_until="networkidle")
    assert any("Bricolage" in face for face in faces(page, "h1"))


def faces(page, selector: str) -> list[str]:
    """The fonts that the first such element is really drawn with."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    found = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    session.detach()
    return [font["familyName"] for font in found]
