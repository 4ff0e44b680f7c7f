"""Pages that are kept: what they are made of, and the bounded memory that holds them.

Each process has a memory of its own; the generation, read from the database at each request, keeps all of them
exact. Where the cache ``pages`` is configured (Redis), a page that one process made serves the others as well.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.cache import caches

from .compression import compressed
from .holes import Hole, filling_of, source_named

logger = logging.getLogger(__name__)
#: Ways of filling the holes of one page that are kept ready.
MOST_READY = 4
#: Of the programs and templates that pages are made with.
CODE = ("*.py", "*.html", "*.txt", "*.css", "*.js", "*.svg", "*.lock")


class Ready:
    """A page with its holes filled: the bytes to send, in each encoding asked for so far."""

    def __init__(self, body: bytes):
        self.etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        self.bodies = {"": body}

    def body(self, encoding: str) -> bytes:
        if encoding not in self.bodies:
            self.bodies[encoding] = compressed(self.bodies[""], encoding)
        return self.bodies[encoding]


class Entry:
    """A page of one generation, with its holes, until a moment (aware). Pickled without what is ready."""

    def __init__(
        self,
        *,
        generation: str,
        expires_at: dt.datetime,
        headers: tuple[tuple[str, str], ...],
        pieces: tuple[bytes, ...],
        holes: tuple[Hole, ...],
        now: dt.datetime,
    ):
        self.generation, self.expires_at, self.headers = generation, expires_at, headers
        self.pieces, self.holes = pieces, holes
        keys: dict[str, dict] = {}
        for hole in holes:
            keys.setdefault(filling_of(hole).source, {})[hole.key] = None
        self.plans = tuple(
            (name, source_named(name).prepare(list(given), now)) for name, given in keys.items()
        )
        self.ready: OrderedDict[Hashable, Ready] = OrderedDict()

    def __getstate__(self):
        return {**self.__dict__, "ready": None}

    def __setstate__(self, state):
        self.__dict__ = {**state, "ready": OrderedDict()}

    def values(self) -> tuple:
        """What the holes depend on, now: one query a source, none without a hole."""
        return tuple(source_named(name).read(plan) for name, plan in self.plans)

    def filled(self, values: tuple, *, now: dt.datetime) -> Ready:
        """The page with its holes filled from ``values``: made once for each."""
        ready = self.ready.get(values)
        if ready is None:
            ready = self.ready[values] = Ready(self._assembled(values, now))
            while len(self.ready) > MOST_READY:
                self.ready.popitem(last=False)
        return ready

    def _assembled(self, values: tuple, now: dt.datetime) -> bytes:
        if not self.holes:
            return self.pieces[0]
        known = {name: (plan, value) for (name, plan), value in zip(self.plans, values, strict=True)}
        rendered: dict[Hole, bytes] = {}
        parts = [self.pieces[0]]
        for hole, piece in zip(self.holes, self.pieces[1:], strict=True):
            if hole not in rendered:
                filling = filling_of(hole)
                html = filling.render(hole.key, dict(hole.arguments), *known[filling.source], now)
                rendered[hole] = html.strip().encode()
            parts += [rendered[hole], piece]
        return b"".join(parts)

    def weight(self) -> int:
        """Bytes that the entry holds, about."""
        bodies = sum(len(body) for ready in list(self.ready.values()) for body in list(ready.bodies.values()))
        return sum(map(len, self.pieces)) + bodies


class Pages:
    """The memory of one process: bounded in number and in bytes, what served longest ago goes first."""

    def __init__(self):
        self._entries: OrderedDict[tuple, Entry] = OrderedDict()
        self._weights: dict[tuple, int] = {}
        self._total = 0
        self._lock = threading.Lock()

    def get(self, key: tuple, *, generation: str, now: dt.datetime) -> Entry | None:
        """The page kept under ``key`` if it is of this generation and still true at ``now``."""
        entry = self._entries.get(key)
        if entry is None or entry.generation != generation:
            entry = self._shared(key, generation)
            if entry is not None:
                self._hold(key, entry)
        if entry is None or now >= entry.expires_at:
            return None
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
        return entry

    def put(self, key: tuple, entry: Entry, *, now: dt.datetime) -> None:
        """Keep a page that was just made."""
        self._hold(key, entry)
        seconds = int((entry.expires_at - now).total_seconds())
        if "pages" in settings.CACHES and seconds > 0:
            try:
                caches["pages"].set(_shared_key(key, entry.generation), entry, seconds)
            except Exception as error:  # Whatever ails the cache, the page is served.
                logger.warning("A page is not shared: %s", error)

    def _shared(self, key: tuple, generation: str) -> Entry | None:
        if "pages" not in settings.CACHES:
            return None
        try:
            return caches["pages"].get(_shared_key(key, generation))
        except Exception as error:
            logger.warning("No shared page is read: %s", error)
            return None

    def _hold(self, key: tuple, entry: Entry) -> None:
        with self._lock:
            self._entries[key] = entry
            self._entries.move_to_end(key)
        self.weigh(key)

    def weigh(self, key: tuple) -> None:
        """Count again what ``key`` holds, and let go of others where it is too much."""
        with self._lock:
            if key not in self._entries:
                return
            weight = self._entries[key].weight()
            self._total += weight - self._weights.get(key, 0)
            self._weights[key] = weight
            while self._entries and (
                len(self._entries) > settings.PAGE_CACHE_ENTRIES or self._total > settings.PAGE_CACHE_BYTES
            ):
                gone, _ = self._entries.popitem(last=False)
                self._total -= self._weights.pop(gone)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._weights.clear()
            self._total = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def total(self) -> int:
        """Bytes held, about."""
        return self._total


def _shared_key(key: tuple, generation: str) -> str:
    told = "\n".join((code_version(), generation, *key))
    return f"page-{hashlib.sha256(told.encode()).hexdigest()}"


@lru_cache(maxsize=1)
def code_version() -> str:
    """What tells one version of the portal from another: a page made by the former is not served by the next."""
    digest = hashlib.sha256(repr((settings.DEMO, settings.STATIC_URL)).encode())
    folders = [folder for folder in settings.BASE_DIR.iterdir() if (folder / "__init__.py").exists()]
    paths = [settings.BASE_DIR / "uv.lock"]
    for folder in (*folders, settings.BASE_DIR / "templates"):
        paths += [path for pattern in CODE for path in Path(folder).rglob(pattern)]
    for path in sorted(path for path in paths if path.exists()):
        state = path.stat()
        digest.update(f"{path.relative_to(settings.BASE_DIR)} {state.st_size} {state.st_mtime_ns}".encode())
    return digest.hexdigest()


#: Of this process.
pages = Pages()
