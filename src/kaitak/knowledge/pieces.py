"""Owns what a text is cut into: sentences, list items and table rows, each with its headings. Markdown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kaitak.knowledge import limits

Kind = Literal["sentence", "item", "row"]
_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_SENTENCE = re.compile(r"(?<=[。!?！？])\s*|(?<=[a-z0-9)][.!?])\s+(?=[A-Z])|\n+")
_SPACES = re.compile(r"[ \t\u3000]+")
_CJK_GAP = re.compile(r"(?<=[\u4e00-\u9fff。,;:、$\d)]) (?=[\u4e00-\u9fff。,;:、])")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that an article says."""

    kind: Kind
    heading: str
    text: str
    group: int  # pieces of one paragraph, list or row share it


def of_markdown(body: str, title: str = "") -> list[Piece]:
    """The pieces of a Markdown text in order; raw HTML in it is left out."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body[: limits.BODY_CHARACTERS])
    return _Cutter(title).cut(tokens)[: limits.PIECES]


def plain(text: str) -> str:
    """Text without emphasis marks and doubled blanks."""
    return _CJK_GAP.sub("", _SPACES.sub(" ", _MARKUP.sub("", text))).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; an overlong one is cut where it can be."""
    found = [part.strip() for part in _SENTENCE.split(text)]
    return [piece for part in found if part for piece in _fitting(part)]


def _fitting(text: str) -> Iterable[str]:
    for start in range(0, len(text), limits.LONGEST_PIECE):
        yield text[start : start + limits.LONGEST_PIECE]


class _Cutter:
    """Walks the tokens of a text once."""

    def __init__(self, title: str) -> None:
        self._title = plain(title)
        self._headings: dict[int, str] = {}
        self._found: list[Piece] = []
        self._group = 0
        self._lists = 0
        self._header: list[str] = []
        self._cells: list[str] = []

    def cut(self, tokens: Sequence[Token]) -> list[Piece]:
        before: Token | None = None
        for token in tokens:
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                self._lists += 1
                self._group += 1
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                self._lists -= 1
            elif token.type == "inline" and before is not None:
                self._take(before, _text_of(token))
            elif token.type in {"fence", "code_block"}:
                self._add("sentence", token.content)
            elif token.type == "tr_close":
                self._close_row()
            elif token.type == "table_open":
                self._header = []
            before = token
        return self._found

    def _take(self, parent: Token, text: str) -> None:
        if parent.type == "heading_open":
            level = int(parent.tag[1:])
            self._headings = {n: h for n, h in self._headings.items() if n < level} | {level: text}
        elif parent.type in {"th_open", "td_open"}:
            self._cells.append(text)
        elif self._lists:
            self._add("item", text)
        else:
            self._group += 1
            for sentence in sentences(text):
                self._add("sentence", sentence)

    def _close_row(self) -> None:
        cells, self._cells = self._cells, []
        if not self._header:
            self._header = cells
            self._group += 1
            return
        for piece in of_row(self._header, cells):
            self._add("row", piece)

    def _add(self, kind: Kind, text: str) -> None:
        steps = [heading for heading in self._headings.values() if heading and heading != self._title]
        for part in _fitting(text.strip()):
            self._found.append(Piece(kind, " › ".join(steps)[: limits.LONGEST_TITLE], part, self._group))


def of_row(header: Sequence[str], cells: Sequence[str]) -> list[str]:
    """A table row as a reader would say it: the first cell, then each value under its column's name."""
    if not any(cells):
        return []
    named = [
        f"{name}:{cell}" if name else cell
        for name, cell in zip([*header[1:], *[""] * len(cells)], cells[1:], strict=False)
        if cell
    ]
    return [f"{cells[0]} — {';'.join(named)}" if named else cells[0]]


def _text_of(token: Token) -> str:
    parts: list[str] = []
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type in {"text", "code_inline"} or child.type == "image":
            parts.append(child.content)
    return plain("".join(parts))
