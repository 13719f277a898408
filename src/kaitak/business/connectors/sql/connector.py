"""Owns the reading of a customer's own PostgreSQL: read-only, one mapped SELECT a question, few rows, little time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, TypeVar

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row
from pydantic import Field, SecretStr, StringConstraints, model_validator

from kaitak.business import shaping
from kaitak.business.connectors.sql import mapping as mappings
from kaitak.business.contract import (
    BusinessNotFoundError,
    BusinessUnavailableError,
    ConnectorConfig,
)
from kaitak.business.mapped_reads import MappedReads
from kaitak.core.errors import InvalidError
from kaitak.core.http import OutgoingHttp

T = TypeVar("T")
_TIMEOUT = timedelta(seconds=3)
_MOST = 100
_Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20]+$", max_length=63)]


class SqlConfig(ConnectorConfig):
    """Where the database is, a role that may only read, and the mapping."""

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]+$", max_length=253)] = Field(title="Host")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(5432, title="Port")
    database: _Name = Field(title="Database")
    user: _Name = Field(title="User (one that may only read)")
    password: Annotated[SecretStr, Field(max_length=200)] = Field(title="Password")
    tls: Literal["require", "verify-full", "disable"] = Field("require", title="TLS")
    mapping: Annotated[str, StringConstraints(min_length=1, max_length=65536)] = Field(title="Mapping (YAML)")

    @model_validator(mode="after")
    def _is_readable(self) -> SqlConfig:
        mappings.read(self.mapping)
        return self


class Sql(MappedReads):
    """The generic SQL connector, for PostgreSQL."""

    name: ClassVar[str] = "sql"
    title: ClassVar[str] = "SQL (mapping file)"
    config_type: ClassVar[type[SqlConfig]] = SqlConfig

    def __init__(self, config: SqlConfig, http: OutgoingHttp) -> None:
        self._config = config
        self._http = http
        self._mapping = mappings.read(config.mapping)
        self._slots = asyncio.Semaphore(4)  # a customer's database is not ours to fill with connections

    @property
    def reads(self) -> frozenset[str]:
        """The questions that the mapping answers."""
        return frozenset(self._mapping.reads)

    async def check(self) -> str:
        """The mapping's name for the system, once every statement has run for nobody."""
        for name in self._mapping.reads:
            await self._rows(name, "0", 1)
        return self._mapping.system

    async def _facts(self, name: str, kind: type[T], subject: str, limit: int) -> tuple[T, ...]:
        rows = await self._rows(name, subject, limit)
        return tuple(shaping.make(name, kind, self._translated(name, row)) for row in rows)

    def _translated(self, name: str, row: dict[str, object]) -> dict[str, object]:
        known, words = shaping.fields_of(name), self._mapping.reads[name].values
        values: dict[str, object] = {}
        for column, value in row.items():
            if column in known:
                values[column] = words.get(column, {}).get(str(value), value)
        return values

    async def _rows(self, name: str, subject: str, limit: int) -> list[dict[str, object]]:
        wanted = self._mapping.reads.get(name)
        if wanted is None:
            raise BusinessNotFoundError("the mapping does not answer this")
        inner = wanted.sql.rstrip().rstrip(";")
        text = f"select * from (\n{inner}\n) as kaitak_rows limit %(kaitak_most)s"  # noqa: S608 (the administrator's own)
        values = {"subject": subject, "limit": limit, "kaitak_most": min(max(limit, 1), _MOST)}
        try:
            async with (
                self._slots,
                asyncio.timeout(_TIMEOUT.total_seconds()),
                await self._connect() as connection,
                connection.cursor(row_factory=dict_row) as cursor,
            ):
                await cursor.execute(sql.SQL(text), values)  # the mapping was checked
                return list(await cursor.fetchall())
        except InvalidError as exc:
            raise BusinessUnavailableError(f"the database cannot be reached: {exc.message}") from None
        except (psycopg.Error, OSError, TimeoutError) as exc:
            state = exc.sqlstate if isinstance(exc, psycopg.Error) else None
            reason = f"SQLSTATE {state}" if state else type(exc).__name__
            raise BusinessUnavailableError(f"the database failed ({name}: {reason})") from None

    async def _connect(self) -> AsyncConnection[tuple[object, ...]]:
        config = self._config
        address = await self._http.checked_address(config.host, config.port)
        millis = int(_TIMEOUT.total_seconds() * 1000)
        connection = await AsyncConnection.connect(
            host=config.host,
            hostaddr=address,  # the very address that was checked
            port=config.port,
            dbname=config.database,
            user=config.user,
            password=config.password.get_secret_value(),
            sslmode=config.tls,
            connect_timeout=3,
            application_name="kaitak",
            options=f"-c default_transaction_read_only=on -c statement_timeout={millis}",
        )
        await connection.set_read_only(True)
        return connection
