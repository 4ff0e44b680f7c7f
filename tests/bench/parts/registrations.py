"""Registrations per second through HTTP, mail stored, on two gunicorn workers: PostgreSQL and an SQLite file.

Each person is signed in and posts the form once. pretix, on two workers and PostgreSQL on two processors, creates
10 to 12 orders a second over its API, without mail: the aim is eight times that.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from tests.bench import load, site

PEOPLE, CLIENTS = 600, 8
PRETIX = 12


def run(say) -> None:
    say(f"{PEOPLE} people an event, {CLIENTS} clients, {site.WORKERS} workers of {site.THREADS} threads")
    with tempfile.TemporaryDirectory(prefix="portail-bench-") as name:
        folder = Path(name)
        with site.databases(folder, say) as found:
            rates = {}
            for vendor, url in found:
                for event, rate in measure(vendor, url, folder, say).items():
                    rates.setdefault(event, []).append(rate)
    for event, both in rates.items():
        if len(both) == 2:
            say(f"{event}: SQLite at x{both[1] / both[0]:.2f} of PostgreSQL")


def measure(vendor: str, url: str, folder: Path, say) -> dict[str, float]:
    """Register everybody on the database at ``url``; return the rate of each event."""
    port = site.free_port()
    plans = json.loads(site.run_module("tests.bench.crowd", str(PEOPLE), url=url, folder=folder, port=port))
    rates = {}
    with site.serve(url, folder, port):
        for name, plan in plans.items():
            warm, rest = plan["requests"][:20], plan["requests"][20:]
            common = {"host": "127.0.0.1", "port": port}
            load.send({**common, "clients": 4, "requests": warm})
            outcome = load.send({**common, "clients": CLIENTS, "requests": rest})
            rates[name] = outcome["rate"]
            plan["errors"] = {
                answer: number for answer, number in outcome["answers"].items() if answer != "as expected"
            }
            say(
                f"{vendor:<11} {name:<26} {outcome['rate']:6.1f}/s  x{outcome['rate'] / PRETIX:.1f} of pretix  "
                f"p50 {outcome['p50']:5.0f} ms  p95 {outcome['p95']:5.0f} ms  errors {plan['errors'] or 0}"
            )
    after = json.loads(
        site.run_module("tests.bench.crowd", "0", "--count", url=url, folder=folder, port=port)
    )
    for name, plan in plans.items():
        kept = after["events"][str(plan["event"])]
        say(
            f"{vendor:<11} {name:<26} {kept['confirmed']} confirmed, {kept['waiting']} waiting; "
            f"{plan['queries']} SQL queries for the first registration, {kept['queries']} for the last"
        )
    say(f"{vendor:<11} {after['mails']} mails stored for {after['registrations']} registrations")
    return rates
