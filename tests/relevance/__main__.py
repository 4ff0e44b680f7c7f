"""Load the demonstration in a database of its own, search every judged query, print the scores.

``python -m tests.relevance`` prints one table per set and engine, then the worst of the tuning set. The failures
of the held-out set are never printed: a search that is tuned on them would measure nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.relevance", description=__doc__.splitlines()[0])
    parser.add_argument("--worst", type=int, default=10, help="how many of the worst queries (tuning set)")
    parser.add_argument(
        "--keep", type=Path, help="a folder for the loaded database, taken up again the next time"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portail-relevance-") as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
        os.environ["TEST_VAR_DIR"] = str(folder.resolve())
        os.environ.pop("TEST_DATABASE_URL", None)

        import django

        django.setup()
        run(Path(name), worst=options.worst)


def run(folder: Path, *, worst: int) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from portal.demo import services

    from . import scoring
    from .judged import SETS, queries

    began = time.monotonic()
    call_command("migrate", verbosity=0, interactive=False)
    if not services.is_loaded():
        services.load(now=timezone.now(), say=lambda step: None)
    say(f"demonstration loaded in {time.monotonic() - began:.0f} s")
    for engine in scoring.ENGINES:
        try:
            with scoring.indexed(engine, folder / "index"):
                for name in SETS:
                    began = time.monotonic()
                    scores = scoring.score(queries(name))
                    took = (time.monotonic() - began) * 1000 / len(scores)
                    say(f"\n{engine}, {name} set ({took:.0f} ms a query)\n{scoring.table(scores)}")
                    if name == "tuning" and worst:
                        say(f"\nworst of the {name} set, {engine}\n{scoring.worst(scores, number=worst)}")
                        say(f"\npassages that were not the ones shown\n{scoring.misplaced(scores)}")
        except scoring.NoServer:
            say("\nMeilisearch: not run (MEILISEARCH_URL names no server)")


if __name__ == "__main__":
    main()
