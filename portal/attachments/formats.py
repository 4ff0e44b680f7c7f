"""The text of a file, part by part. Runs in a process of its own (``extract``): nothing here knows Django.

A reader yields ``(place, text)`` in the order of the file. What it raises, whatever it is, is the file's fault.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

#: What a packed file (DOCX, XLSX, ODT…) may hold once unpacked.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 5_000
#: A text of more than 10 MB that was packed more than this many times is a trap.
MAX_RATIO = 200
MAX_PAGES = 500
#: Characters of a part: a longer one is cut between lines, so that an extract stands near its place.
PART = 4_000
_PACKED = ("docx", "xlsx", "pptx", "odt", "ods")
# An office file with a password, or of an older format, is such a container.
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")

Part = tuple[str, str]


class Protected(Exception):
    """A password is needed."""


class TooLarge(Exception):
    """More than is read."""


class OtherType(Exception):
    """Not a type that is read."""


class NotWhatItSays(Exception):
    """The content is not that of its extension; the message says so in French."""


def parts_of(path: Path, extension: str) -> Iterator[Part]:
    """Yield the parts of the file at ``path``, cleaned; parts without a word are left out.

    Raises the exceptions above, and whatever the readers raise on a damaged file.
    """
    if extension not in READERS:
        raise OtherType(extension)
    with path.open("rb") as stream:
        beginning = stream.read(8)
    if beginning == _COMPOUND:
        raise Protected
    if extension in _PACKED:
        check_packed(path)
    for place, text in READERS[extension](path):
        for piece in pieces(cleaned(text)):
            yield cleaned(place)[:120], piece


def check_packed(path: Path) -> None:
    """Refuse what unpacks to too much: nothing is read beyond the sizes that the directory declares."""
    if not zipfile.is_zipfile(path):
        raise NotWhatItSays("Son contenu n’est pas celui qu’annonce son nom.")
    with zipfile.ZipFile(path) as packed:
        members = packed.infolist()
        unpacked = sum(member.file_size for member in members)
        compressed = sum(member.compress_size for member in members)
    trap = unpacked > 10 * 1024 * 1024 and unpacked > MAX_RATIO * max(compressed, 1)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or trap:
        raise TooLarge


_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": None}
)
# A word broken at the end of a line, or a compound one: some two-part words are told by one of their parts.
_BROKEN = re.compile(r"([^\W\d_]+)[-\u2010]\n([^\W\d_]+)")
_FIRST_PARTS = frozenset(
    re.findall(
        r"\w+",
        """ad ante anti après arrière au auto avant bien chef ci co compte contre demi est ex grand inter là mal mi
        mot non par peut porte post pré presque quasi rendez sans savoir semi socio sous tête tiers vice vingt""",
    )
)
_LAST_PARTS = frozenset(
    re.findall(r"\w+", "ce ci elle elles en il ils je là leur lui même mêmes moi nous on t toi tu vous y")
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def cleaned(text: str) -> str:
    """Return ``text`` as readers see it: whole words, plain letters, no control character."""
    text = _BROKEN.sub(_mended, _CONTROL.sub(" ", text.translate(_LIGATURES)))
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)


def _mended(broken: re.Match) -> str:
    first, last = broken[1], broken[2]
    is_compound = first.lower() in _FIRST_PARTS or last.lower() in _LAST_PARTS or last[0].isupper()
    return f"{first}-{last}" if is_compound else first + last


def pieces(text: str) -> Iterator[str]:
    """Yield ``text`` in pieces of at most ``PART`` characters, cut between lines or words."""
    while len(text) > PART:
        cut = max(text.rfind("\n", PART // 2, PART), text.rfind(" ", PART // 2, PART))
        cut = cut if cut > 0 else PART
        yield text[:cut]
        text = text[cut:].lstrip()
    if any(character.isalnum() for character in text):
        yield text


def read_pdf(path: Path) -> Iterator[Part]:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(path)
    # Many are locked against changes only, and open without a password.
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Protected
    for number, page in enumerate(reader.pages, 1):
        if number > MAX_PAGES:
            raise TooLarge
        yield str(number), page.extract_text()


def read_docx(path: Path) -> Iterator[Part]:
    """A part for each heading; the tables stay where they are."""
    import docx
    from docx.oxml.ns import qn

    place, lines = "", []
    for element in docx.Document(path).element.body:
        text = "\n".join(_paragraph(one, qn) for one in element.iter(qn("w:p")))
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name = style.get(qn("w:val"), "") if style is not None else ""
        if re.match(r"(heading|titre|title)\s*\d*$", name, re.IGNORECASE) and text.strip():
            yield place, "\n".join(lines)
            place, lines = text.strip(), []
        lines.append(text)
    yield place, "\n".join(lines)


def _paragraph(element, qn) -> str:
    words = {qn("w:t"): None, qn("w:tab"): "\t", qn("w:br"): "\n"}
    return "".join(
        (one.text or "") if words[one.tag] is None else words[one.tag] for one in element.iter(*words)
    )


def read_xlsx(path: Path) -> Iterator[Part]:
    """The words of each sheet that shows; figures alone tell a search nothing."""
    from openpyxl import load_workbook

    with path.open("rb") as stream:
        for sheet in load_workbook(stream, read_only=True, data_only=True).worksheets:
            if sheet.sheet_state != "visible":
                continue
            # Some programs announce a million empty rows.
            sheet.reset_dimensions()
            lines, size = [], 0
            for row in sheet.iter_rows(values_only=True):
                words = [value.strip() for value in row if isinstance(value, str) and value.strip()]
                if words:
                    lines.append(" · ".join(words))
                    size += len(lines[-1])
                if size > PART:
                    yield sheet.title, "\n".join(lines)
                    lines, size = [], 0
            yield sheet.title, "\n".join(lines)


def read_pptx(path: Path) -> Iterator[Part]:
    with zipfile.ZipFile(path) as packed:
        found = (re.fullmatch(r"ppt/slides/slide(\d+)\.xml", name) for name in packed.namelist())
        for match in sorted(filter(None, found), key=lambda match: int(match[1])):
            lines: list[str] = []
            for paragraph in _elements(packed, match[0], "p"):
                lines.append("".join(one.text or "" for one in paragraph.iter() if _tag(one) == "t"))
            yield match[1], "\n".join(lines)


def read_odt(path: Path) -> Iterator[Part]:
    place, lines = "", []
    with zipfile.ZipFile(path) as packed:
        for element in _elements(packed, "content.xml", "p", "h"):
            text = "".join(element.itertext())
            if _tag(element) == "h" and text.strip():
                yield place, "\n".join(lines)
                place, lines = text.strip(), []
            lines.append(text)
    yield place, "\n".join(lines)


def read_ods(path: Path) -> Iterator[Part]:
    with zipfile.ZipFile(path) as packed:
        for table in _elements(packed, "content.xml", "table"):
            name = next((value for key, value in table.attrib.items() if key.endswith("}name")), "")
            yield name, "\n".join("".join(one.itertext()) for one in table.iter() if _tag(one) == "p")


def _elements(packed: zipfile.ZipFile, member: str, *names: str):
    with packed.open(member) as stream:
        for element in ElementTree.parse(stream).getroot().iter():  # noqa: S314  (sizes are checked, memory is bounded)
            if _tag(element) in names:
                yield element


def _tag(element) -> str:
    return element.tag.rpartition("}")[2]


def read_text(path: Path) -> Iterator[Part]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    yield "", text.replace("\r\n", "\n").replace("\r", "\n")


READERS = {
    "pdf": read_pdf,
    "docx": read_docx,
    "xlsx": read_xlsx,
    "pptx": read_pptx,
    "odt": read_odt,
    "ods": read_ods,
    "txt": read_text,
    "csv": read_text,
}
