"""Files of contacts: charsets and separators are guessed, columns found, cells read, and bad ones named."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl  # type: ignore[import-untyped]
import pytest

from kaitak.contacts import columns, import_rows, table_reading, tables
from kaitak.contacts.import_rows import Seen
from kaitak.contacts.record_errors import ImportTooLargeError, ImportUnreadableError, MappingInvalidError
from kaitak.contacts.record_models import CustomAttributeDefinition

HANT = "姓名,電話,電郵,備註\r\n陳大文,91234567,chan@acme.com.hk,老主顧\r\n黃美玲,,may@acme.com.hk,住喺九龍灣\r\n"
HANS = "姓名,手机,邮箱,备注\r\n陈大文,13812345678,chan@acme.cn,老客户\r\n黄美玲,,may@acme.cn,住在九龙湾\r\n"


def _field(key: str, kind: str, *values: str, name: str = "") -> CustomAttributeDefinition:
    return CustomAttributeDefinition(
        attribute_key=key,
        attribute_display_name=name or key,
        attribute_display_type=kind,
        attribute_values=list(values),
    )


FIELDS = [_field("tier", "list", "Gold", "銀", name="會員級別"), _field("points", "number"), _field("vip", "checkbox")]


@pytest.mark.parametrize(
    ("text", "codec", "said"),
    [
        (HANT, "utf-8", "utf-8"),
        (HANT, "utf-8-sig", "utf-8"),
        (HANT, "utf-16", "utf-16"),
        (HANT.replace("喺", "在"), "cp950", "big5"),
        (HANT, "big5hkscs", "big5"),
        (HANS, "gb18030", "gb18030"),
        (HANT, "gb18030", "gb18030"),
    ],
)
def test_charset_is_guessed(text: str, codec: str, said: str) -> None:
    read = table_reading.read("a.csv", text.encode(codec))
    assert (read.encoding, read.headers) == (said, text.splitlines()[0].split(","))
    assert [(number, cells[0]) for number, cells in read.rows] == [
        (2, text[text.index("\n") + 1 :][:3]),
        (3, read.rows[1][1][0]),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_guessed_and_quoted_lines_keep_their_number(separator: str) -> None:
    text = separator.join(["name", "note"]) + f'\n"A{separator}B"{separator}"one\ntwo"\n\nC{separator}\n'
    read = table_reading.read("a.csv", text.encode())
    assert read.rows == [(2, [f"A{separator}B", "one\ntwo"]), (5, ["C", ""])]


def test_workbook_is_read_as_it_is_seen() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "Mobile", "Joined"])
    book.active.append(["陳大文", 91234567.0, date(2026, 1, 31)])
    out = io.BytesIO()
    book.save(out)
    assert table_reading.read("a.xlsx", out.getvalue()).rows == [(2, ["陳大文", "91234567", "2026-01-31"])]


def test_what_is_no_table_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (table_reading.UNPACKED_BYTES + 1))
    many = b"name\n" + b"x\n" * (table_reading.ROWS + 1)
    for data in (bomb.getvalue(), many, b"a," * 70, b"name\n" + b"x" * 2001, b"x" * (table_reading.FILE_BYTES + 1)):
        with pytest.raises(ImportTooLargeError):
            table_reading.read("a", data)
    for data in (b"", b"name\n", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"):
        with pytest.raises(ImportUnreadableError):
            table_reading.read("a", data)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("姓名,電話,電郵,客戶編號,公司", "name,phone_number,email,identifier,company"),
        ("客户姓名,手机号码,电子邮箱,会员编号,语言", "name,phone_number,email,identifier,locale"),
        ("First Name,Last Name,E-mail Address,Mobile No.", "first_name,last_name,email,phone_number"),
        ("Full name *,Phone (mobile),Company Name,Tier,會員級別", "name,phone_number,company,custom:tier,"),
        ("姓名,名,電話,手機", "name,,phone_number,"),
        ("Unknown,備註,POINTS", ",,custom:points"),
    ],
)
def test_columns_are_guessed_by_their_headers(header: str, found: str) -> None:
    assert columns.guess(header.split(","), [], FIELDS) == found.split(",")


def test_columns_without_a_telling_header_are_guessed_by_their_cells() -> None:
    rows = [["a@b.hk", "9123 4567", "x"], ["c@d.hk", "+852 6123 4567", "y"]]
    assert columns.guess(["A", "B", "C"], rows, []) == ["email", "phone_number", ""]


@pytest.mark.parametrize(
    "mapping", [["name"], ["name", "name"], ["name", "custom:none"], ["", "company"], ["id", "name"]]
)
def test_impossible_mapping_is_refused(mapping: list[str]) -> None:
    with pytest.raises(MappingInvalidError):
        columns.check(mapping, 2, FIELDS)


def test_cells_are_read_in_the_form_they_are_kept_in() -> None:
    mapping = [
        "last_name",
        "first_name",
        "phone_number",
        "email",
        "locale",
        "custom:tier",
        "custom:points",
        "custom:vip",
    ]
    cells = ["陳", "大文", "９１２３ ４５６７", "Chan@Acme.HK", "繁體中文", "gold", "HK$1,234.50", "是"]
    facts, problems = import_rows.read(cells, mapping, {each.attribute_key: each for each in FIELDS})
    assert problems == []
    assert facts.plain == {
        "name": "陳大文",
        "phone_number": "+85291234567",
        "email": "chan@acme.hk",
        "locale": "zh-HK",
    }
    assert facts.own == {"tier": "Gold", "points": 1234.5, "vip": True}


@pytest.mark.parametrize(
    ("target", "cell", "code"),
    [
        ("phone_number", "8.52612E+11", "bad_phone"),
        ("phone_number", "91234567 / 61234567", "bad_phone"),
        ("phone_number", "1234567", "bad_phone"),
        ("phone_number", "12345678", "bad_phone"),
        ("phone_number", "2123 4567 內線 12", "bad_phone"),
        ("email", "a@b", "bad_email"),
        ("email", "a@b.hk; c@d.hk", "bad_email"),
        ("locale", "火星文", "bad_locale"),
        ("name", "x" * 201, "too_long"),
        ("custom:tier", "bronze", "bad_list"),
        ("custom:points", "many", "bad_number"),
        ("custom:vip", "perhaps", "bad_checkbox"),
    ],
)
def test_every_problem_of_a_line_is_named(target: str, cell: str, code: str) -> None:
    _, problems = import_rows.read(["", cell], ["company", target], {each.attribute_key: each for each in FIELDS})
    assert [(each.code, each.column) for each in problems] == [(code, target)]


def test_line_that_names_nobody_is_refused() -> None:
    assert [each.code for each in import_rows.read(["Acme"], ["company"], {})[1]] == ["nobody"]


def test_duplicates_in_a_file_are_found_and_shared_addresses_are_only_named() -> None:
    mapping = ["name", "phone_number", "email", "identifier"]
    lines = [
        ("陳大文", "91234567", "", "M1"),
        ("Chan Tai Man", "91234567", "", ""),
        ("李小美", "91234567", "", ""),
        ("", "", "x@y.hk", "M1"),
        ("何志明", "91234567", "", "M2"),
    ]
    seen = Seen()
    found = [
        [(each.code, each.line, each.is_fatal) for each in seen.look(number, import_rows.read(cells, mapping, {})[0])]
        for number, cells in enumerate(lines, start=2)
    ]
    assert found == [
        [],
        [("duplicate_in_file", 2, True)],
        [("shared_in_file", 2, False)],
        [("duplicate_in_file", 2, True)],
        [("shared_in_file", 2, False)],
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+85261230001", "-2", "@SUM(A1)", "\t=1", " =1", "'=1", "plain", "'tis", ""])
def test_no_cell_runs_and_every_cell_comes_back(cell: str) -> None:
    written = tables.safe(cell)
    assert written[:1] not in ("=", "+", "-", "@", "\t")
    assert tables.unguarded(written) == cell
