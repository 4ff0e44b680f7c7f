"""What changes on a page more often than its content: left out of what is kept, and filled when it is served.

A *source* reads, in one query for the whole page, the values that its holes depend on. A hole is rendered from
them and from the content alone: the same values, in the same generation, are the same HTML.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import secrets
from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Source:
    """``prepare(keys, now)`` says, when a page is kept, what is to be read for the things it shows (it is
    pickled); ``read(plan)`` reads it: one query, a hashable value.
    """

    name: str
    prepare: Callable[[Iterable, dt.datetime], object]
    read: Callable[[object], Hashable]


@dataclass(frozen=True)
class Filling:
    """``render(key, arguments, plan, value, now)`` gives the HTML of the holes of this name."""

    name: str
    source: str
    render: Callable[..., str]


@dataclass(frozen=True)
class Hole:
    """A place on a page: ``key`` says of which thing it speaks, ``arguments`` what the template said of it."""

    name: str
    key: Hashable
    arguments: tuple[tuple[str, Hashable], ...] = ()


_sources: dict[str, Source] = {}
_fillings: dict[str, Filling] = {}


def register_source(source: Source) -> None:
    _sources[source.name] = source


def register_filling(filling: Filling) -> None:
    _fillings[filling.name] = filling


def source_named(name: str) -> Source:
    return _sources[name]


def filling_of(hole: Hole) -> Filling:
    return _fillings[hole.name]


@dataclass
class Recorder:
    """What is known of the page that is being rendered, if it may be kept.

    Holes are left only once the page has asked to be kept: whatever else is rendered has none.
    """

    generation: str
    now: dt.datetime
    is_wanted: bool = False
    holes: list[Hole] = field(default_factory=list)
    _mark: str = field(default_factory=lambda: secrets.token_hex(12))

    def leave(self, hole: Hole) -> SafeString:
        """Note a hole; returns what stands in its place. Nobody can write that in a text: it is drawn by lot."""
        self.holes.append(hole)
        return mark_safe(f"<!--{self._mark}:{len(self.holes) - 1}-->")

    def split(self, content: bytes) -> tuple[tuple[bytes, ...], tuple[Hole, ...]]:
        """Cut ``content`` at its holes: what stands around them (one more), and the holes in their order."""
        parts = re.split(rb"<!--" + self._mark.encode() + rb":(\d+)-->", content)
        return tuple(parts[::2]), tuple(self.holes[int(number)] for number in parts[1::2])

    @contextlib.contextmanager
    def records(self):
        """Within: templates leave holes, and ``keep`` is heard."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)


_current: ContextVar[Recorder | None] = ContextVar("portal.pagecache.recorder", default=None)


def current() -> Recorder | None:
    """The recorder of the page that is being rendered, None where nothing may be kept."""
    return _current.get()
