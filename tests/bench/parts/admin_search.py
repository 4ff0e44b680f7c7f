"""The admin's own search at 10,000 pages, ours beside Wagtail's own backend, on SQLite and on PostgreSQL.

The stock backend is asked a rare word, then a commoner one each time, and stopped once it takes too long.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from tests.bench import site

PAGES = 10_000


def run(say) -> None:
    say(f"{PAGES} pages; best of three, count and first page of results")
    with tempfile.TemporaryDirectory(prefix="portail-bench-") as name:
        folder = Path(name)
        with site.databases(folder, say) as found:
            for vendor, url in found:
                printed = site.run_module("tests.bench.admin_pages", str(PAGES), url=url, folder=folder)
                for line in printed.splitlines():
                    say_line(say, vendor, json.loads(line))


def say_line(say, vendor: str, measured: dict) -> None:
    ours, stock = measured["ours"], measured["stock"]
    if stock is None:
        beside = "Wagtail's own: not asked, it was too slow already"
    elif measured["stopped"]:
        beside = f"Wagtail's own: stopped after {stock:.0f} s, at least x{stock / ours:.0f}"
    else:
        beside = f"Wagtail's own {stock * 1000:8.1f} ms, x{stock / ours:.1f}"
    say(
        f"{vendor:<11} {measured['word']:<12} {measured['hits']:>6} hits  ours {ours * 1000:7.1f} ms  {beside}"
    )
