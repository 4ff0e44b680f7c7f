"""What a list shows of a fiche or of a tool. Four queries, whatever their number."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Count, F, TextField, Value
from django.db.models.functions import Cast

from portal.base.addresses import address_of
from portal.base.audience import Audience
from portal.base.cards import Listing
from portal.base.prepared import Fixed, prepared
from portal.base.templatetags.portal_tags import reading_minutes

COLUMNS = ("pk", "url_path", "title", "summary", "audience", "external_url", "verified_on")
#: The closed lists that a card shows, in the order of ``_filing``'s result.
SHOWN_LISTS = ("phases", "secteurs", "regions")


@dataclass(frozen=True, slots=True)
class RessourceCard:
    """An index card. Of each closed list it has room for: one phase, one sector, two regions ("" for none).

    ``phases`` has them all, as (slug, label): the card of a tool says each.
    """

    pk: int
    title: str
    url: str
    summary: str
    kind: str
    kind_label: str
    phase_slug: str
    phase_label: str
    phases: tuple[tuple[str, str], ...]
    secteur: str
    regions: str
    external_url: str
    reading_minutes: int
    is_reserved: bool
    uses_count: int
    verified_on: dt.date | None


class RessourceListing(Listing):
    def columns(self) -> tuple[tuple[str, ...], dict]:
        return COLUMNS, {}

    def cards(self, rows: list[dict]) -> list[RessourceCard]:
        model, keys, cards = self.model, [row["pk"] for row in rows], []
        filing, uses = _filing(model, keys), {row["page_id"]: row["number"] for row in _uses(pages=keys)}
        # Apart: a database that sorts thousands of pages would carry all their texts along.
        read = _texts(model=Fixed(model), pages=keys) if model.read_fields else []
        texts = {row.pop("pk"): tuple(text or "" for text in row.values()) for row in read}
        for row in rows:
            phases, secteurs, regions = (filing.get((row["pk"], name), []) for name in SHOWN_LISTS)
            cards.append(
                RessourceCard(
                    pk=row["pk"],
                    title=row["title"],
                    url=address_of(row["url_path"]),
                    summary=row["summary"],
                    kind=model.kind,
                    kind_label=model.kind_label,
                    phase_slug=phases[0][0] if phases else "",
                    phase_label=phases[0][1] if phases else "",
                    phases=tuple(phases),
                    secteur=secteurs[0][1] if secteurs else "",
                    regions=", ".join(label for _, label in regions[:2]),
                    external_url=row["external_url"],
                    reading_minutes=minutes_to_read(model, texts.get(row["pk"], ())),
                    is_reserved=row["audience"] != Audience.PUBLIC,
                    uses_count=uses.get(row["pk"], 0),
                    verified_on=row["verified_on"],
                )
            )
        return cards


def ressource_cards(model):
    """Decorate a function that returns pages of ``model``, fiches or tools: it gives their ``RessourceCard``s."""
    return functools.partial(RessourceListing, model)


@functools.lru_cache(maxsize=4096)
def minutes_to_read(model, texts: tuple[str, ...]) -> int:
    """The minutes it takes to read a page of ``model`` that has these ``texts``, in ``read_fields``'s order.

    Kept by the texts themselves: another text is another key.
    """
    if not any(texts):
        return 0
    fields = zip(model.read_fields, texts, strict=True)
    return reading_minutes(
        " ".join(str(model._meta.get_field(name).to_python(text)) for name, text in fields if text)
    )


@prepared
def _texts(model, pages):
    """What is read of each page, as it is stored: a stream would be built for each row."""
    texts = {f"text_{name}": Cast(F(name), TextField()) for name in model.read_fields}
    return model.objects.filter(pk__in=pages).order_by().values("pk", **texts)


def _filing(model, keys: list[int]) -> dict[tuple[int, str], list[tuple[str, str]]]:
    """Return slug and label of what each page is filed under, by page and list, in the lists' order."""
    filing: dict[tuple[int, str], list[tuple[str, str]]] = {}
    rows = _entries(model=Fixed(model), pages=keys)
    for row in sorted(rows, key=lambda row: (row["order"], row["label"])):
        filing.setdefault((row["page"], row["list"]), []).append((row["slug"], row["short"]))
    return filing


@prepared
def _entries(model, pages):
    """The entries of the lists that cards show, in one query."""
    parts = []
    for name in SHOWN_LISTS:
        field = model._meta.get_field(name)
        page, entry = field.m2m_field_name(), field.m2m_reverse_field_name()
        parts.append(
            field.remote_field.through.objects.filter(**{f"{page}__in": pages})
            .order_by()
            .values(
                page=F(f"{page}_id"),
                list=Value(name),
                order=F(f"{entry}__order"),
                label=F(f"{entry}__label"),
                slug=F(f"{entry}__slug"),
                short=F(f"{entry}__short_label" if name == "phases" else f"{entry}__label"),
            )
        )
    first, *others = parts
    return first.union(*others, all=True)


@prepared
def _uses(pages):
    """How many people used each page."""
    uses = apps.get_model("ressources", "Usage").objects.filter(page__in=pages)
    return uses.order_by().values("page_id").annotate(number=Count("pk"))
