"""Writes about access tokens: made once, kept as a hash, revoked for good; each leaves a line in the audit log."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit, queries
from kaitak.accounts.audit import Actor, AuditAction
from kaitak.accounts.identity import token_hash
from kaitak.accounts.models import AccessToken
from kaitak.core import ids
from kaitak.core.ids import UserId

PREFIX = "kt_"  # lets a secret scanner recognise a token that was published by mistake


async def create_access_token(
    session: AsyncSession, by: Actor, user_id: UserId, *, name: str, at: datetime, good_for: timedelta | None
) -> tuple[AccessToken, str]:
    """A token that acts as this member; the second value is the secret itself, which is kept nowhere."""
    secret = PREFIX + ids.new_token(256)
    token = AccessToken(
        account_id=by.account_id,
        user_id=user_id,
        name=name,
        token_hash=token_hash(secret),
        last_four=secret[-4:],
        expires_at=at + good_for if good_for else None,
        created_at=at,
    )
    session.add(token)
    await session.flush()
    await session.refresh(token)
    await audit.record(session, by, AuditAction.ACCESS_TOKEN_CREATED, target_type="access_token", target_id=token.id)
    return token, secret


async def revoke_access_token(
    session: AsyncSession, by: Actor, token_id: int, *, of: UserId | None, at: datetime
) -> None:
    """Revoke a token of this member or (without one) of anybody."""
    token = await queries.access_access_token(session, by.account_id, token_id, of)
    token.revoked_at = at
    await session.flush()
    await audit.record(session, by, AuditAction.ACCESS_TOKEN_REVOKED, target_type="access_token", target_id=token_id)
