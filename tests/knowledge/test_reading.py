"""Reading files: what is kept of each kind, and faults by file and line with a remedy."""

from __future__ import annotations

from datetime import date

from kaitak.knowledge import limits, pieces, reading
from kaitak.knowledge.faults import Fault
from kaitak.knowledge.reading import Draft

FRONT = "---\nid: A-1\ntitle: 保養\nvalid_from: 2025-01-01\nvalid_to: 2025-12-31\naudience: public\n---\n"


def one(name: str, text: str) -> Draft:
    read = reading.read_files({name: text.encode()})
    assert read.faults == []
    return read.drafts[0]


def fault(name: str, data: bytes) -> Fault:
    read = reading.read_files({name: data})
    assert read.drafts == []
    assert read.faults[0].remedy
    return read.faults[0]


def test_front_matter_tells_validity_and_audience() -> None:
    draft = one("a.md", FRONT + "\n# 保養\n\n小型家電 **12個月**。大型家電 24個月。\n")
    assert (draft.key, draft.title, draft.audience, draft.locale) == ("A-1", "保養", "public", "zh-HK")
    assert (draft.valid_from, draft.valid_to) == (date(2025, 1, 1), date(2025, 12, 31))
    assert [piece.text for piece in draft.pieces] == ["小型家電 12個月。", "大型家電 24個月。"]


def test_article_that_does_not_say_so_is_not_public() -> None:
    assert one("a.md", "text of an article").audience == "internal"


def test_table_rows_keep_the_names_of_their_columns_and_headings_their_place() -> None:
    draft = one("t.md", "# 保障\n\n## 行李\n\n| 項目 | 標準 | 優越 |\n|---|---|---|\n| 遺失 | $10,000 | $20,000 |\n")
    piece = draft.pieces[0]
    assert (piece.kind, piece.heading, piece.text) == ("row", "行李", "遺失 — 標準:$10,000;優越:$20,000")


def test_html_keeps_text_lists_and_tables_and_drops_what_runs() -> None:
    page = (
        "<html><head><title>運費</title><script>alert('x')</script></head><body><h1>運費</h1><p>滿 $300 免運費。</p>"
        "<ul><li>離島另計<li>次日送到</ul><table><tr><th>地區</th><th>費用</th></tr><tr><td>離島</td><td>$50</td></tr>"
        "</table><script>steal()</script><iframe src=x>in</iframe><img src=x onerror=steal()></body></html>"
    )
    draft = one("p.html", page)
    assert draft.title == "運費"
    assert [(p.kind, p.text) for p in draft.pieces] == [
        ("sentence", "滿 $300免運費。"),
        ("item", "離島另計"),
        ("item", "次日送到"),
        ("row", "離島 — 費用:$50"),
    ]
    assert "steal" not in draft.body
    assert "alert" not in draft.body


def test_csv_becomes_rows_and_a_short_row_is_found_by_its_line() -> None:
    assert [piece.text for piece in one("fees.csv", "地區,費用\n離島,$50\n市區,$30\n").pieces] == [
        "離島 — 費用:$50",
        "市區 — 費用:$30",
    ]
    assert fault("fees.csv", "地區,費用\n離島\n".encode()).line == 2


def test_faults_name_the_line() -> None:
    assert fault("a.md", b"---\nid: 1\naudience: everyone\n---\ntext").line == 3
    assert fault("a.md", b"---\nid: 1\n").line == 1
    assert fault("a.md", b"---\nid: [1\n---\ntext").line >= 2
    assert "2025-01-31" in fault("a.md", b"---\nvalid_from: soon\n---\ntext").remedy
    assert fault("a.md", b"---\nvalid_from: 2025-02-01\nvalid_to: 2025-01-01\n---\ntext").line == 3
    assert fault("a.md", b"---\nid: 1\n---\n").line == 4


def test_what_cannot_be_read_is_refused_with_a_remedy() -> None:
    for data in (b"%PDF-1.7 ...", b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0old", b"\xff\xfe\xff\xff\x00\x00\x01"):
        fault("a.md", data)
    fault("a.exe", b"text")
    fault("a.md", b"x" * (limits.FILE_BYTES + 1))
    fault("a.md", b"x" * (limits.BODY_CHARACTERS + 1))


def test_two_files_of_one_id_clash_and_the_others_are_read() -> None:
    read = reading.read_files({"a.md": FRONT.encode() + b"x", "b.md": FRONT.encode() + b"y", "c.md": b"# C\n\nz"})
    assert [draft.key for draft in read.drafts] == ["A-1", "c"]
    assert [(each.file, "a.md" in each.detail) for each in read.faults] == [("b.md", True)]


def test_big5_like_and_simplified_text_is_read_in_its_language() -> None:
    read = reading.read_files({"a.txt": "订单发货后三天内送达,费用由我们负责。".encode("gb18030")})
    assert (read.drafts[0].locale, read.drafts[0].pieces[0].text[:4]) == ("zh-Hans", "订单发货")
    assert one("e.txt", "Delivery takes three days. Islands take five.").locale == "en"


def test_overlong_sentence_is_cut_and_pieces_are_bounded() -> None:
    found = pieces.of_markdown("字" * (limits.LONGEST_PIECE * 2 + 1) + "\n\n" + "- 項\n" * (limits.PIECES + 5))
    assert len(found[0].text) == limits.LONGEST_PIECE
    assert len(found) == limits.PIECES
