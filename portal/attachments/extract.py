"""Read one file in a process that may do little: ``python -m portal.attachments.extract <path> <extension>``.

Prints one JSON line a part, ``{"place": …, "text": …}``, then one that says how it ended, ``{"state": …,
"error": …}``. Without that last line the process was stopped: what it printed before is good.
"""

from __future__ import annotations

import contextlib
import json
import logging
import resource
import sys
from pathlib import Path

MEMORY = 768 * 1024 * 1024
#: Of the processor; the parent bounds the time that passes.
SECONDS = 30
#: What may be printed, in bytes.
OUTPUT = 4 * 1024 * 1024
#: Characters that are kept of a file: some fifty dense pages.
MAX_TEXT = 200_000


def limit() -> None:
    """Bound memory, time, output and open files; what a system does not know is left."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def say(**line) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def main(path: Path, extension: str) -> None:
    from portal.attachments import formats

    kept = 0
    try:
        for place, text in formats.parts_of(path, extension):
            say(place=place, text=text[: MAX_TEXT - kept])
            kept += len(text)
            if kept >= MAX_TEXT:
                say(state="partie", error="")
                return
    except formats.OtherType:
        say(state="autre", error="")
    except formats.Protected:
        say(state="protege", error="")
    except (formats.TooLarge, MemoryError):
        say(state="partie" if kept else "trop-gros", error="")
    except formats.NotWhatItSays as error:
        say(state="illisible", error=str(error))
    except Exception as error:  # Whatever a damaged file makes a reader raise.
        # The libraries speak English, to developers: their words go to the log, not to the editor.
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        say(state="partie" if kept else "illisible", error="")
    else:
        say(state="lu" if kept else "images", error="")


if __name__ == "__main__":
    limit()
    # What the readers think of a file is nobody's business.
    logging.disable(logging.CRITICAL)
    main(Path(sys.argv[1]), sys.argv[2])
