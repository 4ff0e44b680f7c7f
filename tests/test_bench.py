"""The bench runs by hand only: that every part of it can at least be started is seen here."""

import subprocess
import sys

from tests.bench.__main__ import NAMES


def test_every_part_can_be_started():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(NAMES) >= 6
    for name in ("pages", "lighthouse"):
        assert f"--{name}-" in done.stdout
