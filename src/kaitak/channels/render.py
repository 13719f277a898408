"""Owns degrading: turns any blocks into blocks that a channel can carry. The only place that does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kaitak.channels.content import Block, Buttons, Media, Survey, Template, Text
from kaitak.channels.contract import Capabilities


def render(blocks: Iterable[Block], capabilities: Capabilities) -> tuple[Block, ...]:
    """The blocks as this channel can carry them: buttons become numbered text, files links, long text several texts."""
    return tuple(part for block in blocks for part in _fit(block, capabilities))


def _fit(block: Block, capabilities: Capabilities) -> Iterator[Block]:
    if isinstance(block, Text):
        yield from (Text(part) for part in split_text(block.text, capabilities.max_text))
    elif _fits(block, capabilities):
        yield block
    else:
        yield from (Text(part) for part in split_text(_as_text(block), capabilities.max_text))


def _fits(block: Buttons | Media | Survey | Template, can: Capabilities) -> bool:
    if type(block) not in can.blocks:
        return False
    if isinstance(block, Template):
        return True
    if isinstance(block, Media):
        return can.media is None or block.file_size <= max(
            (most for beginning, most in can.media.items() if block.content_type.startswith(beginning)), default=-1
        )
    if isinstance(block, Buttons):
        longest = max((len(choice.title) for choice in block.choices), default=0)
        if not 0 < len(block.choices) <= can.max_buttons or (can.max_title is not None and longest > can.max_title):
            return False
        return len(block.text) <= min(can.max_text, can.max_question or can.max_text)
    return len(block.text) <= can.max_text


def _as_text(block: Buttons | Media | Survey | Template) -> str:
    if isinstance(block, Buttons):
        return as_numbered(block.text, [choice.title for choice in block.choices])
    if isinstance(block, Media):
        return f"{block.file_name}\n{block.url}"
    return block.text if isinstance(block, Template) else f"{block.text} (1-5)"


def as_numbered(text: str, titles: Sequence[str]) -> str:
    """A question whose options are answered by their number or title."""
    return "\n".join([text, *(f"{n}. {title}" for n, title in enumerate(titles, 1))])


def split_text(text: str, limit: int) -> list[str]:
    """Cut text into parts of at most `limit` characters, at a line, sentence or word end where one is near.

    Only white space at a cut is lost, and no part is empty unless the whole text is.
    """
    parts = []
    rest = text
    while len(rest) > limit:
        cut = _cut_at(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in (*parts, rest) if part] or [""]


def _cut_at(text: str, limit: int) -> int:
    for marks in ("\n", "。!?!?.", ",、;,; "):
        cut = max(text.rfind(mark, limit // 2, limit) for mark in marks)
        if cut > 0:
            return cut + 1
    return limit
