"""Every write of the business slice: connections, remembered answers, the access log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.business import queries, registry
from kaitak.business.contract import ConnectorConfig
from kaitak.business.errors import AlreadyConnectedError, ConnectionNameTakenError
from kaitak.business.models import BusinessAccessLog, BusinessCache, BusinessConnection, BusinessDeed
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Settings that a business system has accepted a moment ago."""

    connector: str
    config: ConnectorConfig
    system_name: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """An answer to remember in the database."""

    connection_id: int
    question: bytes
    answer: dict[str, object]
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One line of the access log."""

    connection_id: int | None
    actor: str
    audience: str
    behalf: str | None
    contact_id: int | None
    conversation_id: int | None
    action: str
    object: str
    fields: Sequence[str]
    source: str | None
    outcome: str
    took: timedelta


async def create_connection(
    session: AsyncSession, account_id: AccountId, keyring: Keyring, *, name: str, tested: Tested, enabled: bool = True
) -> BusinessConnection:
    """Store a tested connection."""
    await _refuse_double(session, account_id, name=name, enabled=enabled)
    connection = BusinessConnection(
        account_id=account_id,
        name=name,
        connector=tested.connector,
        config_encrypted=seal(keyring, account_id, tested.config),
        enabled=enabled,
        system_name=tested.system_name,
        checked_at=tested.checked_at,
    )
    session.add(connection)
    await session.flush()
    return connection


async def update_connection(
    session: AsyncSession,
    connection: BusinessConnection,
    keyring: Keyring,
    *,
    name: str,
    enabled: bool,
    tested: Tested | None,
    at: datetime,
) -> BusinessConnection:
    """Change a connection; new settings only if they were tested. Remembered answers of other settings are dropped."""
    account_id = AccountId(connection.account_id)
    await _refuse_double(session, account_id, name=name, enabled=enabled, apart_from=connection.id)
    connection.name = name
    connection.enabled = enabled
    connection.version += 1
    connection.updated_at = at
    if tested is not None:
        connection.config_encrypted = seal(keyring, account_id, tested.config)
        connection.system_name = tested.system_name
        connection.checked_at = tested.checked_at
        await session.execute(
            delete(BusinessCache).where(
                BusinessCache.account_id == account_id, BusinessCache.connection_id == connection.id
            )
        )
    await session.flush()
    return connection


async def delete_connection(session: AsyncSession, account_id: AccountId, connection_id: int) -> None:
    """Remove a connection and what was remembered from it; the access log stays."""
    await session.delete(await queries.get_connection(session, account_id, connection_id))
    await session.flush()


async def store_answers(session: AsyncSession, account_id: AccountId, answers: Sequence[CachedAnswer]) -> None:
    """Remember answers; a connection that was removed meanwhile takes none."""
    for one in sorted(answers, key=lambda answer: answer.question):
        present = (
            select(BusinessConnection.id)
            .where(BusinessConnection.account_id == account_id, BusinessConnection.id == one.connection_id)
            .with_for_update(key_share=True)
        )
        if await session.scalar(present) is None:
            continue
        row = {"answer": one.answer, "fetched_at": one.fetched_at}
        statement = insert(BusinessCache).values(
            account_id=account_id, connection_id=one.connection_id, question=one.question, **row
        )
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["account_id", "connection_id", "question"],
                set_=row,
                where=BusinessCache.fetched_at <= one.fetched_at,
            )
        )


async def drop_old_answers(session: AsyncSession, account_id: AccountId, before: datetime) -> None:
    """Forget answers that are too old to be shown even as stale."""
    await session.execute(
        delete(BusinessCache).where(BusinessCache.account_id == account_id, BusinessCache.fetched_at < before)
    )


async def log_looks(session: AsyncSession, account_id: AccountId, looks: Sequence[Look]) -> None:
    """Write lines of the access log."""
    for look in looks:
        session.add(
            BusinessAccessLog(
                account_id=account_id,
                connection_id=look.connection_id,
                actor=look.actor,
                audience=look.audience,
                behalf=look.behalf,
                contact_id=look.contact_id,
                conversation_id=look.conversation_id,
                action=look.action,
                object=look.object,
                fields=list(look.fields),
                source=look.source,
                outcome=look.outcome,
                took=look.took,
            )
        )
    await session.flush()


async def begin_deed(session: AsyncSession, deed: BusinessDeed) -> bool:
    """Write down a deed that is about to be sent; false if its key is there already."""
    columns = {column.name: getattr(deed, column.name) for column in BusinessDeed.__table__.columns}
    statement = insert(BusinessDeed).values(columns).on_conflict_do_nothing().returning(BusinessDeed.key)
    return await session.scalar(statement) is not None


def seal(keyring: Keyring, account_id: AccountId, config: ConnectorConfig) -> bytes:
    """Settings, encrypted for this account."""
    return keyring.encrypt(registry.write_stored(config), context=_context(account_id)).encode()


def unseal(keyring: Keyring, connection: BusinessConnection) -> ConnectorConfig:
    """A connection's settings in clear."""
    text = keyring.decrypt(connection.config_encrypted.decode(), context=_context(connection.account_id))
    return registry.read_stored(connection.connector, text)


def _context(account_id: int) -> str:
    return f"business_connection:{account_id}:config"


async def _refuse_double(
    session: AsyncSession, account_id: AccountId, *, name: str, enabled: bool, apart_from: int | None = None
) -> None:
    statement = select(BusinessConnection).where(BusinessConnection.account_id == account_id).with_for_update()
    others = [row for row in (await session.scalars(statement)).all() if row.id != apart_from]
    if any(row.name == name for row in others):
        raise ConnectionNameTakenError
    if enabled and any(row.enabled for row in others):
        raise AlreadyConnectedError
