"""Search at 10,000 and 100,000 documents: the whole service beside a bare tantivy and Wagtail's own search.

``--sizes 2000`` has a quick look; up to 10,000 the documents are whole fiches of the database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import load, site
from tests.databases import NoPostgreSQL, postgres_server, postgres_url

SIZES = (10_000, 100_000)
#: Above, whole pages would take longer than all the rest.
WHOLE_PAGES = 10_000
#: Megabytes that the rebuild of whole pages may hold, and how much slower ten times as many documents may be.
REBUILD_MEGABYTES, GROWTH = 400, 3


def add_arguments(parser) -> None:
    parser.add_argument(
        "--sizes",
        type=lambda text: tuple(int(size) for size in text.split(",")),
        default=SIZES,
        help="documents of the part search, separated by commas (%(default)s)",
    )


def run(say, options) -> None:
    sizes = sorted(options.sizes)
    whole = min(sizes[0], WHOLE_PAGES)
    with tempfile.TemporaryDirectory(prefix="portail-bench-") as name:
        folder = Path(name)
        (folder / "static").mkdir()
        url = f"sqlite:///{folder / 'bench.sqlite3'}"
        site.run_module("django", "migrate", "--verbosity", "0", url=url, folder=folder)
        step("fill", whole, url, folder, say)
        rebuild(whole, url, folder, say)
        for size in sizes:
            say(f"-- {size} documents")
            if size > whole:
                step("grow", size, url, folder, say)
            step("measure", size, url, folder, say)
            through_http(size, url, folder, say)
            if size == whole:
                step("odd", size, url, folder, say)
                step("publish", size, url, folder, say)
        growth(sizes, folder, say)
        say("-- Wagtail's own database search")
        step("wagtail", whole, url, folder, say)
        on_postgresql(whole, folder, say)


def step(name: str, size: int, url: str, folder: Path, say) -> None:
    """Run one step of ``tests.bench.searching`` and tell what it tells."""
    command = [sys.executable, "-m", "tests.bench.searching", name, str(size), str(folder)]
    with subprocess.Popen(
        command, env=site.environment(url, folder), cwd=site.ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            say(line.rstrip("\n"))
    if process.returncode:
        sys.exit(f"the step {name} failed")


def rebuild(size: int, url: str, folder: Path, say) -> None:
    """Rebuild the index as an operator does; the memory is the whole process's."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "rebuild_index"],
        env=site.environment(url, folder),
        cwd=site.ROOT,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit("rebuild_index failed")
    seconds, peak = time.monotonic() - began, usage.ru_maxrss / 1024
    say(
        f"rebuild_index of {size} fiches: {size / seconds:.0f}/s, {seconds:.0f} s in all, "
        f"peak {peak:.0f} MB (aim {REBUILD_MEGABYTES})"
    )


def through_http(size: int, url: str, folder: Path, say) -> None:
    """The same searches through gunicorn, by one client, then by four."""
    port = site.free_port()
    step("requests", size, url, folder, say)
    plans = json.loads((folder / "requests.json").read_text())
    with site.serve(url, folder, port):
        for path, requests in plans.items():
            plan = {"host": "127.0.0.1", "port": port, "requests": requests}
            load.send({**plan, "clients": 4})
            for clients in (1, 4):
                found = load.send({**plan, "clients": clients})
                errors = {kind: n for kind, n in found["answers"].items() if kind != "as expected"}
                say(
                    f"HTTP {path:<16} {clients} client{'s' if clients > 1 else ' '}  {found['rate']:6.1f}/s  "
                    f"p50 {found['p50']:6.1f} ms  p95 {found['p95']:6.1f} ms  errors {errors or 0}"
                )


def growth(sizes: list[int], folder: Path, say) -> None:
    """Tell how much slower more documents are, in time of the processor."""
    found = json.loads((folder / "figures.json").read_text())
    first = found[f"service-{sizes[0]}"]
    for size in sizes[1:]:
        for kind, times in found[f"service-{size}"].items():
            p50, p95 = (times["processor"][place] / first[kind]["processor"][place] for place in range(2))
            aim = f" (aim: {GROWTH} at most)" if kind == "whole service" else ""
            say(f"from {sizes[0]} to {size} documents, {kind}: p50 x{p50:.2f}, p95 x{p95:.2f}{aim}")


def on_postgresql(size: int, folder: Path, say) -> None:
    """Wagtail's search again where there is a PostgreSQL."""
    try:
        with postgres_server() as server:
            server.psql("create database portail")
            url = postgres_url(server, "portail")
            site.run_module("django", "migrate", "--verbosity", "0", url=url, folder=folder)
            step("fill", size, url, folder, lambda line: None)
            step("wagtail", size, url, folder, say)
    except NoPostgreSQL as why:
        say(f"no PostgreSQL here: {why}")
