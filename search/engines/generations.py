"""The directories of the embedded index: one per generation, and a file that names the one that serves.

A generation is built beside the serving one and takes its place by replacing the file ``CURRENT``, which is
atomic: a reader sees the old or the new index, whole. Its name holds the version of the engine and of the
schema, so that an upgrade never opens what it cannot read.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from .base import SearchUnavailable

_CURRENT = "CURRENT"
_DAMAGED = "DAMAGED"


class Generations:
    """The generations in ``root``, of the format ``tag`` (letters, digits and dots)."""

    def __init__(self, root: Path, tag: str):
        self.root = Path(root)
        self.tag = tag

    def current(self) -> Path:
        """Return the serving generation. Raises SearchUnavailable when there is none that can be read."""
        path = self._named()
        while not path.is_dir():
            # A rebuild may have replaced it since its name was read.
            newer = self._named()
            if newer == path:
                raise SearchUnavailable("Le dossier de l’index a disparu.")
            path = newer
        return path

    def _named(self) -> Path:
        try:
            name = (self.root / _CURRENT).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SearchUnavailable("L’index n’a pas encore été construit.") from error
        if not name.startswith(f"{self.tag}-") or "/" in name:
            raise SearchUnavailable("L’index est d’une autre version : il doit être reconstruit.")
        return self.root / name

    def create(self) -> Path:
        """Make the directory of a new generation."""
        path = self.root / f"{self.tag}-{int(time.time())}{secrets.token_hex(3)}"
        path.mkdir(parents=True)
        return path

    def publish(self, path: Path) -> None:
        """Make ``path`` the serving generation, for good once this returns, and remove the others."""
        temporary = self.root / f"{_CURRENT}.{secrets.token_hex(4)}"
        with open(temporary, "w", encoding="ascii") as file:
            file.write(path.name)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.root / _CURRENT)
        with contextlib.suppress(OSError):
            directory = os.open(self.root, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        for other in self.root.iterdir():
            # Readers that hold an old generation open keep reading it: its files live until they close them.
            if other.is_dir() and other != path:
                shutil.rmtree(other, ignore_errors=True)

    def discard(self, path: Path) -> None:
        """Remove a generation that will not serve."""
        shutil.rmtree(path, ignore_errors=True)

    def mark_damaged(self, path: Path) -> None:
        """Leave word for the worker that ``path`` cannot be read; any process may."""
        with contextlib.suppress(OSError):
            (path / _DAMAGED).touch()

    def is_damaged(self, path: Path) -> bool:
        return (path / _DAMAGED).exists()

    @contextlib.contextmanager
    def lock(self, name: str, *, timeout: float) -> Iterator[None]:
        """Hold the lock ``name`` across processes; it goes with its holder, however that ends.

        Raises SearchUnavailable when it is not free within ``timeout`` seconds.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root / f"{name}.lock", "w", encoding="ascii") as file:
            deadline = time.monotonic() + timeout
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() >= deadline:
                        raise SearchUnavailable(f"L’index est occupé ({name}).") from error
                    time.sleep(0.02)
            yield
