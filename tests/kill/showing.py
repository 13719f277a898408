"""Owns whether a phone shows what was said to it: all of it, in order, and which showings were said again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Wanted:
    """One message of ours, in the parts in which a phone shows it; `least` of them must be there."""

    parts: tuple[str, ...]
    least: int


def said_again(wanted: Sequence[Wanted], shown: Sequence[str], was_cut_off: Sequence[bool]) -> int | None:
    """How many showings belong to attempts that another one followed at once, the fewest possible; None: not in order,
    not complete, said again without need, or what nobody said. An attempt shows a message's parts from the first on;
    only one that was cut off, after its last showing, may be made again.
    """

    @cache
    def rest(message: int, place: int) -> int | None:
        if message == len(wanted):
            return 0 if place == len(shown) else None
        parts, least = wanted[message].parts, wanted[message].least
        found: list[int | None] = []
        for length in range(len(parts) + 1):
            after = place + length
            if tuple(shown[place:after]) != parts[:length]:
                break
            if length >= least:
                found.append(rest(message + 1, after))
            if length and was_cut_off[after - 1]:
                again = rest(message, after)
                found.append(None if again is None else again + length)
        return min((each for each in found if each is not None), default=None)

    return rest(0, 0)
