"""Colours, corners and motion come from the tokens, wherever a style is written."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.styleguide.tokens import schemes, sheet

CSS = Path(settings.PORTAL_DIR) / "static/portal/css"
JS = CSS.parent / "js"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
#: Sheets that may hold colours, and why.
APART = {
    "tokens.css": "the tokens themselves",
    "print.css": "ink on white paper: the tokens again, for the printer",
    "attestation.css": "a sheet that stands alone, drawn without the site's",
    "admin.css": "Wagtail's own properties, on pages that do not load the tokens",
}
#: Colours that no scheme changes: a QR code is read on white.
FIXED = {("members.css", "#fff")}
SHEETS = sorted(path.name for path in CSS.glob("*.css"))
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(", re.IGNORECASE)


def rules(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(), flags=re.DOTALL)


def declarations(css: str, pattern: str) -> list[str]:
    return [" ".join(value.split()) for value in re.findall(rf"(?<![\w-]){pattern}\s*:\s*([^;}}]+)", css)]


def raw_colours(css: str) -> set[str]:
    return {found[0].lower() for found in COLOUR.finditer(css)}


def raw_corners(css: str) -> set[str]:
    """Corners of a length of their own; a disc (50 %) and none at all (0) are no length, and paper has points."""
    values = declarations(css, r"border(?:-[a-z]+)*-radius")
    return {value for value in values if re.search(r"\d(?:px|r?em)\b", value)}


def slow_moves(css: str) -> list[str]:
    """What moves for a time of its own; a second time is a delay, which moves nothing."""
    css = re.sub(r"@media \(prefers-reduced-motion: reduce\)\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    moves = [
        part.strip()
        for value in declarations(css, r"(?:transition|animation)")
        for part in value.split(",")
        if part.strip() != "none"
    ]
    times = re.compile(r"var\(--quick\)|[\d.]+m?s\b")
    return [move for move in moves if (times.findall(move) or [""])[0] != "var(--quick)"]


@pytest.mark.parametrize("name", [name for name in SHEETS if name not in APART])
def test_no_colour_of_its_own(name):
    assert {(name, colour) for colour in raw_colours(rules(name))} - FIXED == set()


@pytest.mark.parametrize("name", [name for name in SHEETS if name not in APART])
def test_no_corner_of_its_own(name):
    assert raw_corners(rules(name)) == set()


@pytest.mark.parametrize("name", SHEETS)
def test_no_move_of_its_own(name):
    css = rules(name)
    assert slow_moves(css) == []
    assert not declarations(css, r"(?:transition|animation)-duration")


def test_what_is_apart_exists():
    assert set(APART) <= set(SHEETS)


def test_moves_are_quick_and_stop_where_they_are_not_wanted():
    (quick,) = re.findall(r"--quick: (\d+)ms", sheet())
    assert int(quick) <= 150
    (block,) = re.findall(r"prefers-reduced-motion: reduce\)\s*\{(.*)", rules("base.css"), re.DOTALL)
    assert "transition: none !important" in block
    assert "animation: none !important" in block
    for name in SHEETS:
        calm = re.sub(
            r"@media \(prefers-reduced-motion: no-preference\)\s*\{(?:[^{}]*\{[^{}]*\})*", "", rules(name)
        )
        assert "scroll-behavior: smooth" not in calm, name
    for script in JS.glob("*.js"):
        text = script.read_text()
        assert '"smooth"' not in text or "prefers-reduced-motion" in text, script.name


def test_no_colour_is_written_in_a_page():
    """Letters carry their own style, which a mail reader asks for."""
    found = {
        str(path.relative_to(TEMPLATES)): colours
        for path in TEMPLATES.rglob("*.html")
        if "emails" not in path.parts and (colours := raw_colours(_attributes(path.read_text())))
    }
    assert found == {"base.html": set(_papers())}


def _attributes(source: str) -> str:
    return " ".join(re.findall(r'(?:fill|stroke|style|content|color)="([^"]*)"', source))


def _papers() -> list[str]:
    found = schemes()
    return [found[scheme]["paper"] for scheme in ("light", "dark")]


def test_the_browser_is_told_the_ground_of_each_scheme():
    base = (TEMPLATES / "base.html").read_text()
    told = dict(re.findall(r'theme-color" content="(#\w+)" media="\(prefers-color-scheme: (\w+)\)', base))
    assert {scheme: colour for colour, scheme in told.items()} == dict(
        zip(("light", "dark"), _papers(), strict=True)
    )


@pytest.mark.parametrize(
    ("find", "wrong"),
    [
        (raw_colours, "a { color: #FFF }"),
        (raw_colours, "a { box-shadow: 0 0 1px rgb(0 0 0 / 40%) }"),
        (raw_corners, "a { border-radius: 12px }"),
        (raw_corners, "a { border-start-start-radius: var(--radius) 0.5rem }"),
        (slow_moves, "a { transition: color 300ms }"),
        (slow_moves, "a { transition: color var(--quick), opacity 1s }"),
        (slow_moves, "a { animation: turn 2s infinite }"),
    ],
)
def test_what_is_wrong_is_found(find, wrong):
    assert find(wrong)


@pytest.mark.parametrize(
    ("find", "right"),
    [
        (raw_colours, "a { color: var(--ink); background: url(#a) currentcolor }"),
        (raw_corners, "a { border-radius: 50% 0 var(--pill) }"),
        (slow_moves, "a { transition: color var(--quick), opacity var(--quick) 250ms }"),
        (slow_moves, "@media (prefers-reduced-motion: reduce) { a { transition: none !important } }"),
    ],
)
def test_what_is_right_passes(find, right):
    assert not find(right)
