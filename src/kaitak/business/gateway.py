"""Owns the only door to business systems: rights, time budget, remembered answers, and a log of every look.

Call it outside database transactions: it opens short ones of its own, never while the business system is asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from kaitak.business import actions, asking, policy, queries, registry
from kaitak.business.asking import Answer, Inquiry, Limits, Live, Question
from kaitak.business.breaker import Breaker
from kaitak.business.contract import (
    Access,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    BusinessUnavailableError,
    CustomerProfile,
    CustomerSnapshot,
    Freshness,
    Identity,
    Order,
    OrderReading,
    OrdersReading,
    SnapshotError,
)
from kaitak.business.memory import Memory
from kaitak.core.clock import Clock, SystemClock
from kaitak.core.crypto import Keyring
from kaitak.core.errors import KaitakError
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database

T = TypeVar("T")
_ORDER_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_MENTIONED = 5
_CONNECTION_FRESH = timedelta(seconds=5)
_TIDY_EVERY = timedelta(hours=1)
_OUTCOMES: Mapping[type[KaitakError], str] = {
    BusinessNotFoundError: "not_found",
    BusinessUnavailableError: "unavailable",
    BusinessNotPermittedError: "not_permitted",
}


class BusinessNotConnectedError(BusinessUnavailableError):
    """The account has no enabled business connection."""

    code = "business_not_connected"


class Gateway:
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
        self._database = database
        self._keyring = keyring
        self._http = http
        self._limits = limits or Limits()
        self._clock = clock or SystemClock()
        self._memory = Memory(self._limits.remembered)
        self._connections: dict[AccountId, tuple[Live | None, datetime]] = {}
        self._breakers: dict[tuple[AccountId, int, int], Breaker] = {}
        self._tidied: dict[AccountId, datetime] = {}

    async def get_order(self, account_id: AccountId, order_no: str, access: Access) -> OrderReading:
        """One order, as far as this audience may see it."""
        order_no = order_no.strip().upper()
        if not _ORDER_NO.fullmatch(order_no):
            raise BusinessNotFoundError("this cannot be an order number")
        look = await self._open(account_id, access, "get_order", f"order:{order_no}")
        answer = await look.ask(asking.order_question(order_no))
        order = _shown(answer.value, access)
        await look.close(policy.fields_of_order(order), answer.freshness)
        return OrderReading(order, answer.freshness)

    async def list_orders(self, account_id: AccountId, access: Access, *, limit: int = 10) -> OrdersReading:
        """The orders of the proven customer on whose behalf this is; of nobody else."""
        limit = min(max(limit, 1), 50)
        look = await self._open(account_id, access, "list_orders", f"customer:{access.behalf or '-'}")
        customer_ref = await look.customer_ref()
        answer = await look.ask(asking.orders_question(customer_ref, limit))
        orders = tuple(_shown(order, access) for order in answer.value)
        await look.close(_union(orders), answer.freshness)
        return OrdersReading(orders, answer.freshness)

    async def get_profile(self, account_id: AccountId, access: Access) -> tuple[CustomerProfile, Freshness]:
        """The profile of the proven customer on whose behalf this is."""
        look = await self._open(account_id, access, "find_customer", f"customer:{access.behalf or '-'}")
        answer = await look.ask(asking.customer_question(await look.customer_ref()))
        profile = policy.show_profile(answer.value, access.audience)
        await look.close(policy.fields_of_profile(profile), answer.freshness)
        return profile, answer.freshness

    async def act(
        self, account_id: AccountId, action: str, args: Mapping[str, object], access: Access
    ) -> OrderReading | OrdersReading:
        """A declared business action by name, as a flow calls it."""
        match action:
            case "get_order":
                return await self.get_order(account_id, str(args.get("order_no", "")), access)
            case "list_orders":
                limit = args.get("limit", 10)
                return await self.list_orders(account_id, access, limit=limit if isinstance(limit, int) else 10)
            case _:
                raise BusinessNotPermittedError("there is no such business action", action=action[:60])

    async def snapshot(
        self, account_id: AccountId, access: Access, *, limit: int = 10, mentioned: Sequence[str] = ()
    ) -> CustomerSnapshot:
        """Profile and orders for the customer panel, within one budget; a gap says its reason instead of raising.

        For a customer who is not proven, staff see only the orders that the customer has `mentioned`, or that were
        looked up in this conversation.
        """
        started = asyncio.get_running_loop().time()
        deadline = started + self._limits.budget.total_seconds()
        seen: list[Freshness] = []
        profile: CustomerProfile | None = None
        orders: tuple[Order, ...] | None = None
        error: SnapshotError | None = None
        try:
            if access.behalf is not None:
                reading = await self._profile_and_orders(account_id, access, limit=limit, deadline=deadline, seen=seen)
                profile, orders = reading
            else:
                orders = await self._mentioned(account_id, access, mentioned, deadline=deadline, seen=seen)
                error = SnapshotError.NOT_PERMITTED
        except BusinessNotConnectedError:
            error = SnapshotError.NOT_CONNECTED
        except BusinessUnavailableError:
            error = SnapshotError.UNAVAILABLE
        except BusinessNotFoundError:
            error = SnapshotError.UNKNOWN_CUSTOMER
        except BusinessNotPermittedError:
            error = SnapshotError.NOT_PERMITTED
        return CustomerSnapshot(
            identity=_identity(access),
            profile=profile,
            orders=orders,
            freshness=max(seen, key=lambda one: (one.is_stale, one.age), default=None),
            error=error,
            took=timedelta(seconds=asyncio.get_running_loop().time() - started),
        )

    def forget(self, account_id: AccountId) -> None:
        """Drop what this process remembers of an account's connection: it was changed."""
        self._connections.pop(account_id, None)
        self._memory.forget_account(account_id)

    async def _profile_and_orders(
        self, account_id: AccountId, access: Access, *, limit: int, deadline: float, seen: list[Freshness]
    ) -> tuple[CustomerProfile, tuple[Order, ...]]:
        look = await self._open(account_id, access, "snapshot", f"customer:{access.behalf or '-'}", deadline=deadline)
        ref = await look.customer_ref()
        found, listed = await _both(look, asking.customer_question(ref), asking.orders_question(ref, limit))
        seen += [found.freshness, listed.freshness]
        profile = policy.show_profile(found.value, access.audience)
        orders = tuple(_shown(one, access) for one in listed.value)
        await look.close([*policy.fields_of_profile(profile), *_union(orders)], found.freshness)
        return profile, orders

    async def _mentioned(
        self, account_id: AccountId, access: Access, mentioned: Sequence[str], *, deadline: float, seen: list[Freshness]
    ) -> tuple[Order, ...] | None:
        if not policy.is_staff(access.audience):
            return None
        orders: list[Order] = []
        spoken_of = [*mentioned, *await self._looked_up(account_id, access)]
        for order_no in list(dict.fromkeys(one.strip().upper() for one in spoken_of))[:_MENTIONED]:
            if not _ORDER_NO.fullmatch(order_no):
                continue
            look = await self._open(account_id, access, "get_order", f"order:{order_no}", deadline=deadline)
            try:
                answer = await look.ask(asking.order_question(order_no))
            except BusinessNotFoundError:
                continue
            seen.append(answer.freshness)
            orders.append(_shown(answer.value, access))
            await look.close(policy.fields_of_order(orders[-1]), answer.freshness)
        return tuple(orders) or None

    async def _looked_up(self, account_id: AccountId, access: Access) -> list[str]:
        """The orders that were looked up in this conversation before."""
        if access.conversation_id is None:
            return []
        async with self._database.transaction(account_id) as session:
            found = await queries.list_shown_objects(
                session, account_id, access.conversation_id, "get_order", limit=_MENTIONED
            )
        return [name.removeprefix("order:") for name in found]

    async def _open(
        self, account_id: AccountId, access: Access, action: str, what: str, *, deadline: float | None = None
    ) -> _Look:
        started = asyncio.get_running_loop().time()
        live = await self._connection(account_id)
        look = _Look(self, account_id, access, action, what, started)
        if live is None:
            await look.log("not_connected", None, (), None)
            raise BusinessNotConnectedError("no business system is connected")
        look.inquiry = Inquiry(
            live=live,
            database=self._database,
            memory=self._memory,
            clock=self._clock,
            limits=self._limits,
            deadline=deadline or started + self._limits.budget.total_seconds(),
        )
        return look

    async def _connection(self, account_id: AccountId) -> Live | None:
        now = self._clock.now()
        known = self._connections.get(account_id)
        if known is not None and now - known[1] < _CONNECTION_FRESH:
            return known[0]
        async with self._database.transaction(account_id) as session:
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
        now = self._clock.now()
        async with self._database.transaction(account_id) as session:
            await actions.store_answers(session, account_id, answers)
            await actions.log_looks(session, account_id, [look])
            if answers and now - self._tidied.get(account_id, now - _TIDY_EVERY) >= _TIDY_EVERY:
                self._tidied[account_id] = now
                await actions.drop_old_answers(session, account_id, now - self._limits.keep)


@dataclass(slots=True)
class _Look:
    """One access under way: asks, and ends with its line in the log whatever happens."""

    gateway: Gateway
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
            await self.log(_outcome(exc), self.inquiry.live.connection_id, (), None)
            raise

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
        await self.gateway.write(self.account_id, line, answers)


async def _both(
    look: _Look, first: Question[CustomerProfile], second: Question[tuple[Order, ...]]
) -> tuple[Answer[CustomerProfile], Answer[tuple[Order, ...]]]:
    """Ask two questions at the same time; the first failure counts."""
    inquiry = look.inquiry
    if inquiry is None:
        raise BusinessNotConnectedError
    tasks = asyncio.create_task(inquiry.ask(first)), asyncio.create_task(inquiry.ask(second))
    try:
        return await tasks[0], await tasks[1]
    except (BusinessNotFoundError, BusinessUnavailableError) as exc:
        await look.log(_outcome(exc), inquiry.live.connection_id, (), None)
        raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _shown(order: Order, access: Access) -> Order:
    audience = policy.effective_audience(access.audience, owner=order.customer_ref, behalf=access.behalf)
    return policy.show_order(order, audience)


def _outcome(exc: KaitakError) -> str:
    return next(name for kind, name in _OUTCOMES.items() if isinstance(exc, kind))


def _union(orders: Sequence[Order]) -> list[str]:
    return list(dict.fromkeys(name for order in orders for name in policy.fields_of_order(order)))


def _is_same(live: Live, connection_id: int, version: int) -> bool:
    return (live.connection_id, live.version) == (connection_id, version)


def _identity(access: Access) -> Identity:
    facts = access.facts
    if access.behalf is not None:
        return Identity(True, "signed_identity")
    return Identity(False, "email" if facts.email else "phone" if facts.phone else "none")
