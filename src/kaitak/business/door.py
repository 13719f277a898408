"""Owns the way to an account's business system: which connection, who may ask, and the line that every access leaves.

Call it outside database transactions: it opens short ones of its own, never while the business system is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from kaitak.business import actions, policy, queries, registry
from kaitak.business.asking import Answer, Inquiry, Limits, Live, Question
from kaitak.business.breaker import Breaker
from kaitak.business.contract import (
    Access,
    Audience,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    BusinessUnavailableError,
    Freshness,
    Order,
)
from kaitak.business.memory import Memory
from kaitak.core.clock import Clock, SystemClock
from kaitak.core.crypto import Keyring
from kaitak.core.errors import KaitakError
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database

T = TypeVar("T")
_CONNECTION_FRESH = timedelta(seconds=5)
_TIDY_EVERY = timedelta(hours=1)
CHECK_HOLDS = timedelta(minutes=30)
_OUTCOMES: Mapping[type[KaitakError], str] = {
    BusinessNotFoundError: "not_found",
    BusinessUnavailableError: "unavailable",
    BusinessNotPermittedError: "not_permitted",
}


class BusinessNotConnectedError(BusinessUnavailableError):
    """The account has no enabled business connection."""

    code = "business_not_connected"


class BusinessNotSupportedError(BusinessNotFoundError):
    """The connected business system has no such facts, or does not do this."""

    code = "business_not_supported"


class Door:
    """One for each process; shared by all accounts, which it keeps apart."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        http: OutgoingHttp,
        *,
        limits: Limits | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.database = database
        self.limits = limits or Limits()
        self.clock = clock or SystemClock()
        self._keyring = keyring
        self._http = http
        self._memory = Memory(self.limits.remembered)
        self._connections: dict[AccountId, tuple[Live | None, datetime]] = {}
        self._breakers: dict[tuple[AccountId, int, int], Breaker] = {}
        self._tidied: dict[AccountId, datetime] = {}
        self._background: set[asyncio.Task[None]] = set()

    def forget(self, account_id: AccountId) -> None:
        """Drop what this process remembers of an account's connection: it was changed."""
        self._connections.pop(account_id, None)
        self._memory.forget_account(account_id)

    def forget_answers(self, account_id: AccountId) -> None:
        """Drop the answers that this process remembers: something was done to what they tell of."""
        self._memory.forget_account(account_id)

    async def audience_for(self, account_id: AccountId, access: Access, order: Order) -> Audience:
        """As whom this access sees this order: its owner, one who was checked for it, or a stranger."""
        audience = policy.effective_audience(access.audience, owner=order.customer_ref, behalf=access.behalf)
        if audience not in {Audience.VISITOR, Audience.CLAIMED} or access.conversation_id is None:
            return audience
        since = self.clock.now() - CHECK_HOLDS
        async with self.database.transaction(account_id) as session:
            is_checked = await queries.was_order_checked(
                session, account_id, access.conversation_id, order.order_no, since=since
            )
        return Audience.CHECKED if is_checked else audience

    async def open(
        self,
        account_id: AccountId,
        access: Access,
        action: str,
        what: str,
        *,
        deadline: float | None = None,
        is_glance: bool = False,
    ) -> Look:
        """Begin an access; without a connection it is logged and refused."""
        started = asyncio.get_running_loop().time()
        live = await self._connection(account_id)
        look = Look(self, account_id, access, action, what, started)
        if live is None:
            await look.log("not_connected", None, (), None)
            raise BusinessNotConnectedError("no business system is connected")
        look.inquiry = Inquiry(
            live=live,
            database=self.database,
            memory=self._memory,
            clock=self.clock,
            limits=self.limits,
            deadline=deadline or started + self.limits.budget.total_seconds(),
            background=self._background,
            is_glance=is_glance,
        )
        return look

    async def _connection(self, account_id: AccountId) -> Live | None:
        now = self.clock.now()
        known = self._connections.get(account_id)
        if known is not None and now - known[1] < _CONNECTION_FRESH:
            return known[0]
        async with self.database.transaction(account_id) as session:
            row = await queries.find_active_connection(session, account_id)
        live: Live | None = None
        if row is not None and known is not None and known[0] is not None and _is_same(known[0], row.id, row.version):
            live = known[0]
        elif row is not None:
            connector = registry.build(row.connector, actions.unseal(self._keyring, row), self._http)
            breaker = self._breakers.setdefault((account_id, row.id, row.version), Breaker())
            live = Live(account_id, row.id, row.version, connector, breaker)
        self._connections[account_id] = (live, now)
        return live

    async def write(self, account_id: AccountId, look: actions.Look, answers: Sequence[actions.CachedAnswer]) -> None:
        """Store what was learnt and the line of the access log, in one transaction; no line, no answer."""
        now = self.clock.now()
        async with self.database.transaction(account_id) as session:
            await actions.store_answers(session, account_id, answers)
            await actions.log_looks(session, account_id, [look])
            if answers and now - self._tidied.get(account_id, now - _TIDY_EVERY) >= _TIDY_EVERY:
                self._tidied[account_id] = now
                await actions.drop_old_answers(session, account_id, now - self.limits.keep)


@dataclass(slots=True)
class Look:
    """One access under way: asks, and ends with its line in the log whatever happens."""

    door: Door
    account_id: AccountId
    access: Access
    action: str
    object: str
    started: float
    inquiry: Inquiry | None = None

    async def ask(self, question: Question[T]) -> Answer[T]:
        """Ask; a failure is logged as this look's outcome before it goes on."""
        if self.inquiry is None:
            raise BusinessNotConnectedError
        try:
            return await self.inquiry.ask(question)
        except (BusinessNotFoundError, BusinessUnavailableError) as exc:
            await self.log(outcome_of(exc), self.inquiry.live.connection_id, (), None)
            raise

    @property
    def live(self) -> Live:
        """The connection."""
        if self.inquiry is None:
            raise BusinessNotConnectedError
        return self.inquiry.live

    async def refuse(self, error: KaitakError) -> KaitakError:
        """Log this refusal; the caller raises what comes back."""
        await self.log(outcome_of(error), self.inquiry.live.connection_id if self.inquiry else None, (), None)
        return error

    async def customer_ref(self) -> str:
        """The proven customer whom this look is about; else it is logged and refused."""
        if self.access.behalf is not None and policy.may_open_customer(self.access.audience):
            return self.access.behalf
        await self.log("not_permitted", self.inquiry.live.connection_id if self.inquiry else None, (), None)
        raise BusinessNotPermittedError("only a proven customer's data can be opened")

    async def close(self, fields: Sequence[str], freshness: Freshness) -> None:
        """Log what was shown."""
        connection_id = self.inquiry.live.connection_id if self.inquiry else None
        await self.log("shown", connection_id, fields, freshness)

    async def log(
        self, outcome: str, connection_id: int | None, fields: Sequence[str], freshness: Freshness | None
    ) -> None:
        """Write this look's line."""
        line = actions.Look(
            connection_id=connection_id,
            actor=self.access.actor,
            audience=self.access.audience.value,
            behalf=self.access.behalf,
            contact_id=self.access.contact_id,
            conversation_id=self.access.conversation_id,
            action=self.action,
            object=self.object,
            fields=fields,
            source=freshness.source.value if freshness else None,
            outcome=outcome,
            took=timedelta(seconds=asyncio.get_running_loop().time() - self.started),
        )
        answers: list[actions.CachedAnswer] = []
        if self.inquiry is not None:
            answers, self.inquiry.to_store = self.inquiry.to_store, []
        await self.door.write(self.account_id, line, answers)


def outcome_of(exc: KaitakError) -> str:
    """The access log's word for this failure."""
    return next(name for kind, name in _OUTCOMES.items() if isinstance(exc, kind))


def _is_same(live: Live, connection_id: int, version: int) -> bool:
    return (live.connection_id, live.version) == (connection_id, version)
