"""Owns what a channel still lets us say, decided before anything is written: freely, by template, not at all. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from kaitak.channels.contract import Capabilities
from kaitak.channels.render import as_numbered, split_text

Speaker = Literal["user", "bot", "system"]
State = Literal["open", "template", "closed"]
Why = Literal["", "window_over", "quota_used", "never_wrote"]
KEPT_FOR_PERSON = 1  # of the quota: the bot leaves the last message to whoever takes over
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Heard:
    """When the customer last wrote, and how many messages have gone to them since."""

    at: datetime | None
    sent_since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPlan:
    """What may be said now. `closes_at` and `remaining` are None where the channel knows no such limit."""

    state: State
    why: Why = ""
    closes_at: datetime | None = None
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of the bot: a text and the options to tap below it, by title and value."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()


def is_limited(can: Capabilities) -> bool:
    """Whether this channel closes at all."""
    return can.reply_window is not None or can.quota is not None


def plan(can: Capabilities, heard: Heard, now: datetime, speaker: Speaker) -> ReplyPlan:
    """What this speaker may send at this moment."""
    if not is_limited(can):
        return ReplyPlan(state="open")
    closed: State = "template" if can.has_templates else "closed"
    if heard.at is None:
        return ReplyPlan(state="open" if can.may_initiate else closed, why="" if can.may_initiate else "never_wrote")
    window = can.person_window if speaker == "user" and can.person_window is not None else can.reply_window
    closes_at = heard.at + window if window is not None else None
    if closes_at is not None and now >= closes_at:
        return ReplyPlan(state=closed, why="window_over", closes_at=closes_at)
    if can.quota is None:
        return ReplyPlan(state="open", closes_at=closes_at)
    kept = 0 if speaker == "user" else KEPT_FOR_PERSON
    remaining = max(0, can.quota - heard.sent_since - kept)
    if remaining == 0:
        return ReplyPlan(state=closed, why="quota_used", closes_at=closes_at, remaining=0)
    return ReplyPlan(state="open", closes_at=closes_at, remaining=remaining)


def room_of_bot(can: Capabilities, sent_since: int, *, hands_over: bool) -> int | None:
    """How many messages a turn may send; None: any number. A hand-over may use the slot that is kept for it."""
    if can.quota is None:
        return None
    return max(0, can.quota - sent_since - (0 if hands_over else KEPT_FOR_PERSON))


def merged(lines: Sequence[Line], room: int, max_text: int) -> list[Line]:
    """The same answers in at most `room` messages of the channel, in their order; the last options stay tappable."""
    if not lines or room < 1:
        return []
    if sum(_size(line, max_text) for line in lines) <= room:
        return list(lines)
    packed: list[Line] = []
    for line in lines:
        if packed and len(packed[-1].text) + 2 + len(_plain(line)) <= max_text and not line.choices:
            packed[-1] = Line(f"{_plain(packed[-1])}\n\n{line.text}")
        else:
            packed.append(line)
    while len(packed) > 1 and sum(_size(line, max_text) for line in packed) > room:
        before, last = packed[-2], packed[-1]
        packed[-2:] = [replace(last, text=f"{_plain(before)}\n\n{last.text}")]
    return _cut(packed, room, max_text)


def _plain(line: Line) -> str:
    return as_numbered(line.text, [title for title, _ in line.choices]) if line.choices else line.text


def _size(line: Line, max_text: int) -> int:
    """How many messages of the channel this becomes."""
    if line.choices and len(line.text) <= max_text:
        return 1
    return len(split_text(_plain(line), max_text))


def _cut(lines: list[Line], room: int, max_text: int) -> list[Line]:
    """Shorten the longest text where even one message after another would be too much."""
    if sum(_size(line, max_text) for line in lines) <= room:
        return lines
    line = lines[-1]
    parts = split_text(_plain(line), max_text)[:room]
    text = "\n".join(parts)[: max_text * room - len(_CUT) - room] + _CUT
    return [Line(text)] if _size(Line(text), max_text) <= room else [Line(parts[0][: max_text - 1] + _CUT)]
