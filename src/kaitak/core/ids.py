"""Owns the identifier types and the making of unguessable tokens."""

from __future__ import annotations

import secrets
import uuid
from typing import NewType

AccountId = NewType("AccountId", int)
UserId = NewType("UserId", int)
TeamId = NewType("TeamId", int)
InboxId = NewType("InboxId", int)
ContactId = NewType("ContactId", int)
ConversationId = NewType("ConversationId", int)
DisplayId = NewType("DisplayId", int)
MessageId = NewType("MessageId", int)
DeliveryId = NewType("DeliveryId", int)


def new_token(bits: int = 192) -> str:
    """An unguessable URL-safe token of at least 128 bits."""
    if bits < 128:
        raise ValueError("a token has at least 128 bits")
    return secrets.token_urlsafe((bits + 7) // 8)


def new_uuid() -> uuid.UUID:
    """A random UUID (122 random bits): an identifier, not a secret."""
    return uuid.uuid4()
