"""The demonstration's own files: each is read, and found by a word that only it holds."""

import pytest

from portal.attachments.models import FileText, State
from portal.attachments.reading import read
from portal.demo.reading import CONTENT

FILES = sorted(path for path in (CONTENT / "files").iterdir() if path.suffix in (".pdf", ".docx", ".xlsx"))


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("support-lire-un-plan-de-tresorerie.pdf", "page 5", "la date prévue de mandatement"),
        ("grille-signaux-faibles.docx", "«\u00a06. La trésorerie\u00a0»", "trésorerie"),
        ("plan-de-tresorerie-13-semaines.xlsx", "feuille «\u00a0Mode d’emploi\u00a0»", "sous zéro"),
    ],
)
def test_a_file_of_each_type_says_where(name, place, words):
    text = FileText(file_name=name)
    with (CONTENT / "files" / name).open("rb") as stream:
        found = read(stream, extension=text.extension)
    assert found.state == State.READ
    places = {text.place_label(part["place"]) for part in found.parts if words in part["text"]}
    assert place in places


def test_there_is_one_of_each_type():
    assert {path.suffix for path in FILES} == {".pdf", ".docx", ".xlsx"}
