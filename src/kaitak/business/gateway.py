"""Owns the only door to business systems: rights, time budget, remembered answers, and a log of every look.

Call it outside database transactions: it opens short ones of its own, never while the business system is asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from kaitak.business import asking, policy, queries
from kaitak.business.asking import Answer, Limits, Question
from kaitak.business.contract import (
    Access,
    Audience,
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
from kaitak.business.deed_desk import DeedDesk
from kaitak.business.door import BusinessNotConnectedError, Door, Look, outcome_of
from kaitak.business.fact_desk import FactDesk
from kaitak.business.person_desk import PersonDesk
from kaitak.core.clock import Clock
from kaitak.core.crypto import Keyring
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database

_ORDER_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_MENTIONED = 5


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
        self._door = Door(database, keyring, http, limits=limits, clock=clock)
        self.facts = FactDesk(self._door)
        self.deeds = DeedDesk(self._door)
        self.persons = PersonDesk(self._door)

    async def get_order(self, account_id: AccountId, order_no: str, access: Access) -> OrderReading:
        """One order, as far as this audience may see it; nothing of a stranger's."""
        order_no = order_no.strip().upper()
        if not _ORDER_NO.fullmatch(order_no):
            raise BusinessNotFoundError("this cannot be an order number")
        look = await self._door.open(account_id, access, "get_order", f"order:{order_no}")
        answer = await look.ask(asking.order_question(order_no))
        audience = await self._door.audience_for(account_id, access, answer.value)
        if not policy.may_see_order(audience):
            raise await look.refuse(BusinessNotPermittedError("an order is shown to its buyer only"))
        order = policy.show_order(answer.value, audience)
        await look.close(policy.fields_of_order(order), answer.freshness)
        return OrderReading(order, answer.freshness)

    async def list_orders(self, account_id: AccountId, access: Access, *, limit: int = 10) -> OrdersReading:
        """The orders of the proven customer on whose behalf this is; of nobody else."""
        limit = min(max(limit, 1), 50)
        look = await self._door.open(account_id, access, "list_orders", f"customer:{access.behalf or '-'}")
        customer_ref = await look.customer_ref()
        answer = await look.ask(asking.orders_question(customer_ref, limit))
        orders = tuple(policy.show_order(order, _as_owner(order, access)) for order in answer.value)
        await look.close(_union(orders), answer.freshness)
        return OrdersReading(orders, answer.freshness)

    async def get_profile(self, account_id: AccountId, access: Access) -> tuple[CustomerProfile, Freshness]:
        """The profile of the proven customer on whose behalf this is."""
        look = await self._door.open(account_id, access, "find_customer", f"customer:{access.behalf or '-'}")
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
        deadline = started + self._door.limits.budget.total_seconds()
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
        self._door.forget(account_id)

    async def _profile_and_orders(
        self, account_id: AccountId, access: Access, *, limit: int, deadline: float, seen: list[Freshness]
    ) -> tuple[CustomerProfile, tuple[Order, ...]]:
        look = await self._door.open(
            account_id, access, "snapshot", f"customer:{access.behalf or '-'}", deadline=deadline, is_glance=True
        )
        ref = await look.customer_ref()
        found, listed = await _both(look, asking.customer_question(ref), asking.orders_question(ref, limit))
        seen += [found.freshness, listed.freshness]
        profile = policy.show_profile(found.value, access.audience)
        orders = tuple(policy.show_order(one, _as_owner(one, access)) for one in listed.value)
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
            look = await self._door.open(account_id, access, "get_order", f"order:{order_no}", deadline=deadline)
            try:
                answer = await look.ask(asking.order_question(order_no))
            except BusinessNotFoundError:
                continue
            seen.append(answer.freshness)
            orders.append(policy.show_order(answer.value, _as_owner(answer.value, access)))
            await look.close(policy.fields_of_order(orders[-1]), answer.freshness)
        return tuple(orders) or None

    async def _looked_up(self, account_id: AccountId, access: Access) -> list[str]:
        """The orders that were looked up or checked in this conversation before."""
        if access.conversation_id is None:
            return []
        async with self._door.database.transaction(account_id) as session:
            return await queries.list_orders_seen(session, account_id, access.conversation_id, limit=_MENTIONED)


async def _both(
    look: Look, first: Question[CustomerProfile], second: Question[tuple[Order, ...]]
) -> tuple[Answer[CustomerProfile], Answer[tuple[Order, ...]]]:
    """Ask two questions at the same time; the first failure counts."""
    inquiry = look.inquiry
    if inquiry is None:
        raise BusinessNotConnectedError
    tasks = asyncio.create_task(inquiry.ask(first)), asyncio.create_task(inquiry.ask(second))
    try:
        return await tasks[0], await tasks[1]
    except (BusinessNotFoundError, BusinessUnavailableError) as exc:
        await look.log(outcome_of(exc), inquiry.live.connection_id, (), None)
        raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _as_owner(order: Order, access: Access) -> Audience:
    return policy.effective_audience(access.audience, owner=order.customer_ref, behalf=access.behalf)


def _union(orders: Sequence[Order]) -> list[str]:
    return list(dict.fromkeys(name for order in orders for name in policy.fields_of_order(order)))


def _identity(access: Access) -> Identity:
    facts = access.facts
    if access.behalf is not None:
        return Identity(True, "signed_identity")
    return Identity(False, "email" if facts.email else "phone" if facts.phone else "none")
