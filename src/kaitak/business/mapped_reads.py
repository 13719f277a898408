"""Owns what connectors with a mapping file ask alike: customers, orders, further facts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeVar

from kaitak.business import shaping
from kaitak.business.contract import BusinessNotFoundError, CustomerFacts, CustomerProfile, Order
from kaitak.business.facts import F, Read

T = TypeVar("T")
_ALIKE = 20  # customers that a system may find for one address; so many or more are none
_LEAST_DIGITS = 8  # of a number on file without its country


class MappedReads(ABC):
    """Questions in terms of `_facts`; what the other system answers beside the question is dropped here, once."""

    @property
    @abstractmethod
    def reads(self) -> frozenset[str]:
        """The questions that the mapping answers."""

    @property
    def finds_by(self) -> frozenset[str]:
        """By which addresses the mapping finds a customer."""
        return frozenset(medium for medium, name in shaping.BY_ADDRESS.items() if name in self.reads)

    async def find_customer(self, facts: CustomerFacts) -> CustomerProfile | None:
        """The one customer of this reference, or else of this number or mail address; several are none."""
        try:
            if facts.customer_ref:
                found = await self._facts(shaping.CUSTOMER, CustomerProfile, facts.customer_ref, 2)
                return found[0] if len(found) == 1 and found[0].customer_ref == facts.customer_ref else None
            for medium, address in (("phone", facts.phone), ("email", facts.email)):
                if address and medium in self.finds_by:
                    return await self._find_by(medium, address)
        except BusinessNotFoundError:
            pass
        return None

    async def _find_by(self, medium: str, address: str) -> CustomerProfile | None:
        """A search may find what only resembles the address: that is not the customer."""
        alike = await self._facts(shaping.BY_ADDRESS[medium], CustomerProfile, address, _ALIKE)
        same = [one for one in alike if one.customer_ref and is_same(medium, address, getattr(one, medium))]
        return same[0] if len(same) == 1 and len(alike) < _ALIKE else None

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


def is_same(medium: str, asked: str, on_file: str | None) -> bool:
    """Whether what is on file is this address: a number may be written with blanks, or without its country."""
    if not on_file:
        return False
    if medium == "email":
        return on_file.strip().casefold() == asked.strip().casefold()
    wanted, digits = digits_of(asked), digits_of(on_file)
    if on_file.strip().startswith(("+", "00")) or len(digits) < _LEAST_DIGITS:
        return wanted == digits.removeprefix("00")
    return wanted == digits or wanted.endswith(digits)


def digits_of(number: str) -> str:
    """A telephone number's digits alone."""
    return "".join(char for char in number if char.isascii() and char.isdigit())
