"""What was typed, as words that every database takes; and what is indexed, without its accents."""

from __future__ import annotations

import copy
import re
import unicodedata

from modelsearch.index import RelatedFields
from modelsearch.query import MATCH_NONE, And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText

#: Of a query: a longer one is a pasted text. The rest is left aside.
MOST_CHARACTERS = 255
MOST_WORDS = 12
_ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_JOINED = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "’": "'"})


def folded(text: str) -> str:
    """Return ``text`` without accents, as it is indexed and as it is looked for."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_JOINED).replace("\x00", " "))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words_of(text: str) -> str:
    """Return the words of what was typed, separated by spaces: letters and digits, nothing an engine may read."""
    return " ".join(_WORD.findall(_ELIDED.sub(" ", folded(text[:MOST_CHARACTERS])))[:MOST_WORDS])


def safe(query):
    """Return ``query`` (a text or a tree of Wagtail's queries) with words alone in it.

    What has no word finds nothing, as a lone quote or operator should.
    """
    if query is None or isinstance(query, MatchAll):
        return query
    if isinstance(query, str):
        return words_of(query) or MATCH_NONE
    cleaned = _cleaned(query)
    return MATCH_NONE if cleaned is None else cleaned


def _cleaned(query):
    """Return ``query`` cleaned, None where nothing is left of it."""
    if isinstance(query, (PlainText, Phrase, Fuzzy)):
        if words := words_of(query.query_string):
            query = copy.copy(query)
            query.query_string = words
            return query
        return None
    if isinstance(query, (And, Or)):
        kept = [part for part in map(_cleaned, query.subqueries) if part is not None]
        if len(kept) > 1:
            return type(query)(kept)
        return kept[0] if kept else None
    if isinstance(query, (Not, Boost)):
        if (inner := _cleaned(query.subquery)) is None:
            return None
        query = copy.copy(query)
        query.subquery = inner
    return query


class SafeQueries:
    """A backend that is given words only. For PlainText queries the operator stays as it was."""

    def _search(self, query_compiler_class, query, model_or_queryset, **kwargs):
        return super()._search(query_compiler_class, safe(query), model_or_queryset, **kwargs)


class FoldedTexts:
    """An index whose texts have no accents: both sides of a comparison are folded alike."""

    def add_items(self, model, objs):
        super().add_items(model, [_Folded(instance) for instance in objs])


class _Folded:
    """An object as the indexer reads it: its key, and fields whose values are folded."""

    def __init__(self, instance):
        self.pk = instance.pk
        self._instance = instance

    def get_search_fields(self):
        return [self._folded(field) for field in self._instance.get_search_fields()]

    def _folded(self, field):
        read, field = field.get_value, copy.copy(field)
        if isinstance(field, RelatedFields):
            field.fields = [self._folded(inner) for inner in field.fields]
            field.get_value = lambda instance: read(self._real(instance))
        else:
            field.get_value = lambda instance: folded_value(read(self._real(instance)))
        return field

    def _real(self, instance):
        return self._instance if instance is self else instance


def folded_value(value):
    """Return ``value`` folded, whatever holds its texts."""
    if isinstance(value, str):
        return folded(value)
    if isinstance(value, (list, tuple)):
        return [folded_value(item) for item in value]
    if isinstance(value, dict):
        return {key: folded_value(item) for key, item in value.items()}
    return value
