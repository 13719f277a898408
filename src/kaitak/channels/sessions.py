"""Owns what a channel offers whose platform keeps sessions of its own: whose a customer's session is, told by us."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol, runtime_checkable


class Holder(StrEnum):
    """Who has a conversation with us now."""

    BOT = "bot"
    QUEUE = "queue"  # waits for a person
    PERSON = "person"  # one of ours, who writes through us
    NOBODY = "nobody"  # it is over


@runtime_checkable
class KeepsSessions(Protocol):
    """A connector whose platform has to know who answers a customer."""

    async def hold(self, source_id: str, holder: Holder) -> None:
        """Set the session of this customer at the platform; the same again changes nothing. Raises ConnectorError."""
        ...
