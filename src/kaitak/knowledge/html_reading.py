"""Owns reading HTML as Markdown: text, headings, lists and tables; scripts, forms and styles fall away. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kaitak.knowledge import html_tree

_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object", "nav", "form", "head"})
_BREAKING = frozenset({"p", "div", "section", "article", "main", "header", "footer", "ul", "ol", "table", "blockquote"})
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")


def to_markdown(text: str) -> str:
    """The readable part of a page as Markdown; nothing of it can run."""
    reader = _Reader()
    reader.feed(html_tree.well_formed(text))
    reader.close()
    title = f"# {reader.title}\n\n" if reader.title and "\n# " not in f"\n{reader.written}" else ""
    return title + reader.written


def cell(text: str) -> str:
    """A table cell that cannot break its row."""
    return _SPACES.sub(" ", text).strip().replace("|", "/")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._parts: list[str] = []
        self._silent: list[str] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._rows = 0
        self._in_title = False

    @property
    def written(self) -> str:
        return _BLANK_LINES.sub("\n\n", "".join(self._parts)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser calls it so
        if tag == "title":
            self._in_title = True
        elif tag in _SILENT:
            self._silent.append(tag)
        elif tag == "table":
            self._rows = 0
            self._parts.append("\n\n")
        elif tag == "tr":
            self._row = []
        elif tag in {"td", "th"}:
            self._cell = []
        elif tag in _HEADINGS:
            self._parts.append("\n\n" + "#" * _HEADINGS[tag] + " ")
        elif tag == "li":
            self._parts.append("\n- ")
        elif tag == "br":
            self._say("\n")
        elif tag in _BREAKING and self._cell is None:
            self._parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        elif tag in {"td", "th"} and self._cell is not None:
            if self._row is not None:
                self._row.append(cell("".join(self._cell)))
            self._cell = None
        elif tag == "tr" and self._row is not None:
            self._close_row(self._row)
            self._row = None
        elif tag in _HEADINGS or (tag in _BREAKING and self._cell is None):
            self._parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title = _SPACES.sub(" ", self.title + data).strip()
        elif not self._silent:
            self._say(_SPACES.sub(" ", data))

    def _say(self, text: str) -> None:
        (self._parts if self._cell is None else self._cell).append(text)

    def _close_row(self, row: list[str]) -> None:
        if row:
            self._parts.append("| " + " | ".join(row) + " |\n")
            if self._rows == 0:
                self._parts.append("|" + "---|" * len(row) + "\n")
            self._rows += 1
