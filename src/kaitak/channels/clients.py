"""Owns what a channel offers whose customers hold a client of ours: who they are by proof, and waking their device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from pydantic import JsonValue

from kaitak.channels.errors import InvalidSignatureError


class SignatureExpiredError(InvalidSignatureError):
    """The signature was right and is too old: ask the business's own server for a new one."""

    code = "signature_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUser:
    """A customer as the business's own server names them, and until when that holds."""

    identifier: str
    expires_at: datetime
    name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    custom_attributes: Mapping[str, JsonValue] = field(default_factory=dict)


@runtime_checkable
class ProvesUsers(Protocol):
    """A connector whose clients show with every call who they are."""

    def user_of(self, token: str, *, audience: str) -> SignedUser:
        """The user whom a token names; raises InvalidSignatureError or SignatureExpiredError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """A message that has not reached the customer's client."""

    key: str  # our message's id: the same again says nothing new
    app: str
    user: str
    thread: str
    seq: int
    author: str
    author_name: str
    text: str
    unread: int
    at: datetime


@runtime_checkable
class WakesClients(Protocol):
    """A connector that can have a sleeping client woken."""

    async def wake(self, wake: Wake) -> None:
        """Tell whoever can reach the device; raises ConnectorError."""
        ...
