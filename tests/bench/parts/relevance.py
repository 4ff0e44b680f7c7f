"""nDCG@10, queries without a result and passages, by engine, on the judged queries of ``tests/relevance``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(say) -> None:
    # In a process of its own: it sets up Django on its own database.
    with subprocess.Popen(
        [sys.executable, "-m", "tests.relevance"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            say(line.rstrip("\n"))
    if process.returncode:
        sys.exit("tests.relevance failed")
