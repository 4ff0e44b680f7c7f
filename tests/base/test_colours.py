"""The tokens hold their contrast, in the light scheme and in the dark one (WCAG 2.2, 1.4.3 and 1.4.11)."""

import pytest

from portal.styleguide.tokens import contrast, schemes

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(READ, 4.5), (SEEN, 3)], ids=["read", "seen"])
def test_contrast(scheme, pairs, least):
    colours = schemes()[scheme]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


def test_the_measure_is_right():
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
