"""Owns the one query that each request pays for: from a session cookie or an access token to the member who calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import policy
from kaitak.api.principals import Caller, Credential
from kaitak.core import crypto
from kaitak.core.ids import AccountId, UserId

_IDENTIFY = """
select i.user_id, i.credential_id, i.only_account_id, i.role,
  set_config('app.account', case when i.role is null then '' else :scope end, true),
  set_config('app.user', coalesce(i.user_id::text, ''), true)
from (values (1)) one left join {function}(:hash, :account_id, :at) i on true
"""
_STATEMENTS = {
    "session": text(_IDENTIFY.format(function="identify_session")),
    "token": text(_IDENTIFY.format(function="identify_access_token")),
}


async def identify(
    session: AsyncSession, credential: Credential, *, account_id: AccountId | None, at: datetime
) -> Caller | None:
    """The caller that a credential proves; an access token proves somebody in its own account only.

    The transaction moves into the account's scope if the caller is a member of it, else out of any.
    """
    scope = "" if account_id is None else str(account_id)
    values = {"hash": token_hash(credential.secret), "account_id": account_id, "scope": scope, "at": at}
    row = (await session.execute(_STATEMENTS[credential.kind], values)).one()
    if row.user_id is None:
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
