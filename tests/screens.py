"""Pictures of every stop of the tour, of the style guide, of the letters and of the error pages.

``python -m tests.screens`` takes them all; names or patterns take some (``fiche``, ``courriel-*``). Each stop
is loaded once and taken at 390 and 1440 px, light and dark, whole, into ``screens/``, whose ``index.html`` shows
them side by side. A demonstration is started for them, or ``JOURNEYS_SITE`` names one that runs.
"""

from __future__ import annotations

import argparse
import fnmatch
import html
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from tests.demonstration import CHROMIUM, PASSWORD, ROOT, launch, running
from tests.tour import EDITOR, STOPS, Stop

WIDTHS = (390, 1440)
SCHEMES = ("light", "dark")
FOLDER = ROOT / "screens"
GUIDE = "/admin/styleguide-portail/"
#: What the guide leads to is taken too, under these names.
BEHIND_THE_GUIDE = {"erreurs": "erreur", "courriels": "courriel"}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def chosen(stops: list[Stop], patterns: list[str]) -> list[Stop]:
    """The stops that ``patterns`` name, all of them where there is none; each name once."""
    found = {stop.name: stop for stop in stops}
    if patterns:
        found = {
            name: stop for name, stop in found.items() if any(fnmatch.fnmatch(name, p) for p in patterns)
        }
    return list(found.values())


def file_name(stop: Stop, width: int, scheme: str) -> str:
    return f"{stop.name}-{width}-{scheme}.png"


def behind_the_guide(page) -> list[Stop]:
    """One stop for each error page and letter that the guide leads to; ``page`` is at the guide."""
    paths = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    found = []
    for path in dict.fromkeys(paths):
        kind, _, rest = path.removeprefix(GUIDE).partition("/")
        if path.startswith(GUIDE) and kind in BEHIND_THE_GUIDE and "?" not in path:
            name = re.sub(r"[^a-z0-9]+", "-", rest.strip("/").removeprefix("emails/"))
            found.append(Stop(f"{BEHIND_THE_GUIDE[kind]}-{name}", path, EDITOR))
    return found


class Camera:
    """One browser, one session for each account."""

    def __init__(self, browser, site: str, folder: Path):
        self.browser, self.site, self.folder = browser, site, folder
        self._pages: dict[str, object] = {}

    def page(self, who: str):
        """The page of ``who``, signed in the first time it is asked for."""
        if who not in self._pages:
            context = self.browser.new_context(base_url=self.site, locale="fr-FR")
            context.set_default_timeout(30_000)
            page = self._pages[who] = context.new_page()
            if who:
                page.goto("/compte/login/")
                page.get_by_label(re.compile("adresse", re.I)).first.fill(who)
                page.get_by_label(re.compile("mot de passe", re.I)).first.fill(PASSWORD)
                page.locator("main form button[type=submit], main form button:not([type])").first.click()
                page.wait_for_url(lambda url: "/compte/login/" not in url)
        return self._pages[who]

    def take(self, stop: Stop) -> None:
        """Bring ``stop`` into its state once, and take it at each width in each scheme."""
        page = self.page(stop.who)
        page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
        # A stop that is taken as printed leaves the page so.
        page.emulate_media(media="screen")
        page.goto(stop.path)
        if stop.act:
            stop.act(page)
        # What is lazy is only loaded once it is looked at: a picture of the whole page looks at all of it.
        page.evaluate(
            "document.querySelectorAll('img[loading=lazy]').forEach(img => { img.loading = 'eager' })"
        )
        page.wait_for_load_state("load")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.screenshot(
                    path=self.folder / file_name(stop, width, scheme), full_page=True, animations="disabled"
                )


def contact_sheet(stops: list[Stop], folder: Path) -> str:
    """An HTML page that shows the pictures of ``stops`` that are in ``folder``."""
    rows = []
    for stop in stops:
        pictures = [file_name(stop, width, scheme) for scheme in SCHEMES for width in WIDTHS]
        cells = "".join(
            f'<a href="{name}"><img src="{name}" alt="{html.escape(name)}" loading="lazy"></a>'
            for name in pictures
            if (folder / name).exists()
        )
        who = f" · {html.escape(stop.who)}" if stop.who else ""
        rows.append(
            f'<section id="{stop.name}"><h2>{html.escape(stop.name)}</h2>'
            f"<p>{html.escape(stop.path)}{who}</p><div>{cells}</div></section>"
        )
    return (
        '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Écrans du portail</title><style>'
        "body{font:16px/1.4 sans-serif;margin:2rem;background:#ddd}h2{margin:2rem 0 0}p{margin:0 0 .5rem}"
        "div{display:flex;gap:1rem;align-items:flex-start;overflow-x:auto}"
        "img{display:block;height:26rem;width:auto;max-width:44rem;object-fit:cover;object-position:top}"
        f"</style><h1>{len(stops)} écrans</h1>{''.join(rows)}</html>"
    )


def take_all(site: str, patterns: list[str], folder: Path) -> list[str]:
    """Take what ``patterns`` name at ``site``; return what went wrong, one sentence a stop."""
    from playwright.sync_api import Error, sync_playwright

    folder.mkdir(exist_ok=True)
    wrong = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        camera = Camera(browser, site, folder)
        guide = camera.page(EDITOR)
        guide.goto(GUIDE)
        every = [*STOPS, Stop("guide", GUIDE, EDITOR), *behind_the_guide(guide)]
        stops = chosen(every, patterns)
        began = time.monotonic()
        for stop in stops:
            try:
                camera.take(stop)
            except Error as error:
                wrong.append(f"{stop.name}: {error.message.splitlines()[0]}")
        browser.close()
    (folder / "index.html").write_text(contact_sheet(chosen(every, []), folder))
    say(f"{len(stops) - len(wrong)} stops in {time.monotonic() - began:.0f} s: {folder / 'index.html'}")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help="names of stops, or patterns; all without")
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder of the pictures")
    options = parser.parse_args()
    if CHROMIUM is None:
        parser.exit(1, "Il manque Chromium (Debian : apt install chromium), puis relancez.\n")
    if site := os.environ.get("JOURNEYS_SITE"):
        wrong = take_all(site, options.names, options.into)
    else:
        with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site:
            wrong = take_all(site, options.names, options.into)
    if wrong:
        parser.exit(1, "\n".join(wrong) + "\n")


if __name__ == "__main__":
    main()
