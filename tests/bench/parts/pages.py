"""Requests per second and p95 of each page type, as ratios to the home page of the same run."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SECONDS, CLIENTS = 4, 4
PAGES = {
    "home": "/",
    "list of fiches": "/ressources/",
    "fiche": "/centres/crdla-solidarites-sante/sauver-une-creche-en-mutualisant-la-direction/",
    "replay": "/centres/crdla-financement/lire-un-plan-de-tresorerie/",
    "café": "/centres/crdla-financement/quand-la-tresorerie-ne-passe-pas-le-mois/",
    "agenda": "/agenda/",
    "urgence": "/urgence/",
    "search": "/recherche/?q=tresorrerie",
    "search, JSON": "/recherche.json?q=tresorrerie&theme=gouvernance",
}


def start(folder: str) -> tuple[subprocess.Popen, str]:
    """Start a demonstration of its own; return the process and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "VAR_DIR": folder, "PYTHONUNBUFFERED": "1"}
    log = Path(folder) / "demo.log"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=log.open("w"),
        stderr=subprocess.STDOUT,
    )
    while "Ctrl+C" not in log.read_text():
        if process.poll() is not None:
            sys.exit(log.read_text())
        time.sleep(0.5)
    return process, f"http://127.0.0.1:{port}"


def measure(address: str) -> tuple[float, float, int]:
    """Return requests per second, p95 in milliseconds and the size of one answer in bytes."""
    times: list[float] = []
    size = len(urllib.request.urlopen(address).read())
    until = time.monotonic() + SECONDS

    def client():
        while time.monotonic() < until:
            began = time.monotonic()
            urllib.request.urlopen(address).read()
            times.append(time.monotonic() - began)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / SECONDS, statistics.quantiles(times, n=20)[-1] * 1000, size


def run(say) -> None:
    with tempfile.TemporaryDirectory(prefix="portail-bench-") as folder:
        process, site = start(folder)
        try:
            say(f"{CLIENTS} clients, {SECONDS} s a page, 2 workers")
            for path in PAGES.values():
                urllib.request.urlopen(site + path).read()
            # The worker indexes what was just loaded for Wagtail's own search: let it finish.
            time.sleep(20)
            base = None
            for name, path in PAGES.items():
                rate, p95, size = measure(site + path)
                base = base or rate
                ratio = rate / base
                say(
                    f"{name:<16} {rate:7.1f}/s  x{ratio:4.2f} of home  p95 {p95:6.1f} ms  {size / 1000:6.1f} kB"
                )
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=40)
