"""From a template to a letter: its subject, its HTML, and a text derived from it. One source for all three."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone

from .models import PortalSettings

#: What HTML takes for white space, and a line break of any kind; not the spaces that do not break.
_WHITE_SPACE = re.compile(r"[ \t\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True)
class Rendered:
    subject: str
    html: str
    text: str


def render(folder: str, values: Mapping) -> Rendered:
    """Render ``<folder>/subject.txt`` and ``<folder>/body.html``, with times of Paris.

    ``values`` hold what ``emails/base.html`` asks (see ``letterhead``). Raises TemplateDoesNotExist.
    """
    # An editor's own time zone (Wagtail's admin has one each) is not the reader's.
    with timezone.override(None):
        subject = get_template(f"{folder}/subject.txt").template.render(Context(values, autoescape=False))
        html = get_template(f"{folder}/body.html").template.render(Context(values))
    return Rendered(subject=on_one_line(subject), html=html, text=text_of(html))


def on_one_line(text: str) -> str:
    """Return ``text`` with its ordinary white space closed up; a non-breaking space is meant, and stays."""
    return _WHITE_SPACE.sub(" ", text).strip(" ")


def letterhead() -> dict:
    """What every letter says of the portal. One query."""
    return {
        "portal": PortalSettings.of_default_site(),
        "base_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/"),
        "demo": settings.DEMO,
    }


def absolute(path: str) -> str:
    """Return the full address of a path of the portal, under BASE_URL."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + "/" + path.lstrip("/")


def text_of(html: str) -> str:
    """Return ``html`` as plain text: paragraphs apart, list items dashed, links followed by their address."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _TextReader(HTMLParser):
    SILENT = {"head", "style", "script", "title"}
    BLOCKS = {"p", "h1", "h2", "h3", "h4", "div", "table", "ul", "ol", "dl", "blockquote", "hr"}
    LINES = {"li", "tr", "dt", "dd", "br"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent: list[str] = []
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if self._silent or tag in self.SILENT or "data-not-in-text" in attributes:
            if tag not in ("br", "hr", "img", "meta", "link"):
                self._silent.append(tag)
            return
        if tag in self.BLOCKS:
            self._parts.append("\n\n")
        elif tag in self.LINES:
            self._parts.append("\n")
        if tag == "li":
            self._parts.append("- ")
        elif tag == "td":
            self._parts.append(" ")
        elif tag == "a" and attributes.get("href", "").startswith("http"):
            self._link = (attributes["href"], len(self._parts))

    def handle_endtag(self, tag):
        if self._silent:
            if self._silent[-1] == tag:
                self._silent.pop()
            return
        if tag == "a" and self._link:
            address, start = self._link
            self._link = None
            if "".join(self._parts[start:]).strip() != address:
                self._parts.append(f" ({address})")
        elif tag in self.BLOCKS:
            self._parts.append("\n\n")

    def handle_data(self, data):
        if not self._silent:
            self._parts.append(_WHITE_SPACE.sub(" ", data))

    def text(self) -> str:
        """The text gathered so far, one blank line between paragraphs."""
        lines = [re.sub("^- +", "- ", line.strip(" ")) for line in "".join(self._parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
