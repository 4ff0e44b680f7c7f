"""``docs/ecoconception.md`` speaks of the 78 criteria of the RGESN, once each, and of files that are there."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEXT = (ROOT / "docs/ecoconception.md").read_text(encoding="utf-8")
#: How many criteria each of the nine themes of the RGESN of 2024 has.
BY_THEME = [10, 10, 7, 15, 8, 7, 4, 10, 7]
WORDS = {
    "Tenu": "tenus",
    "En partie": "tenus en partie",
    "Non": "non tenus",
    "Éditeur": "à décider par l’éditeur",
    "Hébergeur": "par l’hébergeur",
    "Sans objet": "sans objet",
}


def states() -> dict[str, str]:
    """The state of each criterion by its number; a line may speak of several in a row."""
    found = {}
    for first, last, state in re.findall(
        r"^\| (\d+\.\d+)(?: à (\d+\.\d+))? \| [^|]+ \| ([^|]+) \|", TEXT, flags=re.MULTILINE
    ):
        theme, start = map(int, first.split("."))
        end = int((last or first).split(".")[1])
        for number in range(start, end + 1):
            assert f"{theme}.{number}" not in found
            found[f"{theme}.{number}"] = state
    return found


def test_every_criterion_has_one_known_state():
    expected = [f"{theme}.{n}" for theme, many in enumerate(BY_THEME, 1) for n in range(1, many + 1)]
    assert len(expected) == 78
    assert list(states()) == expected
    assert set(states().values()) <= set(WORDS)


def test_the_account_is_that_of_the_lines():
    found = list(states().values())
    for state, words in WORDS.items():
        assert f"{found.count(state)} {words}" in TEXT


def test_the_files_it_cites_are_there():
    cited = {name for name in re.findall(r"`([\w./-]+/[\w./-]*)`", TEXT) if not name.startswith("make")}
    assert cited
    assert [name for name in sorted(cited) if not (ROOT / name).exists()] == []
