"""What the words typed so far may mean: themes, terms of the lexicon and titles, each in its group."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from portal.base.audience import principals
from portal.base.templatetags.portal_tags import typo

from .documents import Document
from .engines import get_engine
from .engines.base import SearchUnavailable
from .frequent import frequent_searches
from .registry import Label, registry

logger = logging.getLogger(__name__)

#: Shorter beginnings lead everywhere.
SHORTEST = 2
#: Of the group that holds most types, and of each other.
MAX_TITLES = 5
MAX_OTHERS = 3
MAX_SEARCHES = 3


@dataclass(frozen=True)
class Item:
    """Something to open straight from the box. ``detail`` says more of it: a meaning, a type."""

    label: str
    url: str
    detail: str = ""
    type: str = ""


@dataclass(frozen=True)
class Group:
    """Items of one nature under their title."""

    title: str
    items: tuple[Item, ...]


def suggest(text: str, *, user) -> tuple[Group, ...]:
    """Return what ``text`` may mean to ``user``, the groups without item left out.

    Never raises for an engine that is down: the box works without suggestions.
    """
    if len(text.strip()) < SHORTEST:
        return ()
    types = registry.types()
    slugs: dict[str, list[str]] = {}
    for slug, label in types.items():
        slugs.setdefault(label.suggested_as, []).append(slug)
    # What is one type only is where to go; the contents come after.
    wanted = sorted(slugs.items(), key=lambda entry: len(entry[1]) > 1)
    try:
        found = _documents(text, wanted, user)
    except SearchUnavailable as error:
        logger.warning("no suggestions: %s", error)
        return ()
    groups = [
        Group(title, tuple(_item(document, types) for document in documents))
        for (title, _), documents in zip(wanted, found, strict=True)
    ]
    groups.append(Group("Recherches fréquentes", _searches(text, user)))
    return tuple(group for group in groups if group.items)


def _searches(text: str, user) -> tuple[Item, ...]:
    """Return what many searched for that begins so, where this reader would find something."""
    found = frequent_searches(principals=principals(user), prefix=text, limit=MAX_SEARCHES)
    return tuple(Item(each.text, f"{reverse('search')}?{urlencode({'q': each.text})}") for each in found)


def _documents(text: str, wanted: Sequence[tuple[str, Sequence[str]]], user) -> list[list[Document]]:
    """Return the documents of each group that the database lets ``user`` read now."""
    engine, holds = get_engine(), principals(user)
    found = [
        [
            hit.document
            for hit in engine.suggest(
                text, principals=holds, types=slugs, limit=MAX_TITLES if len(slugs) > 1 else MAX_OTHERS
            )
        ]
        for _, slugs in wanted
    ]
    # The index may be a second late.
    visible = registry.visible_ids(user, [document for documents in found for document in documents])
    return [[document for document in documents if document.id in visible] for documents in found]


def _item(document: Document, types: Mapping[str, Label]) -> Item:
    label = types.get(document.type)
    if label is None:
        detail = ""
    elif label.says_summary:
        detail = typo(document.summary)
    else:
        # Under its own title, a type says nothing more.
        detail = "" if label.plural == label.suggested_as else label.label
    return Item(typo(document.title), document.url, detail, document.type)
