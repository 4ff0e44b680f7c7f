"""Read the content files: front matter, Markdown sections, dates relative to the day of loading."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import frontmatter
import yaml
from markdown_it import MarkdownIt

from portal.members.workdays import is_working_day

CONTENT = Path(__file__).parent / "content"
PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_markdown = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Entry:
    """One content file: its slug, its front matter and its body by ``##`` section ("" before the first)."""

    slug: str
    meta: dict
    sections: dict[str, str]

    def html(self, title: str) -> str:
        """The section named ``title`` as HTML, "" where there is none."""
        return rich(self.sections.get(title, ""))


def entries(folder: str) -> list[Entry]:
    """Every Markdown file of ``content/<folder>``, in order of name."""
    return [read(path) for path in sorted((CONTENT / folder).glob("*.md"))]


def read(path: Path) -> Entry:
    """Parse one Markdown file."""
    post = frontmatter.load(path)
    return Entry(path.stem, post.metadata, _split(post.content))


def yaml_list(name: str) -> dict:
    """Parse one YAML file of the content folder."""
    return yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))


def _split(body: str) -> dict[str, str]:
    parts = re.split(r"^## +(.+?)\s*$", body, flags=re.MULTILINE)
    titles = ["", *(title.replace("'", "’") for title in parts[1::2])]
    return {title: text.strip() for title, text in zip(titles, parts[0::2], strict=True) if text.strip()}


def rich(markdown: str) -> str:
    """Markdown as the HTML that rich text fields hold; ``page:slug`` links are resolved by the loader."""
    html = _markdown.render(markdown).replace("<strong>", "<b>").replace("</strong>", "</b>")
    return html.replace("<em>", "<i>").replace("</em>", "</i>").strip()


def start_of(date: dict, *, today: dt.date) -> dt.datetime:
    """When an event starts, in Paris: ``semaines`` from the week of ``today``, on ``jour``, at ``heure``.

    A past event stays past and one to come stays to come, whatever the weekday of ``today``; a day off gives
    way to the next working day.
    """
    monday = today - dt.timedelta(days=today.weekday())
    day = monday + dt.timedelta(weeks=date["semaines"], days=WEEKDAYS.index(date["jour"]))
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    hour, minute = map(int, str(date["heure"]).split(":"))
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)
