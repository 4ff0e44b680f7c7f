"""A network with as many fiches as one wants, in the database; Django is set up.

``fiches`` writes whole pages: rows of every table, as the portal reads them. ``bare_pages`` writes only what the
search asks the database about (may this reader read it?), for sizes at which whole pages would take an hour.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from itertools import islice

from .prose import Prose, Text

CHUNK = 1000
#: One text in so many is for members only.
RESERVED_EVERY = 7
FILED = ("themes", "secteurs", "phases", "regions", "structures")


def prepare() -> None:
    """The closed lists, the lexicon, the tree and seven more centres."""
    from portal.themes.lists import load_lists
    from tests import factories

    load_lists()
    tree = factories.make_tree()
    for number in range(2, 9):
        factories.make_centre(tree, title=f"CRDLA numéro {number}", slug=f"crdla-{number}")


def filing(text: Text) -> dict[str, list]:
    """Return the entries of the closed lists that ``text`` is filed under, by field."""
    lists = _lists()
    pick = random.Random(f"filing {text.number}")
    numbers = {
        "themes": (1, 3),
        "secteurs": (1, 2),
        "phases": (1, 2),
        "regions": (0, 2),
        "structures": (1, 2),
    }
    return {name: pick.sample(lists[name], k=pick.randint(*numbers[name])) for name in FILED}


def audience(text: Text) -> str:
    return "public" if text.number % RESERVED_EVERY else "reseau"


def published(text: Text, now: dt.datetime) -> dt.datetime:
    """Spread over three years."""
    return now - dt.timedelta(hours=random.Random(f"age {text.number}").randrange(3 * 365 * 24))


def fiches(prose: Prose, size: int, *, now: dt.datetime) -> None:
    """Write the texts 0 to ``size`` (excluded) as published fiches."""
    from ressources.models import FichePage

    centres = _centres()
    for texts in _chunks(prose.texts(0, size)):
        pages = [_page(FichePage, text, centres, now) for text in texts]
        for page, text in zip(pages, texts, strict=True):
            for anchor, _, content in text.sections:
                setattr(page, anchor, f"<p>{content}</p>")
            page.verified_on = page.first_published_at.date()
        _insert(pages)
        for name in FILED:
            _relate(FichePage, name, pages, texts)
    _count_children()


def events(prose: Prose, first: int, last: int, *, now: dt.datetime) -> None:
    """Write the texts ``first`` to ``last`` (excluded) as published cafés, three past for one to come."""
    from cafes.models import CafePage
    from portal.registrations.models import EventState

    centres = _centres()
    for texts in _chunks(prose.texts(first, last)):
        pages = [_page(CafePage, text, centres, now, first_step=300_000) for text in texts]
        for page, text in zip(pages, texts, strict=True):
            days = text.number % 400 - 300
            page.start = now + dt.timedelta(days=days, hours=text.number % 9)
            page.end = page.start + dt.timedelta(minutes=90)
            page.capacity, page.about = 16, f"<p>{text.summary}</p>"
        _insert(pages)
        EventState.objects.bulk_create([EventState(event_id=page.pk) for page in pages], batch_size=500)
        for name in FILED:
            _relate(CafePage, name, pages, texts)
    _count_children()


def bare_pages(first: int, last: int, prose: Prose, *, now: dt.datetime) -> None:
    """Write the texts ``first`` to ``last`` (excluded) as rows of the tables that all pages share."""
    from portal.base.models import BasePage
    from ressources.models import FichePage

    centres = _centres()
    for texts in _chunks(prose.texts(first, last)):
        pages = [_page(FichePage, text, centres, now, first_step=500_000) for text in texts]
        _insert(pages, BasePage)
    _count_children()


def documents(prose: Prose, size: int, *, now: dt.datetime) -> Iterator[list]:
    """Yield the documents of the texts 0 to ``size`` (excluded), in lists, without reading their pages."""
    from portal.base.models import BasePage
    from search.documents import Document, Passage

    pks = dict(BasePage.objects.filter(slug__startswith="texte-").values_list("slug", "pk"))
    centres = [centre.slug for centre in _centres()]
    for texts in _chunks(prose.texts(0, size), 200):
        filed = [filing(text) for text in texts]
        yield [
            Document(
                id=f"fiche-{pks[_slug(text)]}",
                type="fiche",
                title=text.title,
                url=f"/centres/{centres[text.number % len(centres)]}/{_slug(text)}/",
                audiences=(audience(text),),
                summary=text.summary,
                body="\n".join(content for *_, content in text.sections),
                passages=tuple(
                    Passage(text=content, anchor=anchor, label=label)
                    for anchor, label, content in text.sections
                ),
                centre=centres[text.number % len(centres)],
                published_at=published(text, now),
                labels=tuple(entry.label for found in entries.values() for entry in found),
                weight=text.number % 3,
                **{name: tuple(entry.slug for entry in found) for name, found in entries.items()},
            )
            for text, entries in zip(texts, filed, strict=True)
        ]


def _chunks(texts: Iterable[Text], size: int = CHUNK) -> Iterator[list[Text]]:
    texts = iter(texts)
    while chunk := list(islice(texts, size)):
        yield chunk


_read: dict[str, list] = {}


def _lists() -> dict[str, list]:
    """The entries of each closed list, read once."""
    from ressources.models import FichePage

    if not _read:
        for name in FILED:
            _read[name] = list(FichePage._meta.get_field(name).related_model.objects.order_by("pk"))
    return _read


def _centres() -> list:
    from portal.centres.models import CentrePage

    return list(CentrePage.objects.order_by("path"))


def _slug(text: Text) -> str:
    return f"texte-{text.number}"


def _page(model, text: Text, centres: list, now: dt.datetime, first_step: int = 1000):
    """Return the unsaved page of ``text``, in its place of the tree."""
    from django.contrib.contenttypes.models import ContentType

    centre = centres[text.number % len(centres)]
    moment = published(text, now)
    # Far from the steps that the factories take, and that pages added meanwhile do.
    step = model._int2str(text.number // len(centres) + first_step).rjust(model.steplen, "0")
    page = model(
        title=text.title,
        slug=_slug(text),
        summary=text.summary[:300],
        path=centre.path + step,
        depth=centre.depth + 1,
        url_path=f"{centre.url_path}{_slug(text)}/",
        audience=audience(text),
        live=True,
        has_unpublished_changes=False,
        first_published_at=moment,
        last_published_at=moment,
        locale_id=centre.locale_id,
        content_type=ContentType.objects.get_for_model(model),
    )
    page.draft_title = page.title
    return page


def _insert(pages: list, last=None) -> None:
    """Insert ``pages`` in the tables of their model and its parents, down to ``last`` where it is given."""
    from django.db import connection, transaction
    from wagtail.models import Page

    model = type(pages[0])
    with transaction.atomic():
        rows = Page._base_manager.bulk_create(
            [
                Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields})
                for page in pages
            ],
            batch_size=500,
        )
        for page, row in zip(pages, rows, strict=True):
            page.pk = page.page_ptr_id = page.id = row.pk
            for link in model._meta.concrete_fields:
                if link.remote_field and link.remote_field.parent_link:
                    setattr(page, link.attname, row.pk)
        # Django's bulk_create refuses models with parents; below it, a table is a table.
        parents = [table for table in reversed(model._meta.all_parents) if table is not Page]
        for table in (*parents, model):
            fields = table._meta.local_concrete_fields
            size = connection.ops.bulk_batch_size([field.name for field in fields], pages)
            for start in range(0, len(pages), size):
                table._base_manager._insert(
                    pages[start : start + size], fields=fields, using=connection.alias
                )
            if table is last:
                break


def _relate(model, name: str, pages: list, texts: list[Text]) -> None:
    field = model._meta.get_field(name)
    through = field.remote_field.through
    source, target = field.m2m_column_name(), field.m2m_reverse_name()
    through._base_manager.bulk_create(
        [
            through(**{source: page.pk, target: entry.pk})
            for page, text in zip(pages, texts, strict=True)
            for entry in filing(text)[name]
        ],
        batch_size=500,
    )


def _count_children() -> None:
    from wagtail.models import Page

    from portal.centres.models import CentrePage

    for centre in CentrePage.objects.all():
        Page.objects.filter(pk=centre.pk).update(numchild=Page.objects.child_of(centre).count())
