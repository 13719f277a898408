"""Markdown for readers: nothing in it runs, loads from elsewhere or breaks the page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from kaitak.knowledge import rendering

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](//evil.example/a)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://tracker.example/pixel.png)",
    '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
    "| a |\n|---|\n| <svg onload=alert(1)> |",
    "```html\n</code></pre><script>alert(1)</script>\n```",
    "# <iframe src=https://evil.example></iframe>",
)
KNOWN = {
    *("p", "a", "h2", "h3", "ul", "ol", "li", "strong", "em", "code", "pre", "div", "br"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = ("https://", "http://", "mailto:", "tel:", "#", "/")


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_or_loads(attack: str) -> None:
    seen = _Seen()
    seen.feed(rendering.to_html(attack, heading_from=2))
    assert seen.tags <= KNOWN
    assert {name for name, _ in seen.attributes} <= {"href", "rel", "target", "title", "class"}
    assert all(value.startswith(SCHEMES) for name, value in seen.attributes if name == "href")


def test_headings_start_where_the_page_wants_them_and_tables_survive() -> None:
    html = rendering.to_html("# 保養\n\n### 檢查費\n\n| 地區 | 費用 |\n|---|---|\n| 離島 | **$260** |", heading_from=2)
    assert "<h2>保養</h2>" in html
    assert "<h4>檢查費</h4>" in html
    assert "<td><strong>$260</strong></td>" in html


def test_summary_is_plain_words_without_headings_and_of_one_length() -> None:
    assert (
        rendering.summary("# 保養\n\n- 小型家電 **12個月**。\n- 見[網頁](https://a.example)")
        == "小型家電 12個月。 見網頁"
    )
    assert len(rendering.summary("字" * 500)) == 155
