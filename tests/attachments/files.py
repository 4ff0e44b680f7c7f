"""Tiny files of every type, made in the test."""

import io
import zipfile
import zlib

import docx
from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter


def pdf(*pages: str, password: str = "", owner_password: str = "") -> bytes:
    """A PDF with one line of text a page; an empty one is a page without text."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >>"
    kids = []
    for text in pages:
        escaped = text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
        content = b"BT /F1 12 Tf 50 700 Td (" + escaped + b") Tj ET" if text else b""
        kids.append(b"%d 0 R" % (len(objects) + 1))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources "
            + font
            + b" /Contents %d 0 R >>" % (len(objects) + 2)
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
    objects[1] = b"<< /Type /Pages /Kids [" + b" ".join(kids) + b"] /Count %d >>" % len(kids)
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    if not (password or owner_password):
        return data
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, owner_password or None, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(*blocks: tuple[str, str]) -> bytes:
    """A DOCX: (heading, text) blocks; an empty heading has none."""
    document, out = docx.Document(), io.BytesIO()
    for heading, text in blocks:
        if heading:
            document.add_heading(heading, 1)
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def word_table(*cells: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    table = document.add_table(rows=1, cols=len(cells))
    for cell, text in zip(table.rows[0].cells, cells, strict=True):
        cell.text = text
    document.save(out)
    return out.getvalue()


def sheets(hidden: str = "", **rows: list) -> bytes:
    """An XLSX: a sheet for each keyword, a row for each of its values; ``hidden`` names one that does not show."""
    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, values in rows.items():
        sheet = book.create_sheet(name)
        for value in values:
            sheet.append([value, 12])
        if name == hidden:
            sheet.sheet_state = "hidden"
    book.save(out)
    return out.getvalue()


def packed(**members: bytes | str) -> bytes:
    """A ZIP; a member ``word__document_xml`` is ``word/document.xml``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            folder, _, rest = name.rpartition("__")
            stem, _, extension = rest.rpartition("_")
            target.writestr(f"{folder.replace('__', '/')}/{stem}.{extension}".lstrip("/"), content)
    return out.getvalue()


def bomb() -> bytes:
    """A DOCX whose text unpacks to 300 MB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
        target.open("word/document.xml", "w") as member,
    ):
        for _ in range(300):
            member.write(bytes(1024 * 1024))
    return out.getvalue()


def endless_pdf() -> bytes:
    """A PDF whose page unpacks to more than the memory that a reader is given."""
    packer, zeros = zlib.compressobj(1), bytes(1024 * 1024)
    content = b"".join(packer.compress(zeros) for _ in range(900)) + packer.flush()
    data = pdf("texte")
    head, _, tail = data.partition(b"<< /Length ")
    _, _, tail = tail.partition(b"endstream")
    stream = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"
    return head + stream + tail
