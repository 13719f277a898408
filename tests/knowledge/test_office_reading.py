"""Office files and PDF: text, lists and tables survive; locked, broken and exploding files are refused."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl  # type: ignore[import-untyped]
import pypdf
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from kaitak.knowledge import office_reading, reading
from kaitak.knowledge.faults import Fault


def word() -> bytes:
    document = docx.Document()
    document.add_heading("退貨", level=1)
    document.add_heading("期限", level=2)
    document.add_paragraph("收貨後 30日內可退。特價貨品不可退。")
    document.add_paragraph("保留包裝", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["地區", "費用", "離島", "$50"], strict=True):
        cell.text = text
    return saved(document)


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def pdf(text: str, password: str | None = None) -> bytes:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    if password:
        writer.encrypt(password)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def fault(name: str, data: bytes) -> Fault:
    read = reading.read_files({name: data})
    assert read.drafts == []
    return read.faults[0]


def test_word_document_keeps_headings_lists_and_tables() -> None:
    draft = reading.read_files({"returns.docx": word()}).drafts[0]
    assert (draft.key, draft.title, draft.audience) == ("returns", "退貨", "internal")
    assert [(p.kind, p.heading, p.text) for p in draft.pieces] == [
        ("sentence", "期限", "收貨後 30日內可退。"),
        ("sentence", "期限", "特價貨品不可退。"),
        ("item", "期限", "保留包裝"),
        ("row", "期限", "離島 — 費用:$50"),
    ]


def test_workbook_gives_a_row_for_each_line_of_each_sheet() -> None:
    book = openpyxl.Workbook()
    book.active.title = "運費"
    for row in (["地區", "費用", "日數"], ["離島", 50, 3], [None, None, None], ["市區", 30, 1]):
        book.active.append(row)
    draft = reading.read_files({"fees.xlsx": saved(book)}).drafts[0]
    assert [(p.heading, p.text) for p in draft.pieces] == [
        ("運費", "離島 — 費用:50;日數:3"),
        ("運費", "市區 — 費用:30;日數:1"),
    ]


def test_pdf_gives_its_text() -> None:
    draft = reading.read_files({"rules.pdf": pdf("Returns are free within 30 days.")}).drafts[0]
    assert [piece.text for piece in draft.pieces] == ["Returns are free within 30 days."]


def test_locked_empty_and_broken_files_are_refused() -> None:
    assert "password" in fault("a.pdf", pdf("secret", "key")).remedy
    assert "no text" in fault("a.pdf", pdf("")).detail
    assert fault("a.pdf", b"%PDF-1.7 and then nothing").detail
    assert "password" in fault("a.docx", b"\xd0\xcf\x11\xe0 an encrypted container").remedy
    for name in ("a.docx", "a.xlsx"):
        assert fault(name, word()[:200]).detail
        assert fault(name, b"no archive at all").detail
    assert fault("a.md", word()).detail


def test_archive_that_explodes_is_refused_before_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (office_reading.UNPACKED_BYTES + 1))
    assert "too much" in fault("a.docx", stream.getvalue()).detail
