"""Queries whose SQL is written once a process: for the pages that everybody reads, writing it took longer than
running it.

    @prepared
    def next_sessions(user, now):
        return EventPage.objects.visible_to(user).upcoming(now).values("pk", "title")[:4]

    rows = next_sessions(user=request.user, now=now)

The function is ordinary: it returns a queryset of ``values()``, and is called once for each *shape* of its
arguments. Whole numbers, texts and moments (and lists of them) are left open in the statement and filled in at each
run; a user counts as what he may read; anything else (None, a boolean, what is ``Fixed``) is part of the shape.
Nothing of the content is kept, only the statement: what it returns is what the database holds.

So an argument must reach the statement as it is (``slug=slug``, not ``slug__startswith=slug``, and no ``if`` on
a text) or be ``Fixed``: one that does not is refused, and so is a moment that is not an argument, for it would be
that of the first call.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from .audience import group_ids, is_approved

#: Statements kept for each function: a list that is as long as a page, in a few lengths and for a few readers.
KEPT = 256
#: What stands for values while the statement is written: no page has such a number, nor happened then.
_NUMBER, _MOMENT = 2_000_000_000, dt.datetime(1901, 1, 1, tzinfo=dt.UTC)
_LOOKS_LIKE_A_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")


@dataclass(frozen=True)
class Fixed:
    """An argument that the statement is written for: limits, the beginning of a path, the kind of a list."""

    value: Any


@dataclass(frozen=True)
class Reader:
    """A user as far as ``visible_to`` asks, whose groups may be left open."""

    is_superuser: bool
    is_approved: bool
    _audience_group_ids: tuple[int, ...] = ()
    is_active: bool = True

    @property
    def is_authenticated(self) -> bool:
        return self.is_approved or self.is_superuser

    @property
    def approved_at(self) -> bool:
        return self.is_approved


@dataclass(frozen=True)
class Statement:
    """``places`` says where the values of a run go among the parameters, None where a parameter is fixed."""

    sql: str
    parameters: tuple
    places: tuple[int | None, ...]
    names: tuple[str, ...]
    converters: dict
    flat: bool

    def run(self, values: list) -> list:
        parameters = [
            fixed if place is None else values[place]
            for fixed, place in zip(self.parameters, self.places, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = cursor.fetchall()
        if self.converters:
            rows = [self._converted(row) for row in rows]
        if self.flat:
            return [row[0] for row in rows]
        return [dict(zip(self.names, row, strict=False)) for row in rows]

    def _converted(self, row) -> list:
        row = list(row)
        for position, (converters, expression) in self.converters.items():
            for converter in converters:
                row[position] = converter(row[position], expression, connection)
        return row


@dataclass
class _Shape:
    """What of a call's arguments is left open (``values``), and what the rest of them is (``key``)."""

    key: list = field(default_factory=list)
    values: list = field(default_factory=list)

    def take(self, argument) -> Any:
        if hasattr(argument, "is_authenticated"):
            if getattr(argument, "is_superuser", False) and argument.is_active:
                return ("reader", True, False, 0)
            if not is_approved(argument):
                return ("reader", False, False, 0)
            groups = group_ids(argument)
            self.values += groups
            return ("reader", False, True, len(groups))
        if isinstance(argument, Fixed):
            return ("fixed", argument.value)
        if isinstance(argument, (list, tuple)):
            kinds = tuple(self.take(item) for item in argument)
            return ("list", *kinds)
        for kind in (dt.datetime, int, str):
            if isinstance(argument, kind) and not isinstance(argument, bool):
                self.values.append(argument)
                return ("open", kind)
        return ("fixed", argument)


class _Writer:
    """Gives what stands for the open values, in their order."""

    def __init__(self):
        self.sentinels: list = []

    def stand_in(self, kind) -> Any:
        number = len(self.sentinels)
        sentinel = {
            int: _NUMBER + number,
            str: f"\ue000{number}\ue000",
            dt.datetime: _MOMENT + dt.timedelta(seconds=number),
        }[kind]
        self.sentinels.append(sentinel)
        return sentinel

    def give(self, shape) -> Any:
        name, *more = shape
        if name == "reader":
            superuser, approved, groups = more
            return Reader(superuser, approved, tuple(self.stand_in(int) for _ in range(groups)))
        if name == "list":
            return [self.give(item) for item in more]
        return self.stand_in(more[0]) if name == "open" else more[0]


class Prepared:
    """See the module. Called with named arguments; returns dictionaries, or values for ``values_list(flat=True)``."""

    def __init__(self, build: Callable):
        functools.update_wrapper(self, build)
        self.build = build
        self._statement = functools.lru_cache(maxsize=KEPT)(self._write)

    def __call__(self, **arguments) -> list:
        shape = _Shape()
        key = tuple((name, shape.take(argument)) for name, argument in arguments.items())
        statement = self._statement(connection.alias, key)
        return statement.run([_adapted(value) for value in shape.values]) if statement else []

    def _write(self, alias: str, key: tuple) -> Statement | None:
        """Write the statement of a shape; None where nothing can be found (an empty list)."""
        writer = _Writer()
        queryset = self.build(**{name: writer.give(shape) for name, shape in key})
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        positions = {_adapted(sentinel): place for place, sentinel in enumerate(writer.sentinels)}
        places = tuple(positions.get(value) if _is_plain(value) else None for value in parameters)
        if missing := set(range(len(writer.sentinels))) - set(places):
            raise ValueError(f"{self.__name__}: not as it is in the statement: {sorted(missing)} of {key}")
        for value, place in zip(parameters, places, strict=True):
            is_moment = isinstance(value, dt.datetime) or _LOOKS_LIKE_A_MOMENT.match(str(value))
            if place is None and is_moment:
                raise ValueError(f"{self.__name__}: {value} would be that of every call: make it an argument")
        query = queryset.query
        return Statement(
            sql=sql,
            parameters=tuple(parameters),
            places=places,
            names=tuple(query.selected or (*query.values_select, *query.annotation_select)),
            converters=compiler.get_converters([column for column, *_ in compiler.select]),
            flat=getattr(queryset._iterable_class, "__name__", "") == "FlatValuesListIterable",
        )


def prepared(build: Callable) -> Prepared:
    return Prepared(build)


def _is_plain(value) -> bool:
    return isinstance(value, (int, str, dt.datetime)) and not isinstance(value, bool)


def _adapted(value):
    """A value as the database's driver takes it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value


def read(model, **by):
    """Return the object of ``model`` that a look-up finds (``pk=…``, ``path__in=[…]``), whole, or None. One query."""
    ((name, value),) = by.items()
    rows = _whole(model=Fixed(model), name=Fixed(name), value=value)
    return model.from_db(connection.alias, _attnames(model), list(rows[0].values())) if rows else None


@prepared
def _whole(model, name, value):
    return model._base_manager.filter(**{name: value}).order_by().values(*_attnames(model))[:1]


def _attnames(model) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields]
