"""Owns what connectors with a mapping file ask alike: an order by its number, a customer's orders, further facts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeVar

from kaitak.business import shaping
from kaitak.business.contract import BusinessNotFoundError, Order
from kaitak.business.facts import F, Read

T = TypeVar("T")


class MappedReads(ABC):
    """Questions in terms of `_facts`; what the other system answers beside the question is dropped here, once."""

    async def get_order(self, order_no: str) -> Order:
        """The order of this number, and of no other."""
        for order in await self._facts(shaping.ORDER, Order, order_no, 2):
            if order.order_no.upper() == order_no.upper():
                return order
        raise BusinessNotFoundError("the business system does not know it")

    async def list_orders(self, customer_ref: str, limit: int) -> tuple[Order, ...]:
        """The customer's orders; one that names another customer is not theirs."""
        found = await self._facts(shaping.ORDERS, Order, customer_ref, limit)
        return tuple(order for order in found if order.customer_ref in {None, customer_ref})

    async def read(self, read: Read[F], subject: str, limit: int) -> tuple[F, ...]:
        """Further facts."""
        return await self._facts(read.name, read.fact, subject, limit)

    @abstractmethod
    async def _facts(self, name: str, kind: type[T], subject: str, limit: int) -> tuple[T, ...]:
        """The answers to a mapped question; BusinessNotFoundError if the mapping does not answer it."""
