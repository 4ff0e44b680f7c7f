"""The portal as production runs it: its settings, gunicorn, two workers, on a database given by its address."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.databases import NoPostgreSQL, postgres_server, postgres_url

ROOT = Path(__file__).resolve().parents[2]
#: As in the Dockerfile.
WORKERS, THREADS = 2, 4


@contextlib.contextmanager
def databases(folder: Path, say):
    """Yield (name, address) of an empty PostgreSQL and an empty SQLite file, with the portal's tables."""
    with contextlib.ExitStack() as stack:
        found = []
        try:
            server = stack.enter_context(postgres_server())
            server.psql("create database portail")
            found.append(("PostgreSQL", postgres_url(server, "portail")))
        except NoPostgreSQL as why:
            say(f"no PostgreSQL here: {why}")
        found.append(("SQLite", f"sqlite:///{folder / 'bench.sqlite3'}"))
        # What whitenoise serves is not measured here, but it looks for its folder.
        (folder / "static").mkdir()
        for _, url in found:
            run_module("django", "migrate", "--verbosity", "0", url=url, folder=folder)
        yield found


def environment(url: str, folder: Path, port: int = 80, **more: str) -> dict[str, str]:
    """The environment of a process of production on the database at ``url``; ``more`` variables add to it."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SECRET_KEY": "bench-" * 10,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": url,
        "SEARCH_ENGINE": "embedded",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "DEFAULT_FROM_EMAIL": "Entre pairs <ne-pas-repondre@exemple.test>",
        "VAR_DIR": str(folder),
        "LOG_LEVEL": "ERROR",
        **more,
    }


def run_module(
    module: str, *arguments: str, url: str, folder: Path, port: int = 80, told: str | None = None, **more: str
) -> str:
    """Run ``python -m module`` on the database at ``url``, tell it ``told``, return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment(url, folder, port, **more),
        input=told,
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{module} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serve(url: str, folder: Path, port: int, application: str = "portal.wsgi:application", **more: str):
    """Serve the portal, or another WSGI application, on ``port`` of this machine; ``more``: see ``environment``."""
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "error"]
    process = subprocess.Popen(command, env=environment(url, folder, port, **more), cwd=ROOT)
    try:
        for _ in range(150):
            with (
                contextlib.suppress(OSError),
                contextlib.closing(socket.create_connection(("127.0.0.1", port), 1)),
            ):
                break
            if process.poll() is not None:
                sys.exit("gunicorn did not start")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(timeout=40)
