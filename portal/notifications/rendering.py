"""From a template to a message: its subject, its HTML, and a text derived from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from portal.base.models import PortalSettings


@dataclass(frozen=True)
class Rendered:
    subject: str
    html: str
    text: str


def render_message(name: str, context: Mapping) -> Rendered:
    """Render ``templates/emails/<name>/``, with times of Paris. Raises TemplateDoesNotExist."""
    values = {**surroundings(), **context}
    # An editor's own time zone (Wagtail's admin has one each) is not the reader's.
    with timezone.override(None):
        subject = get_template(f"emails/{name}/subject.txt").template.render(
            Context(values, autoescape=False)
        )
        html = get_template(f"emails/{name}/body.html").template.render(Context(values))
    return Rendered(subject=" ".join(subject.split()), html=html, text=text_of(html))


def surroundings() -> dict:
    """What every message may use: the portal's identity and the addresses it links to."""
    identity = PortalSettings.objects.filter(site__is_default_site=True).first()
    try:
        preferences = absolute(reverse("notifications:preferences"))
    except NoReverseMatch:
        preferences = ""
    return {
        "portal": identity or PortalSettings(),
        "base_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/"),
        "my_space_url": absolute("/mon-espace/"),
        "preferences_url": preferences,
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
            # Ordinary white space is HTML's; a non-breaking space is meant.
            self._parts.append(re.sub(r"[ \t\r\n]+", " ", data))

    def text(self) -> str:
        """The text gathered so far, one blank line between paragraphs."""
        lines = [line.strip(" ") for line in "".join(self._parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
