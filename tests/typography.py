"""What French typography does not allow in what a person reads, wherever it was written."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment, Doctype

NBSP = "\u00a0\u202f"
#: What is not prose: code, what a person typed or types, what a browser does not show.
SILENT = ("script", "style", "code", "pre", "textarea", "template", "head", "svg", "kbd", "samp")
BLOCKS = (
    "address", "article", "aside", "blockquote", "button", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label",
    "legend", "li", "main", "nav", "ol", "option", "p", "section", "select", "summary", "table", "tbody", "td",
    "th", "thead", "tr", "ul", "br", "input",
)  # fmt: skip
#: Addresses of any kind: their punctuation is not ours.
ADDRESS = re.compile(r"(?:https?|webcal|mailto)://?\S+|\S+@\S+|\S+\?\w+=\S*|(?<!\w)/\S*")
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
RULES = {
    "apostrophe droite": r"'",
    "guillemet droit": r'"',
    "espace insécable attendue": (
        rf"(?<=[^{NBSP}])(?:(?<!\?)[;!](?!\))|\?(?!\))|(?<!\d):(?!//)|(?<=\d):(?!\d)|»|(?<=[\d ])[%€])"
    ),
    "espace insécable attendue après «": rf"«[^{NBSP}]",
    "espaces doubles": rf"(?<=\S)[ {NBSP}]{{2,}}(?=\S)",
    "points de suspension": r"\.\.\.",
    "tiret double": r"--",
    "premier du mois": rf"(?<!\d)\b1[ {NBSP}](?:{MONTHS})",
    "ordinal": r"\b(?:1[èe]re?s?(?<!1er)(?<!1re)(?<!1ers)(?<!1res)|\d+[èe]mes?|\d+(?:nd|nde)\b)",
}


def mistakes_in(text: str) -> list[str]:
    """What is wrong in one paragraph, each with what stands around it."""
    text = ADDRESS.sub("¤", text)
    return [
        f"{rule} : {text[max(0, found.start() - 30) : found.end() + 20]!r}"
        for rule, pattern in RULES.items()
        for found in re.finditer(pattern, text)
    ]


def paragraphs_of(html: str) -> list[str]:
    """What a page says, a paragraph each, with the spaces that a browser shows."""
    soup = BeautifulSoup(html, "html.parser")
    title = soup.title.get_text() if soup.title else ""
    for tag in [*soup.find_all(SILENT), *soup.find_all(translate="no")]:
        # A word stands for what is quoted, a joint for what is drawn, and nothing for what is of another page.
        apart = tag.name in ("pre", "textarea", "head", "script", "style", "template")
        tag.replace_with("\x1e" if apart else "\u2060" if tag.name == "svg" else "¤")
    for text in soup.find_all(string=True):
        if isinstance(text, Comment | Doctype):
            text.extract()
        else:
            text.replace_with(re.sub(r"[ \t\r\n]+", " ", text))
    for tag in soup.find_all(BLOCKS):
        tag.insert_before("\x1e")
        tag.insert_after("\x1e")
    said = re.sub(r" +", " ", soup.get_text())
    shown = [" ".join(title.split(" ")), *said.split("\x1e")]
    return [paragraph.strip(" \n") for paragraph in shown if paragraph.strip()]


def mistakes_of_page(html: str) -> list[str]:
    """What is wrong in a page, each mistake once."""
    found = [mistake for paragraph in paragraphs_of(html) for mistake in mistakes_in(paragraph)]
    return list(dict.fromkeys(found))
