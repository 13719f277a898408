"""Owns the questions and the one deed that we put to Tryton: sales, shipments, stock, invoices; cancelling a sale.

Tryton has no idempotency keys. A deed's key is written into the sale's comment before the sale is cancelled; what
became of a key is read there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, JsonValue, SecretStr, StringConstraints

from kaitak.business import deeds as deed_words
from kaitak.business.connectors.tryton import rpc, wire
from kaitak.business.connectors.tryton.rpc import ChangedMeanwhileError, NotSentError, Rpc, TrytonRefusedError
from kaitak.business.contract import (
    BusinessNotFoundError,
    BusinessUnavailableError,
    ConnectorConfig,
    CustomerFacts,
    CustomerProfile,
    Order,
    OrderStatus,
)
from kaitak.business.deeds import CancelOrder, Deed, DeedResult, Outcome
from kaitak.business.facts import F, Fact, Read
from kaitak.core import clock
from kaitak.core.http import OutgoingHttp

_SALE, _PARTY = "model.sale.sale", "model.party.party"
_SHOPS = 50
_IN_FLIGHT = 2 * rpc.TIMEOUT
_MARK = re.compile(r"\[kaitak ([A-Za-z0-9:_-]{8,100}) ([0-9]{8}T[0-9]{6}Z)\]")


def _is_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone")
    return name


class TrytonConfig(ConnectorConfig):
    """Where the Tryton server is, its database, and the user as whom we act."""

    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$", max_length=300)] = Field(
        title="Address", description="for example http://127.0.0.1:8000"
    )
    database: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,63}$")] = Field(title="Database")
    user: Annotated[str, StringConstraints(pattern=r"^[^\s:]{1,100}$")] = Field(title="User")
    password: Annotated[SecretStr, Field(min_length=8, max_length=200)] = Field(title="Password")
    zone: Annotated[str, AfterValidator(_is_zone)] = Field("Asia/Hong_Kong", title="Time zone of its dates")
    language: wire.Language = Field("zh-HK", title="Language of a parcel's news")


class Tryton:
    """The connector of Tryton, series 8."""

    name: ClassVar[str] = "tryton"
    title: ClassVar[str] = "Tryton"
    config_type: ClassVar[type[TrytonConfig]] = TrytonConfig
    finds_by: ClassVar[frozenset[str]] = frozenset({"phone", "email"})
    reads: ClassVar[frozenset[str]] = frozenset({"list_parcel_events", "get_delivery", "list_stock", "list_invoices"})
    deeds: ClassVar[frozenset[str]] = frozenset({"cancel_order"})

    def __init__(self, config: TrytonConfig, http: OutgoingHttp) -> None:
        self._rpc = Rpc(http, config.base_url, config.database, config.user, config.password.get_secret_value())
        self._database = config.database
        self._zone = ZoneInfo(config.zone)
        self._language = config.language

    async def check(self) -> str:
        """The database's name, once sales and parties may be read."""
        for model in (_SALE, _PARTY):
            await self._rpc.call(f"{model}.search_count", [], 0, 1)
        return f"Tryton ({self._database})"

    async def find_customer(self, facts: CustomerFacts) -> CustomerProfile | None:
        """The one party of this code, or else with this e-mail or telephone."""
        if facts.customer_ref:
            domain: list[JsonValue] = [["code", "=", facts.customer_ref]]
        else:
            ways = [way for way in (facts.email, facts.phone) if way]
            if not ways:
                return None
            domain = [["contact_mechanisms.value", "=", way] for way in ways]
        found = wire.rows(wire.Party, await self._search(_PARTY, domain, 2, wire.PARTY_FIELDS))
        return wire.to_profile(found[0]) if len(found) == 1 else None

    async def get_order(self, order_no: str) -> Order:
        """The sale of this number."""
        return wire.to_order(await self._sale(order_no, wire.WHOLE_SALE_FIELDS), self._zone, self._language)

    async def list_orders(self, customer_ref: str, limit: int) -> tuple[Order, ...]:
        """The party's numbered sales, newest first."""
        domain: list[JsonValue] = [["party.code", "=", customer_ref], ["number", "!=", None]]
        order: list[JsonValue] = [["sale_date", "DESC NULLS FIRST"], ["id", "DESC"]]
        found = await self._search(_SALE, domain, limit, wire.WHOLE_SALE_FIELDS, order=order)
        orders = [wire.to_order(sale, self._zone, self._language) for sale in wire.rows(wire.Sale, found)]
        oldest = datetime.min.replace(tzinfo=UTC)
        return tuple(sorted(orders, key=lambda one: one.placed_at or oldest, reverse=True))

    async def read(self, read: Read[F], subject: str, limit: int) -> tuple[F, ...]:
        """Further facts about a customer, an order or an article."""
        found: Sequence[Fact]
        if read.name == "list_stock":
            found = await self._stock(subject)
        elif read.name == "list_invoices":
            found = await self._invoices(subject, limit)
        elif read.name == "get_delivery":
            found = [wire.to_delivery(await self._sale(subject, wire.DELIVERY_FIELDS))]
        elif read.name == "list_parcel_events":
            found = wire.to_events(await self._sale(subject, wire.WHOLE_SALE_FIELDS), self._language)
        else:
            raise BusinessNotFoundError("Tryton does not tell this")
        return tuple(one for one in found[:limit] if isinstance(one, read.fact))

    async def perform(self, deed: Deed, customer_ref: str, key: str) -> DeedResult:
        """Cancel a sale that is not being packed yet."""
        if not isinstance(deed, CancelOrder):
            return DeedResult(Outcome.REFUSED, "not_accepted")
        try:
            sale = await self._claimed(deed, customer_ref, key)
            if isinstance(sale, wire.Sale) and sale.state == "confirmed":
                await self._rpc.call(f"{_SALE}.draft", [sale.id])
        except BusinessNotFoundError:
            return DeedResult(Outcome.REFUSED, "unknown_order")
        except BusinessUnavailableError:
            return deed_words.NOT_SENT  # at most the key was written down, and nothing is cancelled
        return await self._cancel(sale) if isinstance(sale, wire.Sale) else sale

    async def _cancel(self, sale: wire.Sale) -> DeedResult:
        try:
            await self._rpc.call(f"{_SALE}.cancel", [sale.id])
        except NotSentError:
            return deed_words.NOT_SENT
        except TrytonRefusedError:
            return await self._as_it_is(sale, otherwise=DeedResult(Outcome.REFUSED, "not_accepted"))
        except BusinessUnavailableError:
            return deed_words.UNANSWERED
        return await self._as_it_is(sale, otherwise=deed_words.UNANSWERED)

    async def _as_it_is(self, sale: wire.Sale, *, otherwise: DeedResult) -> DeedResult:
        """The outcome as the sale's state tells it now."""
        try:
            now = await self._sale(sale.number, wire.DEED_FIELDS)
        except (BusinessUnavailableError, BusinessNotFoundError):
            return otherwise
        return DeedResult(Outcome.DONE, None, now.number) if now.state == "cancelled" else _refused(wire.status_of(now))

    async def check_deed(self, key: str) -> DeedResult | None:
        """What became of a key: the sale that bears it is cancelled, or it is not."""
        domain: list[JsonValue] = [["comment", "like", f"%[kaitak {_escaped(key)} %"]]
        found = wire.rows(wire.Sale, await self._search(_SALE, domain, 5, wire.DEED_FIELDS))
        for sale in found:
            written = _keys(sale).get(key)
            if written is None:
                continue
            if sale.state == "cancelled":
                return DeedResult(Outcome.DONE, None, sale.number)
            if clock.now() - written < _IN_FLIGHT:
                return DeedResult(Outcome.UNKNOWN, "in_progress")
        return None

    async def _claimed(self, deed: CancelOrder, customer_ref: str, key: str) -> wire.Sale | DeedResult:
        """The sale with our key in its comment, so that this key can be asked for; or the outcome, if there is one."""
        for is_last in (False, True):
            sale = await self._sale(deed.order_no, wire.DEED_FIELDS)
            if sale.party.code != customer_ref:
                raise BusinessNotFoundError("it is somebody else's")
            is_ours, status = key in _keys(sale), wire.status_of(sale)
            if sale.state not in {"draft", "quotation", "confirmed"}:
                is_done = is_ours and sale.state == "cancelled"
                return DeedResult(Outcome.DONE, None, sale.number) if is_done else _refused(status)
            mark = f"[kaitak {key} {clock.now():%Y%m%dT%H%M%SZ}]"
            reason = " ".join(_MARK.sub("", deed.reason).split())
            others = _without(sale.comment or "", key)
            comment = "\n".join(part for part in (others, f"{mark} {reason}".strip()) if part)
            stamps: dict[str, JsonValue] = {"_timestamp": {f"sale.sale,{sale.id}": sale.timestamp}}
            try:
                await self._rpc.call(f"{_SALE}.write", [sale.id], {"comment": comment}, context=stamps)
            except ChangedMeanwhileError:
                if is_last:
                    raise
                continue
            return sale
        raise BusinessUnavailableError("Tryton's sale changes all the time")

    async def _sale(self, order_no: str, fields: Sequence[str]) -> wire.Sale:
        found = await self._search(_SALE, [["number", "ilike", _escaped(order_no)]], 2, fields)
        sales = [one for one in wire.rows(wire.Sale, found) if one.number.upper() == order_no.upper()]
        if len(sales) != 1:
            raise BusinessNotFoundError("Tryton does not know it")
        return sales[0]

    async def _invoices(self, customer_ref: str, limit: int) -> tuple[Fact, ...]:
        domain: list[JsonValue] = [["party.code", "=", customer_ref], ["type", "=", "out"]]
        domain += [["state", "in", ["posted", "paid"]]]
        order: list[JsonValue] = [["invoice_date", "DESC"], ["id", "DESC"]]
        found = await self._search("model.account.invoice", domain, limit, wire.BILL_FIELDS, order=order)
        return tuple(wire.to_invoice(bill, self._zone) for bill in wire.rows(wire.Bill, found))

    async def _stock(self, sku: str) -> tuple[Fact, ...]:
        domain: list[JsonValue] = [["code", "ilike", _escaped(sku)]]
        found = wire.rows(wire.Article, await self._search("model.product.product", domain, 2, ("code", "name")))
        if len(found) != 1:
            raise BusinessNotFoundError("Tryton does not know it")
        today = clock.now().astimezone(self._zone).date()
        context: dict[str, JsonValue] = {"product": found[0].id, "stock_date_end": rpc.marked_date(today)}
        shops = await self._search(
            "model.stock.location", [["type", "=", "warehouse"]], _SHOPS, ("name", "quantity"), context=context
        )
        return wire.to_stock(found[0], wire.rows(wire.Shop, shops))

    async def _search(
        self,
        model: str,
        domain: list[JsonValue],
        limit: int,
        fields: Sequence[str],
        *,
        order: list[JsonValue] | None = None,
        context: dict[str, JsonValue] | None = None,
    ) -> JsonValue:
        return await self._rpc.call(f"{model}.search_read", domain, 0, limit, order, list(fields), context=context)


def _escaped(text: str) -> str:
    """The text for a pattern: it stands for itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _keys(sale: wire.Sale) -> dict[str, datetime]:
    """The keys that a sale bears, and when each was written."""
    found = _MARK.findall(sale.comment or "")
    return {key: datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for key, at in found}


def _without(comment: str, key: str) -> str:
    return "\n".join(line for line in comment.splitlines() if f"[kaitak {key} " not in line)


def _refused(status: OrderStatus) -> DeedResult:
    return DeedResult(Outcome.REFUSED, wire.REFUSALS.get(status, "not_accepted"))
