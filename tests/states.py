"""How a page is brought into a state: what a stop of the tour does once it is there.

Each function returns an act, which takes the browser's page. The page's context knows the portal's address and has
JavaScript. What an act writes is its own: no seat, no answer and no alert that a journey needs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

Act = Callable[..., None]


def then(*acts: Act) -> Act:
    """One act after the other."""

    def act(page):
        for one in acts:
            one(page)

    return act


def follow(*addresses: str) -> Act:
    """Follow, one page after the other, the first link of the text whose address is like each of ``addresses``."""

    def act(page):
        for pattern in addresses:
            links = page.locator("main a").all()
            found = [link for link in links if re.search(pattern, link.get_attribute("href") or "")]
            assert found, f"no link to {pattern} on {page.url}"
            address = found[0].get_attribute("href")
            page.goto(address)

    return act


def go(address: str) -> Act:
    """Go on to ``address``, taken from where one is."""
    return lambda page: page.goto(
        page.evaluate("to => new URL(to, location.href.split('#')[0]).href", address)
    )


def send(button: str, **values: str | bool) -> Act:
    """Fill the fields named in ``values`` and press ``button``; the answer is another page.

    True ticks the first box of that name, False unticks them all.
    """

    def act(page):
        main = page.locator("main")
        for name, value in values.items():
            fields = main.locator(f"[name={name}]")
            field = fields.first
            if value is False:
                for box in fields.all():
                    box.uncheck()
            elif value is True:
                field.check()
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        with page.expect_navigation():
            main.get_by_role("button", name=re.compile(button)).first.click()

    return act


def unfold(selector: str) -> Act:
    """Open every closed part like ``selector`` that shows; on some widths none does."""

    def act(page):
        for part in page.locator(f"{selector}:not([open]) > summary").all():
            if part.is_visible():
                part.click()

    return act


def type_in(selector: str, text: str, *, until: str) -> Act:
    """Type, and wait for what comes of it."""

    def act(page):
        page.locator(selector).first.press_sequentially(text, delay=15)
        page.locator(until).first.wait_for()
        page.wait_for_timeout(700)  # what is said of it comes last

    return act


def printed(page) -> None:
    """As the printer gets it."""
    page.emulate_media(media="print")


def newcomer_address() -> str:
    return f"visite-{dt.datetime.now():%H%M%S%f}@exemple.test"


def ask_for_an_account(page) -> None:
    """A new address each time: the page that waits for the code."""
    page.context.clear_cookies()  # a code asked for before would be waited for
    page.goto("/compte/signup/")
    send("Créer mon compte", email=newcomer_address())(page)


def subscribe(page) -> None:
    """The letter, to a new address: the page that says what comes next."""
    send("M’abonner", email=newcomer_address(), consent=True)(page)


def register_badly(page) -> None:
    """A registration without the rule accepted; nothing is written."""
    follow(r"/inscription/$")(page)
    send("M’inscrire|Rejoindre", question="Un solde de subvention qui n’arrive pas.")(page)


def run(part: str = "", *, then: Act | None = None) -> Act:
    """From a session to the page of who runs it, or a ``part`` of it."""

    def act(page):
        title = page.locator("h1").inner_text()
        page.goto("/mon-espace/")
        link = page.locator("#j-anime").get_by_role("link", name=title).first
        page.goto(link.get_attribute("href") + part)
        if then:
            then(page)

    return act
