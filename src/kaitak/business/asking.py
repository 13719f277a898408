"""Owns one question to a business system: from memory, live within the deadline, or stale when the system fails."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from kaitak.business import actions, queries
from kaitak.business.breaker import Breaker
from kaitak.business.contract import (
    BusinessConnector,
    BusinessNotFoundError,
    BusinessUnavailableError,
    CustomerFacts,
    CustomerProfile,
    Freshness,
    Order,
    Source,
)
from kaitak.business.deeds import ReadsFacts
from kaitak.business.facts import F, Read, Subject
from kaitak.business.memory import Key, Memory, Remembered
from kaitak.core import metrics
from kaitak.core.clock import Clock
from kaitak.core.ids import AccountId
from kaitak.db.session import Database

_log = logging.getLogger(__name__)
T = TypeVar("T")
_ORDER = TypeAdapter(Order)
_ORDERS = TypeAdapter(tuple[Order, ...])
_PROFILE = TypeAdapter(CustomerProfile)


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the gateway is, and for how long it remembers."""

    budget: timedelta = timedelta(seconds=1)
    glance: timedelta = timedelta(milliseconds=200)  # a look that has something to show meanwhile waits no longer
    fresh: timedelta = timedelta(seconds=5)  # an answer this young is not asked for again
    keep: timedelta = timedelta(hours=24)  # an answer this young is still shown, as stale, when the system fails
    remembered: int = 5000
    deed: timedelta = timedelta(seconds=5)  # how long an answer to a deed is waited for


@dataclass(frozen=True, slots=True)
class Live:
    """A connection ready to be asked."""

    account_id: AccountId
    connection_id: int
    version: int
    connector: BusinessConnector
    breaker: Breaker


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked, how, and how the answer is written down."""

    action: str
    object: str
    ask: Callable[[BusinessConnector], Awaitable[T]]
    wire: TypeAdapter[T]

    def key(self, live: Live) -> Key:
        """What the answer is remembered under."""
        digest = hashlib.sha256(f"{live.version}\n{self.action}\n{self.object}".encode()).digest()
        return live.account_id, live.connection_id, digest


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What came back, how old it is, and what of it should be stored."""

    value: T
    freshness: Freshness


@dataclass(slots=True)
class Inquiry:
    """The questions of one access: they share a deadline; what they learn is stored by the caller at the end."""

    live: Live
    database: Database
    memory: Memory
    clock: Clock
    limits: Limits
    deadline: float
    background: set[asyncio.Task[None]]
    is_glance: bool = False  # something remembered now is better than something live in a while
    to_store: list[actions.CachedAnswer] = field(default_factory=list)

    async def ask(self, question: Question[T]) -> Answer[T]:
        """The answer from memory if it is fresh, else live, else stale; BusinessUnavailableError if there is none."""
        key = question.key(self.live)
        now = self.clock.now()
        remembered = self.memory.recall(key)
        if remembered is not None and now - remembered.fetched_at < self.limits.fresh:
            return self._from_memory(question, remembered, now, is_stale=False)
        if not self.live.breaker.admits(now):
            _count("refused")
            return await self._stale(question, key, "the business system is being left alone after failures")
        try:
            value: T | Answer[T]
            if self.is_glance:
                value = await self._glance(question, key)
            else:
                value = await self._call(question)
        except BusinessUnavailableError as exc:
            self.live.breaker.note_failure(self.clock.now())
            _log.warning(
                "business system failed", extra={"action": question.action, "reason": exc.message, **self._ids()}
            )
            return await self._stale(question, key, exc.message)
        except BusinessNotFoundError:
            self.live.breaker.note_success()
            self.memory.forget(key)
            raise
        if isinstance(value, Answer):
            return value
        self.live.breaker.note_success()
        return self._keep(question, key, value)

    async def _glance(self, question: Question[T], key: Key) -> T | Answer[T]:
        """The live value if it comes soon; else what is remembered, while the live one is fetched for the next look."""
        call = asyncio.create_task(self._call(question))
        try:
            if (await asyncio.wait({call}, timeout=self.limits.glance.total_seconds()))[0]:
                return call.result()
            try:
                answer = await self._stale(question, key, "the business system is slow")
            except BusinessUnavailableError:
                return await call
        except asyncio.CancelledError:
            call.cancel()
            raise
        later = asyncio.create_task(self._remember(call, key))
        self.background.add(later)
        later.add_done_callback(self.background.discard)
        return answer

    async def _remember(self, call: asyncio.Task[T], key: Key) -> None:
        """What came too late to be shown is there for the next look."""
        try:
            value = await call
        except BusinessUnavailableError:
            self.live.breaker.note_failure(self.clock.now())
        except BusinessNotFoundError:
            self.memory.forget(key)
        else:
            self.live.breaker.note_success()
            self.memory.keep(key, Remembered(value, self.clock.now()))

    async def _call(self, question: Question[T]) -> T:
        started = asyncio.get_running_loop().time()
        outcome = "failed"
        try:
            async with asyncio.timeout_at(self.deadline):
                value = await question.ask(self.live.connector)
            outcome = "ok"
            return value
        except TimeoutError:
            outcome = "timeout"
            raise BusinessUnavailableError("the business system did not answer in time") from None
        except BusinessNotFoundError:
            outcome = "not_found"
            raise
        finally:
            _count(outcome)
            taken = asyncio.get_running_loop().time() - started
            metrics.OUTGOING_SECONDS.labels("business").observe(taken)

    def _keep(self, question: Question[T], key: Key, value: T) -> Answer[T]:
        now = self.clock.now()
        self.memory.keep(key, Remembered(value, now))
        stored: dict[str, object] = {"value": question.wire.dump_python(value, mode="json")}
        self.to_store.append(actions.CachedAnswer(self.live.connection_id, key[2], stored, now))
        return Answer(value, Freshness(now, Source.LIVE, timedelta(0)))

    async def _stale(self, question: Question[T], key: Key, reason: str) -> Answer[T]:
        now = self.clock.now()
        remembered = self.memory.recall(key)
        if remembered is None:
            async with self.database.transaction(self.live.account_id) as session:
                row = await queries.find_cached(session, self.live.account_id, self.live.connection_id, key[2])
            if row is not None:
                remembered = _read_row(question, row.answer, row.fetched_at)
        if remembered is None or now - remembered.fetched_at > self.limits.keep:
            raise BusinessUnavailableError(reason)
        return self._from_memory(question, remembered, now, is_stale=True)

    def _from_memory(
        self, question: Question[T], remembered: Remembered, now: datetime, *, is_stale: bool
    ) -> Answer[T]:
        value = question.wire.validate_python(remembered.answer)
        age = max(now - remembered.fetched_at, timedelta(0))
        return Answer(value, Freshness(remembered.fetched_at, Source.CACHE, age, is_stale))

    def _ids(self) -> dict[str, int]:
        return {"account_id": self.live.account_id, "connection_id": self.live.connection_id}


def order_question(order_no: str) -> Question[Order]:
    """Which order is this?"""

    async def get(connector: BusinessConnector) -> Order:
        order = await connector.get_order(order_no)
        _refuse_unless(order.order_no.upper() == order_no.upper())
        return order

    return Question("get_order", f"order:{order_no}", get, _ORDER)


def orders_question(customer_ref: str, limit: int) -> Question[tuple[Order, ...]]:
    """Which orders has this customer?"""

    async def get(connector: BusinessConnector) -> tuple[Order, ...]:
        orders = await connector.list_orders(customer_ref, limit)
        _refuse_unless(all(order.customer_ref in {None, customer_ref} for order in orders))
        return orders

    return Question("list_orders", f"customer:{customer_ref}:orders:{limit}", get, _ORDERS)


def facts_question(read: Read[F], connector: ReadsFacts, subject: str, limit: int) -> Question[tuple[F, ...]]:
    """Which facts of this kind are there about this subject?"""

    async def get(_: BusinessConnector) -> tuple[F, ...]:
        found = await connector.read(read, subject, limit)
        if read.subject is Subject.ORDER:
            _refuse_unless(all(str(getattr(fact, "order_no", subject)).upper() == subject for fact in found))
        return found

    return Question(read.name, f"{read.subject}:{subject}:{limit}", get, read.wire)


def customer_question(customer_ref: str) -> Question[CustomerProfile]:
    """Who is this customer?"""

    async def find(connector: BusinessConnector) -> CustomerProfile:
        found = await connector.find_customer(CustomerFacts(customer_ref=customer_ref, is_verified=True))
        if found is None:
            raise BusinessNotFoundError("the business system knows no such customer")
        _refuse_unless(found.customer_ref == customer_ref)
        return found

    return Question("find_customer", f"customer:{customer_ref}", find, _PROFILE)


def address_question(medium: str, address: str) -> Question[CustomerProfile]:
    """Who is the one customer of this telephone number or mail address?"""

    async def find(connector: BusinessConnector) -> CustomerProfile:
        facts = CustomerFacts(phone=address) if medium == "phone" else CustomerFacts(email=address)
        found = await connector.find_customer(facts)
        if found is None or found.customer_ref is None:
            raise BusinessNotFoundError("the business system knows no customer of this address, or several")
        return found

    return Question("find_customer", f"{medium}:{address}", find, _PROFILE)


def _refuse_unless(is_about_it: bool) -> None:
    """A system that answers another question, or an earlier one a second time, has not answered."""
    if not is_about_it:
        raise BusinessUnavailableError("the business system answered about something else")


def _read_row(question: Question[T], answer: dict[str, object], fetched_at: datetime) -> Remembered | None:
    try:
        return Remembered(question.wire.validate_python(answer.get("value")), fetched_at)
    except ValidationError:
        return None  # written by an earlier release in another shape


def _count(outcome: str) -> None:
    metrics.OUTGOING_CALLS.labels("business", outcome).inc()
