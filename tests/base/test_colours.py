"""The tokens hold their contrast, in the light scheme and in the dark one (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR) / "portal/static/portal/css/tokens.css"
GROUNDS = ("paper", "sand", "card")
TEXTS = (
    "ink", "ink-soft", "grey", "sapin", "terre", "anticiper", "faire-face", "urgence", "rebondir", "prune",
)  # fmt: skip
#: Text and ground: at least 4.5:1.
READ = [(text, ground) for text in TEXTS for ground in GROUNDS] + [
    ("ink", "field"),
    ("grey", "field"),
    ("on-sapin", "sapin-fill"),
    ("on-sapin", "sapin-hover"),
    ("on-terre", "terre-fill"),
    ("on-terre", "terre-hover"),
    ("sapin", "sapin-soft"),
    ("ink", "sapin-soft"),
    ("grey", "sapin-soft"),
    ("on-terre-soft", "terre-soft"),
    ("ink", "terre-soft"),
    ("on-terre-soft", "terre-tag"),
    ("on-miel-soft", "miel-soft"),
    ("ink", "mark"),
    ("prune", "prune-soft"),
    ("urgence", "urgence-soft"),
    ("ink", "urgence-soft"),
    ("on-footer", "footer"),
    *(("on-phase", phase) for phase in ("anticiper", "faire-face", "urgence", "rebondir")),
]
#: Edges of fields and the focus ring on their ground: at least 3:1.
SEEN = [("line-strong", ground) for ground in (*GROUNDS, "field")] + [
    ("focus-ring", ground) for ground in (*GROUNDS, "sapin-soft", "miel-soft", "urgence-soft")
]
#: The ring's two tones, one against the other: where a ground is close to one, the other shows.
SEEN += [("focus-ring", "focus-halo"), ("on-footer", "halo-on-footer"), ("on-footer", "footer")]


def schemes() -> dict[str, dict[str, str]]:
    light, dark = TOKENS.read_text().split("@media (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return {"light": colours, "dark": colours | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark))}


def luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(READ, 4.5), (SEEN, 3)], ids=["read", "seen"])
def test_contrast(scheme, pairs, least):
    colours = schemes()[scheme]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


def test_the_measure_is_right():
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
