"""Owns the reading of further facts through the door: rights by field, the check of one order, gaps with a reason."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic

from kaitak.business import asking, policy, queries, rights
from kaitak.business.contract import (
    Access,
    Audience,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    BusinessUnavailableError,
    Freshness,
    OrderReading,
    SnapshotError,
)
from kaitak.business.deeds import ReadsFacts
from kaitak.business.door import BusinessNotConnectedError, BusinessNotSupportedError, Door, Look
from kaitak.business.errors import CheckLimitError
from kaitak.business.facts import F, Fact, Read, Subject
from kaitak.core import crypto
from kaitak.core.ids import AccountId

_WRONG_CHECKS, _CHECK_SPAN = 5, timedelta(hours=1)
_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")


@dataclass(frozen=True, slots=True)
class FactsReading(Generic[F]):
    """Facts as this audience may see them, with their age."""

    facts: tuple[F, ...]
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class FactsOrGap:
    """One kind of facts for the customer panel, or why there are none."""

    read: Read[Fact]
    reading: FactsReading[Fact] | None
    error: SnapshotError | None


class FactDesk:
    """Part of the gateway."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def read(
        self, account_id: AccountId, read: Read[F], access: Access, *, subject: str = "", limit: int = 20
    ) -> FactsReading[F]:
        """Facts about the proven customer, about an order, or about an article; as far as this audience may see."""
        deadline = asyncio.get_running_loop().time() + self._door.limits.budget.total_seconds()
        return await self._read(account_id, read, access, subject=subject, limit=limit, deadline=deadline)

    async def read_customer(
        self, account_id: AccountId, reads: Sequence[Read[Fact]], access: Access, *, limit: int = 20
    ) -> list[FactsOrGap]:
        """Several kinds of facts about the proven customer within one budget; a gap says its reason."""
        deadline = asyncio.get_running_loop().time() + self._door.limits.budget.total_seconds()

        async def one(read: Read[Fact]) -> FactsOrGap:
            try:
                reading = await self._read(account_id, read, access, subject="", limit=limit, deadline=deadline)
            except BusinessNotConnectedError:
                return FactsOrGap(read, None, SnapshotError.NOT_CONNECTED)
            except BusinessNotSupportedError:
                return FactsOrGap(read, None, SnapshotError.NOT_SUPPORTED)
            except BusinessUnavailableError:
                return FactsOrGap(read, None, SnapshotError.UNAVAILABLE)
            except BusinessNotFoundError:
                return FactsOrGap(read, None, SnapshotError.UNKNOWN_CUSTOMER)
            except BusinessNotPermittedError:
                return FactsOrGap(read, None, SnapshotError.NOT_PERMITTED)
            return FactsOrGap(read, reading, None)

        return list(await asyncio.gather(*(one(read) for read in reads)))

    async def check_order(
        self, account_id: AccountId, order_no: str, phone_tail: str, access: Access
    ) -> OrderReading | None:
        """The order as its buyer may see it, if these are the last four digits of the buyer's telephone; else None.

        An unknown order and wrong digits look the same. It holds in this conversation for half an hour.
        """
        order_no = order_no.strip().upper()
        if access.conversation_id is None or not _SUBJECT.fullmatch(order_no):
            raise BusinessNotPermittedError("an order is checked within a conversation")
        await self._refuse_guessing(account_id, order_no, access.conversation_id)
        look = await self._door.open(account_id, access, "check_order", f"order:{order_no}")
        try:
            found = await look.ask(asking.order_question(order_no))
            owner = found.value.customer_ref
            profile = await look.ask(asking.customer_question(owner)) if owner else None
        except BusinessNotFoundError:
            return None
        digits = re.sub(r"\D", "", profile.value.phone or "") if profile else ""
        if len(digits) < 8 or not crypto.is_same(digits[-4:], re.sub(r"\D", "", phone_tail)[-20:]):
            await look.log("check_failed", look.live.connection_id, (), None)
            return None
        order = policy.show_order(found.value, Audience.CHECKED)
        await look.log("checked", look.live.connection_id, policy.fields_of_order(order), found.freshness)
        return OrderReading(order, found.freshness, owner)

    async def _refuse_guessing(self, account_id: AccountId, order_no: str, conversation_id: int) -> None:
        since = self._door.clock.now() - _CHECK_SPAN
        async with self._door.database.transaction(account_id) as session:
            wrong = await queries.count_failed_checks(
                session, account_id, order_no=order_no, conversation_id=conversation_id, since=since
            )
        if wrong >= _WRONG_CHECKS:
            raise CheckLimitError("too many wrong checks", retry_after=_CHECK_SPAN)

    async def _read(
        self, account_id: AccountId, read: Read[F], access: Access, *, subject: str, limit: int, deadline: float
    ) -> FactsReading[F]:
        subject = access.behalf or "-" if read.subject is Subject.CUSTOMER else subject.strip().upper()
        look = await self._door.open(account_id, access, read.name, f"{read.subject}:{subject[:64]}", deadline=deadline)
        connector = look.live.connector
        if not isinstance(connector, ReadsFacts) or read.name not in connector.reads:
            raise await look.refuse(BusinessNotSupportedError("the business system does not tell this"))
        if read.subject is not Subject.CUSTOMER and not _SUBJECT.fullmatch(subject):
            raise await look.refuse(BusinessNotFoundError("there is no such thing"))
        audience = await self._audience(look, read, subject)
        if not rights.may_read(read, audience):
            raise await look.refuse(BusinessNotPermittedError("this may not be shown"))
        answer = await look.ask(asking.facts_question(read, connector, subject, min(max(limit, 1), 50)))
        await look.close(rights.fields_shown(read, audience), answer.freshness)
        return FactsReading(tuple(rights.show(read, fact, audience) for fact in answer.value), answer.freshness)

    async def _audience(self, look: Look, read: Read[F], subject: str) -> Audience:
        if read.subject is Subject.CUSTOMER:
            await look.customer_ref()
        if read.subject is not Subject.ORDER:
            return look.access.audience
        order = await look.ask(asking.order_question(subject))
        return await self._door.audience_for(look.account_id, look.access, order.value)
