"""Owns the one query that each request pays for: from a session cookie or an access token to the member who calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import policy
from kaitak.api.principals import Caller, Credential
from kaitak.core import crypto
from kaitak.core.ids import AccountId, UserId

_STATEMENTS = {
    "session": text(
        "select user_id, credential_id, only_account_id, role, set_config('app.user', user_id::text, true)"
        " from identify_session(:hash, :account_id, :at)"
    ),
    "token": text(
        "select user_id, credential_id, only_account_id, role, set_config('app.user', user_id::text, true)"
        " from identify_access_token(:hash, :account_id, :at)"
    ),
}


async def identify(
    session: AsyncSession, credential: Credential, *, account_id: AccountId | None, at: datetime
) -> Caller | None:
    """The caller that a credential proves; an access token proves somebody in its own account only."""
    values = {"hash": token_hash(credential.secret), "account_id": account_id, "at": at}
    row = (await session.execute(_STATEMENTS[credential.kind], values)).one_or_none()
    if row is None:
        return None
    return Caller(
        user_id=UserId(row.user_id),
        kind=credential.kind,
        credential_id=row.credential_id,
        only_account_id=row.only_account_id,
        role=row.role,
        permissions=policy.permissions_of(row.role) if row.role else frozenset(),
    )


def token_hash(secret: str) -> bytes:
    """What the tables keep of a random token."""
    return bytes.fromhex(crypto.hash_token(secret))
