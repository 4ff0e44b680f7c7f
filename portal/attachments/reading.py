"""Have a file read by a process of its own: hostile, endless or huge, it costs that process only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from .models import State

logger = logging.getLogger(__name__)

#: A larger file is not read at all.
MAX_FILE = 50 * 1024 * 1024
#: Seconds that may pass, whatever the process does.
TIMEOUT = 60
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Reading:
    """What came of it. ``file_hash`` is the SHA-1 of what was read, ``file_size`` in bytes."""

    state: State
    parts: list[dict] = field(default_factory=list)
    error: str = ""
    file_hash: str = ""
    file_size: int | None = None


def read(stream: BinaryIO, *, extension: str) -> Reading:
    """Return the text of the open file ``stream``. Never raises for what the file holds; OSError for the storage."""
    with tempfile.TemporaryDirectory(prefix="portail-fichier-") as folder:
        copy = Path(folder) / "file"
        digest, size = hashlib.sha1(usedforsecurity=False), 0
        with copy.open("wb") as target:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                digest.update(chunk)
                if size > MAX_FILE:
                    return Reading(State.TOO_LARGE)
                target.write(chunk)
        with (Path(folder) / "parts").open("w+b") as output:
            complaint = _run(copy, extension, output)
            output.seek(0)
            parts, end = _parsed(output)
    if end is None:
        # Stopped: by its time, its memory or what it may print.
        logger.warning("a file of type %s stopped its reader (%s)", extension, complaint)
        end = {"state": State.CUT if parts else State.UNREADABLE, "error": ""}
    elif complaint:
        logger.info("a file of type %s: %s", extension, complaint)
    return Reading(State(end["state"]), parts, end["error"], digest.hexdigest(), size)


def _run(path: Path, extension: str, output: BinaryIO) -> str:
    """Run the reader; return what it complained of, at most a few lines."""
    command = [sys.executable, "-m", "portal.attachments.extract", str(path), extension]
    try:
        done = subprocess.run(  # noqa: S603  (our own module, on a path of our own)
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=TIMEOUT,
            cwd=settings.BASE_DIR,
            # Nothing of our environment: no key, no address of a database.
            env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"more than {TIMEOUT} s"
    told = done.stderr.decode(errors="replace").strip()[-300:]
    return told or (f"code {done.returncode}" if done.returncode else "")


def _parsed(output: BinaryIO) -> tuple[list[dict], dict | None]:
    """Return the parts, and the last line where there is one."""
    parts: list[dict] = []
    for line in output:
        with contextlib.suppress(ValueError):
            # The last line of a stopped process may be half a line.
            said = json.loads(line)
            if "state" in said:
                return parts, said
            parts.append({"place": said["place"], "text": said["text"]})
    return parts, None
