"""Owns degrading: turns any blocks into blocks that a channel can carry. The only place that does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kaitak.channels.content import Block, Buttons, Media, Survey, Text
from kaitak.channels.contract import Capabilities


def render(blocks: Iterable[Block], capabilities: Capabilities) -> tuple[Block, ...]:
    """The blocks as this channel can carry them: buttons become numbered text, files links, long text several texts."""
    return tuple(part for block in blocks for part in _fit(block, capabilities))


def _fit(block: Block, capabilities: Capabilities) -> Iterator[Block]:
    if isinstance(block, Text):
        yield from (Text(part) for part in split_text(block.text, capabilities.max_text))
        return
    fits = type(block) in capabilities.blocks
    if isinstance(block, Buttons):
        fits = fits and 0 < len(block.choices) <= capabilities.max_buttons
    if not isinstance(block, Media):
        fits = fits and len(block.text) <= capabilities.max_text
    if fits:
        yield block
    else:
        yield from (Text(part) for part in split_text(_as_text(block), capabilities.max_text))


def _as_text(block: Buttons | Media | Survey) -> str:
    if isinstance(block, Buttons):
        return "\n".join([block.text, *(f"{n}. {choice.title}" for n, choice in enumerate(block.choices, 1))])
    if isinstance(block, Media):
        return f"{block.file_name}\n{block.url}"
    return f"{block.text} (1-5)"


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
