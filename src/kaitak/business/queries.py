"""Every SELECT of the business slice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.business.errors import ConnectionNotFoundError
from kaitak.business.models import BusinessAccessLog, BusinessCache, BusinessConnection, BusinessDeed
from kaitak.core.ids import AccountId


async def find_active_connection(session: AsyncSession, account_id: AccountId) -> BusinessConnection | None:
    """The account's enabled connection."""
    statement = (
        select(BusinessConnection)
        .where(BusinessConnection.account_id == account_id, BusinessConnection.enabled)
        .order_by(BusinessConnection.id)
        .limit(1)
    )
    return (await session.scalars(statement)).first()


async def get_connection(session: AsyncSession, account_id: AccountId, connection_id: int) -> BusinessConnection:
    """One connection of the account."""
    found = await session.get(BusinessConnection, (account_id, connection_id))
    if found is None:
        raise ConnectionNotFoundError
    return found


async def list_connections(session: AsyncSession, account_id: AccountId) -> Sequence[BusinessConnection]:
    """All connections of the account."""
    statement = (
        select(BusinessConnection).where(BusinessConnection.account_id == account_id).order_by(BusinessConnection.id)
    )
    return (await session.scalars(statement)).all()


async def find_cached(
    session: AsyncSession, account_id: AccountId, connection_id: int, question: bytes
) -> BusinessCache | None:
    """The stored answer to a question."""
    return await session.get(BusinessCache, (account_id, connection_id, question))


async def list_access(
    session: AsyncSession,
    account_id: AccountId,
    *,
    before: int | None = None,
    behalf: str | None = None,
    contact_id: int | None = None,
    limit: int = 50,
) -> Sequence[BusinessAccessLog]:
    """The newest entries of the access log, or those before an id."""
    wanted: list[ColumnElement[bool]] = [BusinessAccessLog.account_id == account_id]
    if before is not None:
        wanted.append(BusinessAccessLog.id < before)
    if behalf is not None:
        wanted.append(BusinessAccessLog.behalf == behalf)
    if contact_id is not None:
        wanted.append(BusinessAccessLog.contact_id == contact_id)
    statement = select(BusinessAccessLog).where(*wanted).order_by(BusinessAccessLog.id.desc()).limit(limit)
    return (await session.scalars(statement)).all()


async def list_orders_seen(
    session: AsyncSession, account_id: AccountId, conversation_id: int, *, limit: int
) -> list[str]:
    """The orders that were looked up or checked in a conversation, each once, the latest first."""
    log = BusinessAccessLog
    statement = (
        select(log.object)
        .where(log.account_id == account_id, log.conversation_id == conversation_id)
        .where(
            ((log.action == "get_order") & (log.outcome == "shown"))
            | ((log.action == "check_order") & (log.outcome == "checked"))
        )
        .group_by(log.object)
        .order_by(func.max(log.id).desc())
        .limit(limit)
    )
    return [name.removeprefix("order:") for name in await session.scalars(statement)]


async def was_order_checked(
    session: AsyncSession, account_id: AccountId, conversation_id: int, order_no: str, *, since: datetime
) -> bool:
    """Whether somebody in this conversation has shown since then that the order is theirs."""
    log = BusinessAccessLog
    statement = select(
        exists()
        .where(log.account_id == account_id, log.conversation_id == conversation_id, log.created_at >= since)
        .where(log.action == "check_order", log.object == f"order:{order_no}", log.outcome == "checked")
    )
    return bool(await session.scalar(statement))


async def count_failed_checks(
    session: AsyncSession, account_id: AccountId, *, order_no: str, conversation_id: int, since: datetime
) -> int:
    """How many checks failed since then, of this order anywhere or of any order in this conversation."""
    log = BusinessAccessLog
    statement = (
        select(func.count())
        .where(log.account_id == account_id, log.action == "check_order", log.created_at >= since)
        .where(log.outcome.in_(("check_failed", "not_found")))
        .where((log.object == f"order:{order_no}") | (log.conversation_id == conversation_id))
    )
    return await session.scalar(statement) or 0


async def find_deed(
    session: AsyncSession, account_id: AccountId, key: str, *, is_locked: bool = False
) -> BusinessDeed | None:
    """The deed of this key."""
    return await session.get(BusinessDeed, (account_id, key), with_for_update=is_locked or None)
