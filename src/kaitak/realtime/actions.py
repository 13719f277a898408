"""Owns writing to the stream: a change is published in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core import crypto, ids
from kaitak.core.ids import AccountId, UserId
from kaitak.db.session import after_commit
from kaitak.realtime import notifier
from kaitak.realtime.kinds import Kind
from kaitak.realtime.models import StreamEvent, StreamTicket

TICKET_LIFETIME = timedelta(seconds=60)
_CURRENT_ACCOUNT = text("nullif(current_setting('app.account', true), '')::bigint")


async def publish(
    session: AsyncSession,
    kind: Kind,
    *,
    conversation_id: int | None = None,
    message_id: int | None = None,
    payload: Mapping[str, object] | None = None,
) -> None:
    """Say that something changed, to everybody who may see it, once this transaction has committed."""
    await session.execute(
        insert(StreamEvent).values(
            account_id=_CURRENT_ACCOUNT,
            kind=kind.value,
            conversation_id=conversation_id,
            message_id=message_id,
            payload=None if payload is None else dict(payload),
        )
    )
    after_commit(session, notifier.mark)


async def issue_ticket(session: AsyncSession, account_id: AccountId, user_id: UserId, *, now: datetime) -> str:
    """A token that opens one stream of this user within a minute."""
    token = ids.new_token()
    session.add(
        StreamTicket(
            account_id=account_id,
            token_hash=crypto.hash_token(token),
            user_id=user_id,
            expires_at=now + TICKET_LIFETIME,
        )
    )
    await session.flush()
    return token


async def use_ticket(session: AsyncSession, account_id: AccountId, token: str, *, now: datetime) -> UserId | None:
    """Use a ticket up; the user it was made for, or None if it is unknown, used or too old."""
    used = await session.execute(
        delete(StreamTicket)
        .where(StreamTicket.account_id == account_id, StreamTicket.token_hash == crypto.hash_token(token))
        .returning(StreamTicket.user_id, StreamTicket.expires_at)
    )
    row = used.one_or_none()
    return UserId(row.user_id) if row is not None and row.expires_at > now else None
