"""A demonstration of its own: what the journeys and the screens look at."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "entre-pairs-demo"
#: Services that a demonstration does without.
OTHERS = ("DATABASE_URL", "MEILISEARCH_URL", "TEST_DATABASE_URL")
PATIENCE = 240  # seconds until it is there


class DidNotStart(Exception):
    """The demonstration ended, or was not there in time; the message is what it printed last."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(folder: Path):
    """Start the demonstration on a free port, with its data in ``folder``; yield its address, then stop it.

    Raises DidNotStart.
    """
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name not in OTHERS},
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "PYTHONUNBUFFERED": "1",
    }
    log = folder / "demo.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while "Ctrl+C" not in log.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(f"the demonstration did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    assert process.wait(timeout=40) == 0, "Ctrl+C did not stop the demonstration cleanly"


def launch(playwright):
    """Return the machine's own Chromium, without a window."""
    return playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-sync",
            "--no-first-run",
        ],
    )
