"""Every letter the portal writes, as its template says it: typography, one source, and what no subject tells."""

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

from portal.notifications.messages import label_of

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FOLDERS = sorted(
    path.parent for root in ("emails", "members/emails") for path in (TEMPLATES / root).glob("*/subject.txt")
)
SOURCES = sorted(
    {path for folder in FOLDERS for path in folder.iterdir()}
    | set((TEMPLATES / "emails").glob("parts/*.html"))
)
NBSP = "\u00a0\u202f"
#: What a subject may hold: what it is about, never what someone brings to it.
IN_SUBJECTS = {"event.title", "waiting", "issue.subject", "access_request.user", "portal.name"}


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def words_of(source: str) -> str:
    """What ``source`` says: its text, « ¤ » for a variable, « ¦ » for a tag, and the labels given to its parts."""
    said, labels = [], []
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.TEXT:
            said.append(token.contents)
        elif token.token_type == TokenType.VAR:
            said.append("¤")
        elif token.token_type == TokenType.BLOCK:
            said.append("¦")
            labels += re.findall(r"""\b(?:label|text)=["']([^"']*)["']""", token.contents)
    text = re.sub(r"<style.*?</style>|<!--.*?-->", "", "".join(said), flags=re.DOTALL)
    # A tag is looked for once its variables are out of the way: their quotes would cut it short.
    return html.unescape(re.sub(r"<[^>]*>", "", text)) + "\n" + "\n".join(labels)


def mistakes_in(text: str) -> list[str]:
    """What French typography does not allow in ``text``, each with its surroundings."""
    rules = {
        "apostrophe droite": r"\w'\w|'",
        "guillemet droit": r'"',
        "espace insécable attendue": rf"[^{NBSP}:;!?…(/\d][;:!?](?!/)|\d[;!?]|[^{NBSP}]»",
        "espace insécable attendue après «": rf"«[^{NBSP}]",
        "espaces doubles": rf"(?<=\S)[ {NBSP}]{{2,}}(?=\S)",
        "points de suspension": r"\.\.\.",
    }
    return [
        f"{rule} : {text[max(0, found.start() - 20) : found.end() + 20]!r}"
        for rule, pattern in rules.items()
        for found in re.finditer(pattern, text)
    ]


def test_there_are_letters_to_look_at():
    assert len(FOLDERS) > 12


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_typography(path):
    assert mistakes_in(words_of(path.read_text())) == []


@pytest.mark.parametrize(
    "wrong",
    ["L'été", 'Un "mot"', "Voici : le lien", "Voici: le lien", "Oui !", "« oui »", "Un  deux", "Et puis..."],
)
def test_a_mistake_is_found(wrong):
    assert mistakes_in(words_of(wrong))


def test_what_is_right_passes():
    right = "L’été\u00a0: «\u00a0oui\u00a0»\u00a0; à 9:30, https://exemple.test/ (ou {{ x }})…"
    assert mistakes_in(words_of(right)) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_one_source(folder):
    """The text is derived from the HTML: nothing else is beside it to fall out of step."""
    assert {path.name for path in folder.iterdir()} == {"subject.txt", "body.html"}
    assert (folder / "body.html").read_text().startswith('{% extends "emails/')


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_subject_is_plain(folder):
    source = (folder / "subject.txt").read_text()
    assert len(source.strip().splitlines()) == 1
    tokens = Lexer(source).tokenize()
    held = {token.contents.strip() for token in tokens if token.token_type == TokenType.VAR}
    assert held <= IN_SUBJECTS
    assert all(token.token_type in (TokenType.TEXT, TokenType.VAR) for token in tokens), (
        "no choice is made here"
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_editors_read_its_name_in_french(folder):
    if folder.parent.name == "emails" and folder.parent.parent.name == "templates":
        assert label_of(folder.name) != folder.name
