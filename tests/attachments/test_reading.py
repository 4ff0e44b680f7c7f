"""The text of each type of file; what is hostile, damaged or closed costs nothing and says what it is."""

import io
import os
from subprocess import CompletedProcess

import pytest

from portal.attachments import extract, formats, reading
from portal.attachments.models import FileText, State

from . import files


def read(data: bytes, extension: str) -> reading.Reading:
    return reading.read(io.BytesIO(data), extension=extension)


def parts(found: reading.Reading) -> list[tuple[str, str]]:
    return [(part["place"], part["text"]) for part in found.parts]


ODT = (
    '<office:document-content xmlns:office="urn:o" xmlns:text="urn:t"><office:body><text:p>Avant.</text:p>'
    "<text:h>Les recettes</text:h><text:p>Ce qui <text:span>rentre</text:span>.</text:p></office:body>"
    "</office:document-content>"
)
ODS = (
    '<d xmlns:table="urn:t" xmlns:text="urn:x"><table:table table:name="Plan"><text:p>Salaires</text:p>'
    "</table:table></d>"
)
SLIDE = (
    '<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><a:p><a:r><a:t>Trois </a:t></a:r><a:r><a:t>repères</a:t></a:r></a:p>'
    "</p:sld>"
)


@pytest.mark.parametrize(
    ("data", "extension", "expected"),
    [
        (files.pdf("Trésorerie à découvert", "", "L’échéancier"), "pdf",
         [("1", "Trésorerie à découvert"), ("3", "L’échéancier")]),
        (files.pdf("Ouvert à tous", owner_password="secret"), "pdf", [("1", "Ouvert à tous")]),
        (files.word(("", "Avant."), ("Les recettes", "Ce qui rentre.")), "docx",
         [("", "Avant."), ("Les recettes", "Les recettes\nCe qui rentre.")]),
        (files.word_table("Signal", "Depuis quand"), "docx", [("", "Signal\nDepuis quand")]),
        (files.sheets(Plan=["Salaires nets", "Loyer"], Vide=[], hidden="Caché", Caché=["secret"]), "xlsx",
         [("Plan", "Salaires nets\nLoyer")]),
        (files.packed(content_xml=ODT), "odt",
         [("", "Avant."), ("Les recettes", "Les recettes\nCe qui rentre.")]),
        (files.packed(content_xml=ODS), "ods", [("Plan", "Salaires")]),
        (files.packed(ppt__slides__slide2_xml=SLIDE, ppt__slides__slide10_xml=SLIDE), "pptx",
         [("2", "Trois repères"), ("10", "Trois repères")]),
        ("Créance\r\nDailly".encode("cp1252"), "txt", [("", "Créance\nDailly")]),
        ("\ufeffposte;montant".encode(), "csv", [("", "poste;montant")]),
    ],
)  # fmt: skip
def test_each_type_is_read_part_by_part(data, extension, expected):
    found = read(data, extension)
    assert parts(found) == expected
    assert found.state == State.READ
    assert (found.file_size, len(found.file_hash)) == (len(data), 40)


@pytest.mark.parametrize(
    ("data", "extension", "state"),
    [
        (files.pdf("", ""), "pdf", State.PICTURES),
        (files.word(("", "")), "docx", State.PICTURES),
        (files.pdf("Secret", password="secret"), "pdf", State.PROTECTED),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "docx", State.PROTECTED),
        (b"%PDF-1.4\nnot a PDF", "pdf", State.UNREADABLE),
        (b"", "pdf", State.UNREADABLE),
        (b"", "xlsx", State.UNREADABLE),
        (files.packed(word__document_xml="<a><b>"), "docx", State.UNREADABLE),
        (files.packed(content_xml="<a><b>"), "odt", State.UNREADABLE),
        (files.bomb(), "docx", State.TOO_LARGE),
        (files.bomb(), "xlsx", State.TOO_LARGE),
        (b"PK", "zip", State.OTHER),
        (b"PK", "../pdf", State.OTHER),
    ],
)
def test_what_cannot_be_read_says_why(data, extension, state):
    found = read(data, extension)
    assert (found.state, found.parts) == (state, [])


def test_a_document_that_calls_itself_a_thousand_times_is_refused():
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "rire">{laughs}]><x xmlns:text="t"><text:p>&a11;</text:p></x>'
    assert read(files.packed(content_xml=bomb), "odt").state in (State.UNREADABLE, State.TOO_LARGE)


def test_a_file_that_eats_memory_is_stopped():
    assert read(files.endless_pdf(), "pdf").state in (State.UNREADABLE, State.TOO_LARGE, State.PICTURES)


def test_a_file_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(reading, "TIMEOUT", 0.05)
    found = read(files.pdf("Trop lent"), "pdf")
    assert (found.state, found.parts) == (State.UNREADABLE, [])


def test_a_file_over_the_limit_is_not_read(monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILE", 10)
    assert read(b"plus de dix octets", "txt").state == State.TOO_LARGE


def test_a_long_text_is_read_to_the_limit():
    found = read(("mot " * extract.MAX_TEXT).encode(), "txt")
    assert found.state == State.CUT
    assert sum(len(part["text"]) for part in found.parts) == extract.MAX_TEXT
    assert max(len(part["text"]) for part in found.parts) <= formats.PART


def test_what_a_stopped_reader_had_printed_is_kept():
    lines = b'{"place": "1", "text": "lu"}\n{"place": "2", "te'
    assert reading._parsed(io.BytesIO(lines)) == ([{"place": "1", "text": "lu"}], None)


def test_the_reader_is_given_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "ne-pas-donner")
    given = {}

    def run(*args, env, **kwargs):
        given.update(env)
        return CompletedProcess(args, 0, stderr=b"")

    monkeypatch.setattr(reading.subprocess, "run", run)
    read(b"mot", "txt")
    assert given
    assert not set(given) & (set(os.environ) - {"PATH", "PYTHONDONTWRITEBYTECODE", "LANG"})


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("une tréso-\nrerie", "une trésorerie"),
        ("pouvez-\nvous", "pouvez-vous"),
        ("la sous-\ntraitance", "la sous-traitance"),
        ("en Seine-\nMaritime", "en Seine-Maritime"),
        ("l’eﬃcacité ﬁnancière", "l’efficacité financière"),
        ("tré\u00adsorerie", "trésorerie"),
        ("a\x00b\x07c", "a b c"),
        ("  deux   mots \n\n\n suite ", "deux mots\nsuite"),
        ("10-\n12 jours", "10-\n12 jours"),
    ],
)
def test_words_are_mended(raw, text):
    assert formats.cleaned(raw) == text


@pytest.mark.parametrize(
    ("name", "place", "label", "anchor"),
    [
        ("a/guide.PDF", "3", "page 3", "#page=3"),
        ("a/support.pptx", "4", "diapositive 4", ""),
        ("a/plan.xlsx", "2026", "feuille «\u00a02026\u00a0»", ""),
        ("a/trame.docx", "Les recettes", "«\u00a0Les recettes\u00a0»", ""),
        ("a/note.txt", "", "", ""),
    ],
)
def test_a_place_has_a_name_and_where_a_browser_can_an_anchor(name, place, label, anchor):
    text = FileText(file_name=name)
    assert (text.place_label(place), text.place_anchor(place)) == (label, anchor)


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_sentence(state):
    assert FileText(state=state, file_name="a.pdf").notice.endswith(".")
