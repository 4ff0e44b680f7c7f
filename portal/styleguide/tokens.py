"""The tokens as the guide shows them, read from ``tokens.css``: nothing about them is written twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

CSS = Path(settings.PORTAL_DIR) / "static/portal/css"
DARK = "@media (prefers-color-scheme: dark)"
_DECLARATION = re.compile(r"--([\w-]+):\s*([^;]+);(?:\s*/\*\s*(.*?)\s*\*/)?")
#: The families of ``tokens.css``, by their comment, in the guide's language.
FAMILIES = {
    "Grounds and lines": "Fonds et filets",
    "Texts": "Textes",
    "Sapin acts": "Sapin agit",
    "Terre cuite calls: once a screen": "Terre cuite appelle : une fois par écran",
    "Miel marks": "Miel marque",
    "Prune: webinars and replays": "Prune : webinaires et replays",
    "Phases; always with a word and a shape": "Moments : toujours avec un mot et une forme",
    "The last band": "Le bas de page",
    "Focus and shadow": "Focus et ombre",
    "Type": "Texte",
    "Space, six steps": "Espace, six pas",
    "Shape and motion": "Forme et mouvement",
}
#: Texts that stand on any ground, and the grounds they may stand on.
TEXTS = (
    "ink",
    "ink-soft",
    "grey",
    "sapin",
    "terre",
    "prune",
    "anticiper",
    "faire-face",
    "urgence",
    "rebondir",
)
GROUNDS = (
    "paper", "sand", "card", "field", "sapin-soft", "terre-soft", "miel-soft", "prune-soft", "urgence-soft",
)  # fmt: skip
PHASES = ("anticiper", "faire-face", "urgence", "rebondir")
#: WCAG 2.2, 1.4.3: a text of ordinary size.
READABLE = 4.5


@dataclass(frozen=True)
class Token:
    """``dark`` is the value in the dark scheme, that of the light one where it does not change."""

    name: str
    light: str
    dark: str
    note: str = ""

    @property
    def is_colour(self) -> bool:
        return self.light.startswith("#")

    @property
    def shows_text(self) -> bool:
        return bool(re.fullmatch(r"t-?\d|title|text", self.name))


@dataclass(frozen=True)
class Family:
    title: str
    tokens: tuple[Token, ...]

    @property
    def colours(self) -> list[Token]:
        return [token for token in self.tokens if token.is_colour]

    @property
    def measures(self) -> list[Token]:
        return [token for token in self.tokens if not token.is_colour]


@dataclass(frozen=True)
class Ratio:
    """Contrast of a text on a ground, from 1 to 21, in each scheme."""

    text: str
    ground: str
    light: float
    dark: float

    @property
    def is_readable(self) -> bool:
        return min(self.light, self.dark) >= READABLE


def sheet() -> str:
    return (CSS / "tokens.css").read_text()


def blocks() -> dict[str, str]:
    """The declarations of each scheme as they are written: ``light`` (all of them) and ``dark`` (what changes)."""
    light, dark = sheet().split(DARK)
    inside = re.compile(r":root\s*{(.*?)}", re.DOTALL)
    return {"light": inside.search(light).group(1), "dark": inside.search(dark).group(1)}


def schemes() -> dict[str, dict[str, str]]:
    """Every colour of each scheme: name without its dashes, value as ``#rrggbb``."""
    found = {name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for name, block in blocks().items()}
    return {"light": found["light"], "dark": found["light"] | found["dark"]}


def families() -> list[Family]:
    """The tokens by family, in the order of the file."""
    written = blocks()
    dark = {name: value for name, value, _ in _DECLARATION.findall(written["dark"])}
    found: dict[str, list[Token]] = {}
    title = ""
    for line in written["light"].splitlines():
        if heading := re.fullmatch(r"\s*/\*\s*(.*?)\s*\*/", line):
            title = heading.group(1)
        elif declared := _DECLARATION.search(line):
            name, value, note = declared.groups(default="")
            found.setdefault(title, []).append(Token(name, value, dark.get(name, value), note))
    return [Family(FAMILIES.get(title, title), tuple(tokens)) for title, tokens in found.items()]


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, from 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two ``#rrggbb``, from 1 to 21, whichever is the text."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ratios() -> list[tuple[str, list[Ratio]]]:
    """For each text of the tokens, its contrast on each ground it may stand on."""
    colours = schemes()
    pairs = {text: list(GROUNDS) for text in TEXTS}
    pairs["ink"] += [name for name in ("mark", "terre-tag") if name in colours["light"]]
    for text in colours["light"]:
        if text.startswith("on-"):
            pairs[text] = _grounds_of(text, colours["light"])
    return [(text, [_ratio(text, ground, colours) for ground in grounds]) for text, grounds in pairs.items()]


def _grounds_of(text: str, colours: dict[str, str]) -> list[str]:
    """The grounds that a text made for one is made for: ``on-terre`` is read on ``terre-fill`` and ``-hover``."""
    name = text.removeprefix("on-")
    if name == "phase":
        return list(PHASES)
    if name.endswith("-soft"):
        return [ground for ground in (name, name.replace("-soft", "-tag")) if ground in colours]
    return [ground for ground in (f"{name}-fill", f"{name}-hover", name) if ground in colours][:2]


def _ratio(text: str, ground: str, colours: dict[str, dict[str, str]]) -> Ratio:
    light, dark = (contrast(scheme[text], scheme[ground]) for scheme in (colours["light"], colours["dark"]))
    # Cut, not rounded: 4.496 is not 4.5.
    return Ratio(text, ground, int(light * 100) / 100, int(dark * 100) / 100)


# --- The guide's own sheet


def guide_sheet(scheme: str = "") -> str:
    """The styles that the guide needs beside the site's: ``scheme`` (light, dark) held whatever the reader's setting,
    each rule of hover and focus again as a class, and one class for each token that is shown.
    """
    parts = []
    if scheme in ("light", "dark"):
        written = blocks()
        held = written["light"] + (written["dark"] if scheme == "dark" else "")
        parts.append(f":root {{{held}\n  color-scheme: {scheme};\n}}")
    parts += [_held(css) for css in ("base.css", "components.css")]
    parts += [
        f".token--{token.name} {{ {_shown(token)} }}"
        for family in families()
        for token in family.tokens
        if not token.is_colour and _shown(token)
    ]
    return "\n".join(parts)


def _held(name: str) -> str:
    """Each rule of a sheet that answers to the pointer or the focus, with a class in the place of it."""
    css = re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(), flags=re.DOTALL)
    rules = []
    for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        held = [
            selector.strip().replace(":hover", ".is-hover").replace(":focus-visible", ".is-focus")
            for selector in selectors.split(",")
            if ":hover" in selector or ":focus-visible" in selector
        ]
        if held:
            rules.append(f"{', '.join(held)} {{{declarations}}}")
    return "\n".join(rules)


def _shown(token: Token) -> str:
    value = f"var(--{token.name})"
    if re.fullmatch(r"t-?\d", token.name):
        return f"font-size: {value};"
    if token.name in ("title", "text"):
        return f"font-family: {value};"
    if re.fullmatch(r"e\d", token.name) or token.name in ("target", "measure"):
        return f"inline-size: {value};"
    if token.name.startswith("radius") or token.name == "pill":
        return f"border-radius: {value};"
    if token.name == "shadow":
        return f"box-shadow: {value};"
    return ""
