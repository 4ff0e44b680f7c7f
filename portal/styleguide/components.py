"""What the guide shows: each component with its samples, rendered with what it is passed and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

TEMPLATES = Path(settings.BASE_DIR) / "templates"
#: The folders whose every template is a component.
FOLDERS = ("components", "blocks")


@dataclass(frozen=True)
class Sample:
    """A component in one state: what it is called, and what the template is passed."""

    title: str
    context: dict


@dataclass(frozen=True)
class Component:
    """``frame`` is the class of the list or the block that it stands in on a page; "" for none. ``columns`` puts its
    states side by side: "s" for what is as wide as a word, "m" for what is as wide as a card.

    ``samples`` gives its states at an instant (aware): a session to come is to come whenever one looks.
    """

    template: str
    samples: Callable[[dt.datetime], list[Sample]]
    frame: str = ""
    columns: str = ""

    @property
    def name(self) -> str:
        return self.template.removesuffix(".html")

    @property
    def anchor(self) -> str:
        return self.name.replace("/", "-").replace("_", "-")

    @property
    def is_in_list(self) -> bool:
        return self.frame in ("cards", "sessions", "centre-grid")

    def shown(self, now: dt.datetime) -> list[tuple[str, SafeString]]:
        """Title and HTML of each state."""
        return [
            (
                sample.title,
                own_ids(render_to_string(self.template, sample.context), f"{self.anchor}-{number}"),
            )
            for number, sample in enumerate(self.samples(now), start=1)
        ]


@dataclass(frozen=True)
class Group:
    """Components that do the same for a page."""

    slug: str
    title: str
    components: tuple[Component, ...]


def own_ids(html: str, prefix: str) -> SafeString:
    """Give the ids of ``html`` a prefix, and what leads to them: one page holds many states of one component.

    Nothing in it takes the focus by itself either (the summary of errors does, on a page).
    """

    own = set(re.findall(r' id="([^"]+)"', html))

    def prefixed(match: re.Match) -> str:
        names = " ".join(f"{prefix}-{name}" if name in own else name for name in match[3].split())
        return f"{match[1]}{match[2]}{names}{match[4]}"

    html = re.sub(
        r'( (?:id|for|aria-labelledby|aria-describedby|aria-controls)=)(")([^"]+)(")', prefixed, html
    )
    html = re.sub(r'( href=")(#)([\w-]+)(")', prefixed, html)
    return mark_safe(html.replace(' tabindex="-1"', ""))


def templates_of_components() -> set[str]:
    """The name of every template that the guide must show."""
    return {f"{folder}/{path.name}" for folder in FOLDERS for path in (TEMPLATES / folder).glob("*.html")}


def declared_parameters(template: str) -> set[str]:
    """The parameters that the first line of a component names.

    The line is ``{# What it is. name · name, name: what they are · name (optional) #}``, or ends with
    ``No parameter``. Raises ValueError for any other.
    """
    first = (TEMPLATES / template).read_text().splitlines()[0]
    if not (found := re.fullmatch(r"\{# (.+) #\}", first)):
        raise ValueError(f"{template}: its first line is to name its parameters")
    said = found[1].removesuffix(".")
    if said.endswith("No parameter"):
        return set()
    listed = said.rsplit(". ", 1)[-1]
    names: set[str] = set()
    for part in listed.split(" · "):
        if not (leading := re.match(r"[a-z_]+(?:, [a-z_]+)*(?=$|:| \()", part)):
            raise ValueError(f"{template}: « {part} » names no parameter")
        names.update(leading[0].split(", "))
    return names
