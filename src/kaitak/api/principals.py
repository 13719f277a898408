"""Owns who is calling: the credential a request carries, the user behind it and what this user may do here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.errors import UnauthenticatedError
from kaitak.core.ids import AccountId, UserId

SESSION_COOKIE = "kaitak_session"
CSRF_COOKIE = "kaitak_csrf"
CSRF_HEADER = "x-kaitak-csrf"
TOKEN_HEADER = "api_access_token"  # noqa: S105 (the header's name)
_LONGEST_SECRET = 200

CallerKind = Literal["session", "token"]


@dataclass(frozen=True, slots=True)
class Credential:
    """The secret that a request carries, not yet believed."""

    kind: CallerKind
    secret: str

    def __repr__(self) -> str:
        return f"Credential(kind={self.kind!r}, secret=…)"


@dataclass(frozen=True, slots=True)
class Caller:
    """The user whom a credential proved, and the membership of the account that the request is about, if any."""

    user_id: UserId
    kind: CallerKind
    credential_id: int  # of the session or of the access token
    only_account_id: AccountId | None  # the one account that an access token reaches; a session reaches all
    role: str | None
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Principal:
    """A member of the account that the request is about."""

    user_id: UserId
    account_id: AccountId
    role: str
    kind: CallerKind
    credential_id: int
    permissions: frozenset[str]

    def can(self, permission: str) -> bool:
        """Whether the role carries this permission."""
        return permission in self.permissions


class Identify(Protocol):
    """Whatever turns a credential into a caller, with one query; None if it proves nobody.

    The same query moves the transaction into the account's scope, for a member only.
    """

    async def __call__(
        self, session: AsyncSession, credential: Credential, *, account_id: AccountId | None, at: datetime
    ) -> Caller | None: ...


def credential_of(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Credential:
    """The credential of a request: an access token wins over a session cookie; none of them is an error."""
    token = token_of(headers)
    if token:
        return _checked("token", token)
    cookie = cookies.get(SESSION_COOKIE)
    if cookie:
        return _checked("session", cookie)
    raise UnauthenticatedError("sign in, or send an access token")


def token_of(headers: Mapping[str, str]) -> str:
    """The access token in the headers, or "" if there is none."""
    return headers.get(TOKEN_HEADER) or _bearer(headers.get("authorization", ""))


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _checked(kind: CallerKind, secret: str) -> Credential:
    if len(secret) > _LONGEST_SECRET or not secret.isascii():
        raise UnauthenticatedError("the credential is not one of ours")
    return Credential(kind, secret)
