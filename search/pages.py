"""The part of a Document that every page fills alike."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

from django.utils import timezone
from django.utils.html import strip_tags

from portal.base.models import BasePage
from portal.centres.models import annotate_centre
from portal.themes.models import Phase, Region, Secteur, Theme, ThemedPage, TypeStructure

from .files import FILE_RELATIONS
from .ranking import weight_of
from .registry import depends

#: Field of a Document by field of ThemedPage.
FILED = {
    "themes": Theme,
    "secteurs": Secteur,
    "phases": Phase,
    "regions": Region,
    "structures": TypeStructure,
}
#: What ``page_fields`` reads beside the page itself, for ``prefetch_related``.
PAGE_RELATIONS = ("keywords", "audience_groups", *FILE_RELATIONS)
FILED_RELATIONS = (*FILED, *PAGE_RELATIONS)


def page_fields(
    page: BasePage, *, kind: str, dated: dt.date | dt.datetime | None = None, uses: int = 0
) -> dict:
    """Return the arguments of ``Document`` that come from what every page has: identity, audience, filing.

    ``dated`` (a day, or an aware time) tells how fresh it is, by default its first publication; ``uses`` how
    many people said that it served them.
    """
    dated = noon(dated or page.first_published_at)
    fields = {
        "id": f"{kind}-{page.pk}",
        "title": page.title,
        "summary": page.summary,
        "url": page.url or "",
        "audiences": page.audience_principals(),
        "published_at": page.first_published_at,
        "keywords": tuple(tag.name for tag in page.keywords.all()),
        "weight": weight_of(dated=dated, uses=uses, now=timezone.now()),
    }
    if isinstance(page, ThemedPage):
        entries = {name: list(getattr(page, name).all()) for name in FILED}
        fields |= {name: tuple(entry.slug for entry in found) for name, found in entries.items()}
        fields["labels"] = tuple(entry.label for found in entries.values() for entry in found)
    return fields


def with_centre(pages):
    """Annotate what ``centre_slug`` reads: a rebuild asks for the centre of every page."""
    return annotate_centre(pages)


def centre_slug(page) -> str:
    """Return the slug of the page's centre, "" when it has none; one query where it was not annotated."""
    if hasattr(page, "centre_slug"):
        return page.centre_slug or ""
    return page.centre.slug if page.centre else ""


def noon(date: dt.date | dt.datetime | None) -> dt.datetime | None:
    """Return a time for a day: midday UTC, the same date in Paris and overseas, from Cayenne to La Réunion."""
    if date is None or isinstance(date, dt.datetime):
        return date
    return dt.datetime(date.year, date.month, date.day, 12, tzinfo=dt.UTC)


def plain(*texts) -> str:
    """Rich text or plain text as one line of words each, without tags and entities."""
    # A heading is told from what follows it; words of two blocks do not run together.
    spaced = (re.sub(r"</h\d>", "\u00a0: ", str(text)).replace("</", " </") for text in texts if text)
    return "\n".join(" ".join(unescape(strip_tags(text)).split()) for text in spaced)


def depends_on_lists(model: type[ThemedPage], *, kind: str) -> None:
    """Index the pages of ``model`` again when an entry they are filed under changes (its slug is a facet)."""
    for name, source in FILED.items():
        depends(
            source,
            kind=kind,
            pks=lambda entry, name=name: model.objects.filter(**{name: entry}).values_list("pk", flat=True),
        )
