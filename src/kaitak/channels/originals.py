"""Owns what a channel tells of a message's original, where it keeps more than the message shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A message as it came: its head, all its words, and its markup as it may be shown in a frame that runs nothing."""

    subject: str
    from_name: str
    from_address: str
    reply_to: str
    to: tuple[str, ...]
    sent_at: str  # as its writer's clock had it, ISO 8601; empty where the head says nothing
    message_id: str
    text: str
    html: str
    is_cut: bool  # there was more than is kept


@runtime_checkable
class ShowsOriginals(Protocol):
    """A connector whose kept events hold the original of a message."""

    @classmethod
    def original(cls, raw: Mapping[str, JsonValue]) -> Original | None:
        """The original in a kept event; None where the event holds none, or holds it no longer."""
        ...
