"""Owns the answers remembered in this process: bounded, least recently used out first."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

Key = tuple[int, int, bytes]  # account, connection, question


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer and when the system gave it."""

    answer: object
    fetched_at: datetime


class Memory:
    """The most recent answers."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Key, Remembered] = OrderedDict()

    def recall(self, key: Key) -> Remembered | None:
        """The answer, if it is still here."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Key, remembered: Remembered) -> None:
        """Remember an answer."""
        self._kept[key] = remembered
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def forget(self, key: Key) -> None:
        """Drop one answer."""
        self._kept.pop(key, None)

    def forget_account(self, account_id: int) -> None:
        """Drop everything of an account."""
        for key in [key for key in self._kept if key[0] == account_id]:
            del self._kept[key]
