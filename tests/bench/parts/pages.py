"""Requests per second and p95 of every page type: page cache off, cold, warm; queries, bytes; and another site's.

The portal of the demonstration as production runs it (gunicorn, two workers, SQLite), then the same grown to 5,000
pages. For each page: its queries (anonymous, the cache off), its bytes as they are and over the wire to a browser
that takes br or gzip, then three measures: with ``PAGE_CACHE=0``; cold, which is the first answer of a worker that
keeps nothing yet; warm. The ceiling is what the load generator reaches against an application that does nothing,
on the same workers: what is near it is at least that fast.

``--beside`` measures another site in the same turns, a list of ``kind=address`` (or a file with one a line), where
the kind is ``home``, ``list``, ``content`` or ``text``: ratios are those of each page to the mean of its like. The
comparison that the portal is held to is with Wagtail's own bakerydemo, installed by itself with its own data and
production settings (``docs/exploitation.md`` says how).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

from tests import tour
from tests.bench import site
from tests.bench.crowd import AGENT
from tests.bench.hammer import Outcome, hammer

#: Connections: as many as a worker has threads.
CLIENTS = 4
HEADERS = {"User-Agent": AGENT, "X-Forwarded-For": "127.0.0.1", "Accept-Encoding": "br, gzip"}
#: What each page of the tour is like, for the comparison; the others are in no ratio.
KINDS = {
    "home": ["accueil"],
    "list": [
        "themes", "theme", "phase", "ressources", "webinaires", "cafes", "agenda", "agenda-mois", "centres", "centre",
    ],
    "content": ["fiche", "outil", "webinaire", "replay", "cafe", "cafe-passe", "urgence", "dispositif", "glossaire"],
    "text": ["accessibilite", "page"],
}  # fmt: skip
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
STOPS = [*tour.PUBLIC, *tour.SEARCHES]
SIGNED_IN = ("membre-accueil", "membre-fiche", "membre-cafe", "membre-agenda", "espace")


def add_arguments(parser) -> None:
    parser.add_argument("--beside", help="pages: another site's addresses, kind=address …, or a file of them")
    parser.add_argument(
        "--pages-sizes", default="demo,5000", help="pages: sizes to measure (default: %(default)s)"
    )
    parser.add_argument("--pages-only", default="", help="pages: names of stops of the tour")
    parser.add_argument(
        "--pages-seconds", type=float, default=1.0, help="pages: of each turn (default: %(default)s)"
    )
    parser.add_argument(
        "--pages-rounds", type=int, default=3, help="pages: turns of each page (default: %(default)s)"
    )


def run(say, options) -> None:
    beside = addresses(options.beside)
    only = {name for name in options.pages_only.split(",") if name}
    members = [stop for stop in tour.SIGNED_IN if stop.name in SIGNED_IN]
    stops = [stop for stop in [*STOPS, *members] if not only or stop.name in only]
    say(
        f"{CLIENTS} connections, {options.pages_rounds} turns of {options.pages_seconds:g} s, {site.WORKERS} workers"
    )
    with tempfile.TemporaryDirectory(prefix="portail-bench-") as name:
        demo = Path(name) / "demo"
        load_demo(demo)
        ceiling(say, demo, options)
        for size in options.pages_sizes.split(","):
            folder = demo
            if size != "demo":
                folder = Path(name) / size
                shutil.copytree(demo, folder)
                pages = site.run_module("tests.bench.growth", size, url=url_of(folder), folder=folder)
                say(f"\n{pages} pages")
            else:
                say("\nthe demonstration")
            measure(say, folder, stops, beside, options)


def addresses(text: str | None) -> list[tuple[str, str]]:
    """Return kind and address of the pages of the other site."""
    if not text:
        return []
    path = Path(text)
    words = (path.read_text() if "=" not in text and path.exists() else text).split()
    found = [tuple(word.split("=", 1)) for word in words]
    if wrong := [pair for pair in found if len(pair) != 2 or pair[0] not in KINDS]:
        sys.exit(f"--beside: kind=address, with a kind among {', '.join(KINDS)}: {wrong}")
    return found


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'portail.sqlite3'}"


def load_demo(folder: Path) -> None:
    """The demonstration's content, its index and the static files, without serving it."""
    folder.mkdir()
    run = {"url": url_of(folder), "folder": folder}
    demo = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", **run}
    site.run_module("django", "migrate", "--verbosity", "0", **demo)
    site.run_module("django", "load_demo", **demo)
    site.run_module("django", "rebuild_index", **run)
    site.run_module("django", "collectstatic", "--verbosity", "0", "--no-input", **run)


def ceiling(say, folder: Path, options) -> None:
    port = site.free_port()
    with site.serve(url_of(folder), folder, port, "tests.bench.ceiling:application"):
        target = {"host": "127.0.0.1", "port": port, "path": "/"}
        (found,) = hammer(
            [target], clients=CLIENTS, seconds=options.pages_seconds, rounds=options.pages_rounds
        )
    say(f"the ceiling, an application that does nothing: {found.rate:.0f}/s, p95 {found.p95:.1f} ms")


def measure(say, folder: Path, stops, beside: list[tuple[str, str]], options) -> None:
    costs = json.loads(
        site.run_module(
            "tests.bench.costs",
            url=url_of(folder),
            folder=folder,
            told=json.dumps([(stop.path, stop.who) for stop in stops]),
            PAGE_CACHE="0",
        )
    )
    off, on = site.free_port(), site.free_port()
    with contextlib.ExitStack() as stack:
        for port, cache in ((off, "0"), (on, "1")):
            stack.enter_context(site.serve(url_of(folder), folder, port, PAGE_CACHE=cache))
            # A process that has just started reads its own code first: that is not what a cold page costs.
            woken = {"host": "127.0.0.1", "port": port, "path": "/mentions-legales/", "headers": HEADERS}
            hammer([woken], clients=2 * CLIENTS, seconds=3, rounds=1)
        cookies = costs["cookies"]
        targets, sizes, cold = [], [], []
        for stop in stops:
            headers = HEADERS | ({"Cookie": cookies[stop.who]} if stop.who else {})
            sizes.append(bytes_of(off, stop.path, headers))
            # A worker is chosen by chance: of a few first answers, the slowest ones made the page.
            cold.append(statistics.median(first_answers(on, stop.path, headers)))
            targets += [
                {"host": "127.0.0.1", "port": port, "path": stop.path, "headers": headers}
                for port in (off, on)
            ]
        for _, address in beside:
            parts = urlsplit(address)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            targets.append({"host": parts.hostname, "port": parts.port, "path": path, "headers": HEADERS})
        hammer(targets, clients=CLIENTS, seconds=0.3, rounds=1)
        found = hammer(targets, clients=CLIENTS, seconds=options.pages_seconds, rounds=options.pages_rounds)
    ours, theirs = found[: 2 * len(stops)], found[2 * len(stops) :]
    likes = tell_theirs(say, beside, theirs)
    say(
        f"{'page':<20} queries     kB   wire | cache off: req/s    p95 ms | cold ms | warm: req/s    p95 ms"
        + (" | to its like: off    warm" if likes else "")
    )
    ratios = defaultdict(list)
    for number, stop in enumerate(stops):
        without, warm = ours[2 * number : 2 * number + 2]
        plain, wire = sizes[number]
        line = (
            f"{stop.name:<20} {costs['queries'][number]:7d} {plain / 1000:6.1f} {wire / 1000:6.1f} |"
            f" {without.rate:16.1f} {without.p95:9.1f} | {cold[number]:7.1f} | {warm.rate:11.1f} {warm.p95:9.1f}"
        )
        kind = KIND_OF.get(stop.name)
        if kind in likes:
            ratio = without.rate / likes[kind], warm.rate / likes[kind]
            ratios[kind].append(ratio)
            line += f" | {kind:>8} x{ratio[0]:6.2f} x{ratio[1]:6.1f}"
        if failures := without.failures + warm.failures:
            line += f"  {failures} FAILED"
        say(line)
    for kind, pairs in ratios.items():
        least = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
        means = [mean(pair[side] for pair in pairs) for side in (0, 1)]
        say(
            f"{kind:<8} to {kind}: without the cache x{means[0]:.2f} (least x{least[0]:.2f}), "
            f"warm x{means[1]:.1f} (least x{least[1]:.1f})"
        )


def tell_theirs(say, beside: list[tuple[str, str]], theirs: list[Outcome]) -> dict[str, float]:
    """Say what the other site serves, and return the mean rate of each kind of its pages."""
    rates = defaultdict(list)
    for (kind, address), outcome in zip(beside, theirs, strict=True):
        rates[kind].append(outcome.rate)
        failed = f"  {outcome.failures} FAILED" if outcome.failures else ""
        path = urlsplit(address).path
        say(f"beside, {kind:<8} {path:<40} {outcome.rate:7.1f}/s  p95 {outcome.p95:6.1f} ms{failed}")
    return {kind: mean(values) for kind, values in rates.items()}


def mean(values) -> float:
    """The geometric mean: twice as fast on one page and half as fast on another is as fast."""
    return math.exp(statistics.fmean(math.log(max(value, 1e-9)) for value in values))


def bytes_of(port: int, path: str, headers: dict) -> tuple[int, int]:
    """Return the bytes of a page, as they are and as they come to a browser that takes br or gzip."""
    plain, _ = answer(port, path, headers | {"Accept-Encoding": "identity"})
    wire, _ = answer(port, path, headers)
    return len(plain), len(wire)


def first_answers(port: int, path: str, headers: dict) -> list[float]:
    """The milliseconds of one answer for each worker, on connections of their own."""
    return [answer(port, path, headers)[1] for _ in range(site.WORKERS)]


def answer(port: int, path: str, headers: dict) -> tuple[bytes, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            sys.exit(f"{path}: {response.status}")
        return body, (time.perf_counter() - began) * 1000
