"""Owns reading the messages of several claimed turns together, before each turn is decided by itself.

What the models read of the memory for one message serves the next (docs/explain/scale.md); where one turn is claimed
alone, nothing is read ahead.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from kaitak.bot import reading
from kaitak.bot.pack_shelf import PackShelf, Wanted
from kaitak.conversations.road_rows import ClaimedTurn
from kaitak.nlu.engine import Opened
from kaitak.nlu.model import Model

_log = logging.getLogger(__name__)
TOGETHER = 8  # messages; nobody's answer waits for more than these to be read


def text_of(turn: ClaimedTurn) -> str:
    """The message of a turn: what the customer has written since the last answer."""
    return "\n".join(line.content for line in turn.lines)


def wanted_for(turn: ClaimedTurn) -> Wanted:
    """What a turn answers with."""
    return Wanted(turn.pack, turn.account_id, turn.model_id, turn.pack_version_id)


def opened(turns: Sequence[ClaimedTurn], shelf: PackShelf) -> Iterator[tuple[ClaimedTurn, Opened | None]]:
    """The turns in their order, each with its message as far as it was read together with others."""
    for start in range(0, len(turns), TOGETHER):
        some = turns[start : start + TOGETHER]
        found = _open(some, shelf)
        yield from ((turn, found.get(number)) for number, turn in enumerate(some))


def _open(turns: Sequence[ClaimedTurn], shelf: PackShelf) -> dict[int, Opened]:
    """Messages by their turns' places; those of a turn that was begun before, and may have failed, are not among them.

    Whatever fails here is left to the turns themselves, where it fails one alone.
    """
    by_model: dict[int, tuple[Model, list[int]]] = {}
    for number, turn in enumerate(turns):
        ready = shelf.find_wanted(wanted_for(turn)) if turn.lines and turn.attempts <= 1 else None
        if ready is not None:
            by_model.setdefault(id(ready.model), (ready.model, []))[1].append(number)
    found: dict[int, Opened] = {}
    for model, numbers in by_model.values():
        if len(numbers) < 2:
            continue
        try:
            found.update(zip(numbers, reading.open_all(model, [text_of(turns[n]) for n in numbers]), strict=True))
        except Exception:  # noqa: BLE001 (as said above)
            _log.warning("messages could not be read together; each is read by itself", exc_info=True)
    return found
