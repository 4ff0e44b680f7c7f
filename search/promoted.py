"""What the editors promote for a query (Wagtail's promoted results), for one reader.

Wagtail compares queries letter by letter. Here two queries are the same when the search understands them the
same: accents, plurals, order, stop words, and an acronym or its expansion do not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.search.utils import normalise_query_string

from portal.base.models import BasePage

from .french import fold
from .lexicon import Lexicon, acronym_marker
from .lexicon_source import current_lexicon
from .query import ParsedQuery, parse
from .registry import Label, registry

MAX_PICKS = 5
_SAFE = ("https://", "http://")

#: The rows and the lexicon that the keys were computed from, and the queries by key.
_cached: tuple[tuple, Lexicon, Mapping[frozenset, tuple[int, ...]]] | None = None


@dataclass(frozen=True)
class Pick:
    """A promoted result. ``document_id`` is that of the same page in the index, "" for an outside link."""

    title: str
    url: str
    description: str
    type: str = ""
    label: Label | None = None
    is_reserved: bool = False
    document_id: str = ""

    @property
    def is_external(self) -> bool:
        return self.label is None


def promoted_for(query: ParsedQuery, *, user) -> tuple[Pick, ...]:
    """Return what is promoted for ``query`` and ``user`` may read, in the editors' order.

    One query when nothing is promoted for these words.
    """
    if not query.text or query.is_meaningless:
        return ()
    lexicon = current_lexicon()
    ids = _queries_by_key(lexicon).get(_key(query.text, lexicon), ())
    if not ids:
        return ()
    promotions = list(
        SearchPromotion.objects.filter(query_id__in=ids).order_by("query_id", "sort_order", "pk")
    )
    readable = {
        page.pk: page
        for page in BasePage.objects.visible_to(user)
        .filter(pk__in=[promotion.page_id for promotion in promotions if promotion.page_id])
        .specific()
    }
    picks: dict[str, Pick] = {}
    for promotion in promotions:
        pick = _pick(promotion, readable)
        if pick:
            picks.setdefault(pick.url, pick)
    return tuple(picks.values())[:MAX_PICKS]


def without_picks(results: Sequence, picks: Sequence[Pick]) -> tuple:
    """Return ``results`` but those that ``picks`` show already."""
    shown = {pick.document_id for pick in picks if pick.document_id}
    return tuple(result for result in results if result.document.id not in shown)


def _pick(promotion: SearchPromotion, readable: Mapping[int, BasePage]) -> Pick | None:
    description = " ".join(promotion.description.split())
    if promotion.page_id:
        page = readable.get(promotion.page_id)
        if page is None or not page.url:
            return None
        type_, label = _type(page)
        return Pick(
            page.title,
            page.url,
            description or page.summary,
            type=type_,
            label=label,
            is_reserved=page.is_reserved,
            document_id=registry.identifier(page) or "",
        )
    if not promotion.external_link_url.lower().startswith(_SAFE):
        return None
    return Pick(
        promotion.external_link_text or promotion.external_link_url, promotion.external_link_url, description
    )


def _type(page: BasePage) -> tuple[str, Label]:
    """Return the type of a page as its result would show it; lists are not indexed and are pages."""
    registration = registry.for_model(type(page))
    if registration is None:
        return "page", Label(page.kind_label, page.kind_label)
    kind = getattr(page, "kind", "")
    return (
        (kind, registration.types[kind])
        if kind in registration.types
        else next(iter(registration.types.items()))
    )


def _queries_by_key(lexicon: Lexicon) -> Mapping[frozenset, tuple[int, ...]]:
    """Return the promoted queries by what they mean; worked out again when one changes, or the lexicon."""
    global _cached
    rows = tuple(
        SearchPromotion.objects.order_by("query_id").values_list("query_id", "query__query_string").distinct()
    )
    if _cached is None or _cached[0] != rows or _cached[1] is not lexicon:
        by_key: dict[frozenset, tuple[int, ...]] = {}
        for pk, text in rows:
            if key := _key(text, lexicon):
                by_key[key] = (*by_key.get(key, ()), pk)
        _cached = (rows, lexicon, by_key)
    return _cached[2]


def _key(text: str, lexicon: Lexicon) -> frozenset:
    """Return what ``text`` asks for, whatever the writing. Empty for a text without a word."""
    # Wagtail keeps queries in small letters: both sides are read so, and an acronym is one without its capitals.
    query = parse(normalise_query_string(text), lexicon)
    acronyms = {fold(entry.acronym): entry.acronym for entry in lexicon.entries}
    words = {
        acronym_marker(acronyms[term.token]) if term.token in acronyms else term.token
        for word in query.words
        for term in word.forms[0]
    }
    phrases = {("phrase", *phrase) for phrase in query.phrases}
    return frozenset(words | phrases | {("not", *excluded) for excluded in query.excluded})
