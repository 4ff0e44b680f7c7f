"""Goes by the stops of ``tests/tour.py`` in one browser: one context a person, one page a stop."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from tests.tour import Stop

from .conftest import sign_in

READINGS = (Path(__file__).parent / "readings.js").read_text()
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
#: Every rule that axe runs by itself, its best practices included, and those that it leaves to be asked for.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {
        rule: {"enabled": True}
        for rule in ("target-size", "label-content-name-mismatch", "table-fake-caption", "td-has-header")
    },
}


def violations_of(page) -> list[dict]:
    """What axe refuses in a page, as it is."""
    page.evaluate(AXE)
    return page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)["violations"]


@dataclass
class Visit:
    """A stop in the browser: its page, and the documents as they were served on the way."""

    stop: Stop
    page: object
    served: list = field(default_factory=list)

    @property
    def is_printed(self) -> bool:
        return self.page.evaluate("matchMedia('print').matches")

    def read(self, name: str, *arguments):
        """Run the function ``name`` of ``readings.js`` in the page."""
        call = f"(() => {{ {READINGS}\n return {name}(...{json.dumps(arguments)}); }})()"
        return self.page.evaluate(call)

    def axe(self) -> list[str]:
        """What axe refuses, one line a rule."""
        return [
            f"axe {one['id']} ({len(one['nodes'])}×): {node['html'][:160]} | {node['failureSummary'][-200:]}"
            for one in violations_of(self.page)
            for node in one["nodes"][:2]
        ]


class Tour:
    """Opens stops; the context of a person is kept, so that she signs in once."""

    def __init__(self, browser, site: str):
        self.browser, self.site = browser, site
        self.contexts = {}
        #: The HTML served at each stop already visited, by its name.
        self.served: dict[str, str] = {}

    def context(self, who: str, **options):
        key = (who, *sorted(options.items()))
        if key not in self.contexts:
            context = self.browser.new_context(
                base_url=self.site, locale="fr-FR", timezone_id="Europe/Paris", **options
            )
            context.set_default_timeout(15_000)
            if who:
                page = context.new_page()
                sign_in(page, who)
                page.close()
            self.contexts[key] = context
        return self.contexts[key]

    def visit(
        self, stop: Stop, *, width: int = 1280, height: int = 900, scheme: str = "light", **options
    ) -> Visit:
        """Open ``stop`` in a page of its own and bring it into its state."""
        context = self.context(stop.who, reduced_motion="reduce", **options)
        if stop.act and not stop.who:
            context.clear_cookies()  # nothing of what another stop began
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        visit = Visit(stop, page)
        page.on("response", lambda response: self._keep(visit, response))
        page.goto(stop.path)
        if stop.act:
            stop.act(page)
        page.wait_for_load_state("load")
        return visit

    @staticmethod
    def _keep(visit: Visit, response) -> None:
        request = response.request
        if request.is_navigation_request() and not 300 <= response.status < 400:
            visit.served.append(response)

    def close(self) -> None:
        for context in self.contexts.values():
            context.close()
