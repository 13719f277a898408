"""Owns telling a mail's newest words from what is quoted below or between them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kaitak.channels.connectors.email import html_text, quote_marks, signatures
from kaitak.channels.connectors.email.reading import Mail

MAX_TEXT = 40_000  # twice what a message may hold: the rest is only in the original
MAX_LINES = 1_500
LONGEST_MARK = 400  # characters of a line in which a mark is looked for
_BLANKS = re.compile("[\u00a0\u2002-\u200a\u202f]")
_NOTHING = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_BANNER = re.compile(
    r"^\W{0,6}(?:caution|warning|external e?-?mail|外部邮件|外部郵件|注意)\W.{0,200}(?:outside|external|外部|originated"
    r"|don't often|不常)"
    r"|^\W{0,4}(?:you don't often get email from|您不经常收到来自|您不常收到來自|你通常不会收到来自).{0,200}$"
    r"|^\W{0,3}\[?(?:external"
    r"|外部邮件|外部郵件)\]?\W{0,3}$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"(?:your|this).{0,60}(?:html|does not support)|请(?:使用|用).{0,10}html|^\s*\[(?:image|cid|图片|圖片)[^\]]*\]\s*$",
    re.IGNORECASE,
)
FEW = 2  # lines of which a mail may consist that would otherwise be taken for a close
SIGNATURES = frozenset({html_text.SIGNATURE, "--", "-- "})
_PICTURE = re.compile(r"^\s*\[(?:image|cid|图片|圖片|inline)[^\]]{0,200}\]\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Newest:
    """`text` is what was written now, empty where nothing was; `is_shortened` says that the original holds more."""

    text: str
    is_shortened: bool
    is_forward: bool = False


def of_mail(mail: Mail) -> Newest:
    """The newest words of a mail: from its plain part, from its HTML where that is all there is or tells more."""
    whom = {"name": mail.sender.name, "address": mail.sender.address}
    has_plain = bool(mail.text.strip()) and not _PLACEHOLDER.match(mail.text.strip()[:200])
    if not mail.html.strip() or (has_plain and len(mail.text) > 200_000):
        return of_text(mail.text, **whom)
    if has_plain:
        found = of_text(mail.text, **whom)
        is_answer = bool(mail.in_reply_to or mail.references)
        if found.is_shortened or not is_answer:
            return found
        marked = of_text(html_text.text_of(mail.html), **whom)
        return marked if marked.is_shortened and marked.text and len(marked.text) < len(found.text) else found
    return of_text(html_text.text_of(mail.html), **whom)


def of_text(text: str, *, name: str = "", address: str = "") -> Newest:
    """The newest words of plain text; `name` and `address` are the sender's own."""
    lines = [
        _NOTHING.sub("", _BLANKS.sub(" ", line)).rstrip() for line in text[:MAX_TEXT].replace("&nbsp;", " ").split("\n")
    ]
    lines = lines[:MAX_LINES]
    while lines and (not lines[0].strip() or _BANNER.match(lines[0])):
        lines.pop(0)
    pieces, end, is_forward = _taken_apart(lines)
    kept = [signatures.without(piece, name=name, address=address) for piece in pieces]
    words = "\n\n".join(
        "\n".join(_tidied(piece)).strip() for piece in kept if any(line.strip() for line in piece)
    ).strip()
    if not words:
        words = _few(pieces)
    whole = "\n".join(line for line in lines if line not in (html_text.QUOTE, html_text.SIGNATURE)).strip()
    if not words and is_forward and end < len(lines):
        return Newest(_forwarded(lines, end), is_shortened=True, is_forward=True)
    return Newest(words, is_shortened=_flat(words) != _flat(whole), is_forward=is_forward)


def _few(pieces: list[list[str]]) -> str:
    """A wish or thanks and nothing else is what was written."""
    rest = [line for piece in pieces for line in _tidied(piece) if line.strip()]
    said = [line for line in rest if not signatures.is_device_line(line)]
    return (
        "\n".join(said)
        if len(rest) <= FEW and SIGNATURES.isdisjoint(line for piece in pieces for line in piece)
        else ""
    )


def _taken_apart(lines: list[str]) -> tuple[list[list[str]], int, bool]:
    """The pieces between what is quoted, where a mail begins that goes to the end, and if it was forwarded."""
    pieces: list[list[str]] = [[]]
    heads = [line[:LONGEST_MARK] for line in lines]
    place, in_quote = 0, False
    while place < len(lines):
        head = heads[place]
        kind = quote_marks.begins_mail(head)
        if kind:
            return pieces, place, kind == "forward"
        if quote_marks.header_lines(heads, place):
            _drop_rule(pieces[-1])
            return pieces, place, not any(each.strip() for piece in pieces for each in piece)
        taken = 1 if head == html_text.QUOTE else quote_marks.attribution_lines(heads, place)
        if taken:
            if not quote_marks.first_quoted_near(heads, place + taken):
                is_more = head == html_text.QUOTE and _is_forward_near(heads, place + 1)
                return pieces, place, is_more
            pieces, in_quote = [*pieces, []], True
        elif quote_marks.is_quoted(head, is_known=in_quote) and (in_quote or _is_run(heads, place)):
            if pieces[-1]:
                pieces.append([])
            in_quote, taken = True, 1
        else:
            pieces[-1].append(lines[place])
            taken = 1
        place += taken
    return pieces, place, False


def _is_forward_near(lines: list[str], place: int) -> bool:
    return any(quote_marks.begins_mail(line) == "forward" for line in lines[place : place + 4])


def _is_run(lines: list[str], place: int) -> bool:
    """Two quoted lines one below the other, or one with a reply below it."""
    following = [line for line in lines[place + 1 : place + 3] if line.strip()]
    before = lines[place - 1] if place else ""
    return bool(following) or quote_marks.is_quoted(before)


def _drop_rule(piece: list[str]) -> None:
    """Outlook draws a line above the headers of the mail that it quotes."""
    while piece and (not piece[-1].strip() or quote_marks.is_rule(piece[-1]) or quote_marks.is_label(piece[-1])):
        piece.pop()


def _forwarded(lines: list[str], place: int) -> str:
    """What a forwarded mail says, where its sender added nothing."""
    while place < len(lines) and (
        not lines[place].strip() or quote_marks.begins_mail(lines[place]) or lines[place] == html_text.QUOTE
    ):
        place += 1
    if place < len(lines):
        place += quote_marks.header_lines(lines, place)
    inner = of_text("\n".join(line.removeprefix("> ") for line in lines[place:]))
    return inner.text


def _tidied(lines: list[str]) -> list[str]:
    """Without the program's places for pictures, and never two empty lines together."""
    kept: list[str] = []
    for line in lines:
        if _PICTURE.match(line) or line in (html_text.QUOTE, html_text.SIGNATURE):
            continue
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line.rstrip())
    return kept


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", text)
