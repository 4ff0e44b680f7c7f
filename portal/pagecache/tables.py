"""Which writes change what anonymous pages show. Each app says so of its tables in ``page_cache.py``.

A table that nobody spoke of changes pages: to forget one empties the cache too often, never too rarely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps

from .models import Change

#: What a statement begins with that writes nothing which a page shows.
READS = frozenset(
    ["SELECT", "EXPLAIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET", "RESET", "SHOW",
     "DECLARE", "FETCH", "CLOSE", "CREATE", "ANALYZE", "VACUUM", "LOCK", "DISCARD", "COMMENT"]
)  # fmt: skip
_WRITE = re.compile(
    r"\s*(INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?\"?(\w+)\"?(.*)", re.I | re.S
)
_WHERE = re.compile(r"\sWHERE\s", re.I)
_ASSIGNED = re.compile(r"(\w+)\"?\s*=")
_SUBQUERY = re.compile(r"\bSELECT\b", re.I)
_WITHIN = re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE)\b", re.I)


@dataclass(frozen=True)
class Hidden:
    """A model whose writes show on no anonymous page, and why.

    ``only`` limits that to some operations (INSERT, UPDATE, DELETE), ``columns`` to updates of these alone.
    """

    label: str
    why: str
    only: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()

    def covers(self, operation: str, rest: str) -> bool:
        """Tell whether a statement that does ``operation`` on the table may be passed over."""
        if self.columns:
            return operation == "UPDATE" and _assigned(rest) <= self.columns
        return not self.only or operation in self.only


_hidden: dict[str, list[Hidden]] = {}
_shown: set[str] = set()


def hide(*labels: str, why: str, only: tuple[str, ...] = (), columns: tuple[str, ...] = ()) -> None:
    """Declare that models (``"app.Model"``) show on no anonymous page, or that some writes of them do not.

    ``columns`` are names of columns (``latest_revision_id``).
    """
    for label in labels:
        _hidden.setdefault(label, []).append(Hidden(label, why, frozenset(only), frozenset(columns)))
    changes_pages.cache_clear()
    _by_table.cache_clear()


def show(*labels: str) -> None:
    """Declare that anonymous pages show these models: what the default does, said on purpose."""
    _shown.update(labels)


def is_declared(label: str) -> bool:
    """Tell whether an app said what the writes of a model do."""
    return label in _shown or label in _hidden


def hidden() -> list[Hidden]:
    """Every declaration of what is not shown."""
    return [one for declared in _hidden.values() for one in declared]


@lru_cache(maxsize=1)
def _by_table() -> dict[str, list[Hidden]]:
    """What is hidden, by table. Some models are there with one database only (Wagtail's search)."""
    models = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    return {models[label]._meta.db_table: declared for label, declared in _hidden.items() if label in models}


def is_read(sql) -> bool:
    """Tell at a glance whether a statement only reads. Quick: every query passes here."""
    return isinstance(sql, str) and (sql.startswith("SELECT") or _first_word(sql) in READS)


@lru_cache(maxsize=1024)
def changes_pages(sql: str) -> bool:
    """Tell whether a statement that is not a plain read changes what anonymous pages show.

    What is not understood does: several statements at once, another writing of SQL than ours.
    """
    if _first_word(sql) == "WITH" and not _WITHIN.search(sql):
        return False
    if ";" in sql.rstrip("; \n"):
        return True
    match = _WRITE.match(sql)
    if not match:
        return True
    operation, table, rest = match[1].split()[0].upper(), match[2], match[3]
    return not any(declared.covers(operation, rest) for declared in _by_table().get(table, ()))


def is_own(sql: str) -> bool:
    """Tell whether a statement may write on the table of changes itself (a flush does)."""
    return Change._meta.db_table in sql


def _first_word(sql: str) -> str:
    return sql.lstrip(" \n\t(")[:12].split(" ", 1)[0].rstrip(";\n").upper()


def _assigned(rest: str) -> set[str]:
    """The columns that an UPDATE assigns, from what follows the table's name; "*" where that is not sure."""
    assignments = _WHERE.split(rest, maxsplit=1)[0]
    names = set(_ASSIGNED.findall(assignments))
    return names if names and not _SUBQUERY.search(assignments) else {"*"}
