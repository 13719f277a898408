"""Owns the talk with the demo ERP: authenticated requests out, our contract's facts and errors back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated, ClassVar
from urllib.parse import quote, urlencode

from pydantic import Field, SecretStr, StringConstraints

from kaitak.business import deeds as deed_words
from kaitak.business.connectors.demo_erp import wire
from kaitak.business.contract import (
    BusinessNotFoundError,
    BusinessUnavailableError,
    ConnectorConfig,
    CustomerFacts,
    CustomerProfile,
    Order,
)
from kaitak.business.deeds import DEED_NAMES, Deed, DeedResult, Outcome
from kaitak.business.facts import F, Read
from kaitak.core.errors import InvalidError
from kaitak.core.http import HttpError, HttpReply, OutgoingHttp

_OF_CUSTOMER = {
    "list_service_records": "service_records",
    "list_returns": "returns",
    "list_invoices": "invoices",
    "list_points": "points",
    "list_policies": "policies",
    "list_claims": "claims",
    "list_premiums": "premiums",
}
_OF_ORDER = {"list_parcel_events": "events", "get_delivery": "delivery"}
_TIMEOUT = timedelta(seconds=5)  # the gateway's own budget is shorter; this bounds the connection test
_MAX_BYTES = 1024 * 1024


class DemoErpConfig(ConnectorConfig):
    """Where the demo ERP is and how we identify ourselves there."""

    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$", max_length=300)] = Field(
        title="Address", description="for example http://127.0.0.1:8811"
    )
    api_key: Annotated[SecretStr, Field(min_length=16, max_length=200)] = Field(title="API key")


class DemoErp:
    """The connector of the demo ERP."""

    name: ClassVar[str] = "demo_erp"
    title: ClassVar[str] = "Demo ERP"
    config_type: ClassVar[type[DemoErpConfig]] = DemoErpConfig
    finds_by: ClassVar[frozenset[str]] = frozenset({"phone", "email"})
    reads: ClassVar[frozenset[str]] = frozenset({*_OF_CUSTOMER, *_OF_ORDER, "list_stock"})
    deeds: ClassVar[frozenset[str]] = frozenset(DEED_NAMES)

    def __init__(self, config: DemoErpConfig, http: OutgoingHttp) -> None:
        self._base = config.base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {config.api_key.get_secret_value()}", "Accept": "application/json"}
        self._http = http

    async def check(self) -> str:
        """The ERP's name; a look at the customers proves the API key."""
        health = wire.read(wire.WireHealth, (await self._get("/health")).body)
        wire.read(wire.WireCustomers, (await self._get("/api/customers?ref=check")).body)
        return health.name

    async def find_customer(self, facts: CustomerFacts) -> CustomerProfile | None:
        """The one customer with this reference, or else with this e-mail or phone."""
        if facts.customer_ref:
            question = {"ref": facts.customer_ref}
        else:
            question = {name: value for name, value in (("email", facts.email), ("phone", facts.phone)) if value}
        if not question:
            return None
        found = wire.read(wire.WireCustomers, (await self._get(f"/api/customers?{urlencode(question)}")).body)
        return wire.to_profile(found.customers[0]) if len(found.customers) == 1 else None

    async def get_order(self, order_no: str) -> Order:
        """The order of this number."""
        reply = await self._get(f"/api/orders/{quote(order_no, safe='')}")
        return wire.to_order(wire.read(wire.WireOrder, reply.body))

    async def list_orders(self, customer_ref: str, limit: int) -> tuple[Order, ...]:
        """The customer's orders, newest first."""
        reply = await self._get(f"/api/customers/{quote(customer_ref, safe='')}/orders?limit={limit:d}")
        return tuple(wire.to_order(order) for order in wire.read(wire.WireOrders, reply.body).orders)

    async def read(self, read: Read[F], subject: str, limit: int) -> tuple[F, ...]:
        """Further facts about a customer, an order or an article."""
        about = quote(subject, safe="")
        if read.name in _OF_CUSTOMER:
            path = f"/api/customers/{about}/facts/{_OF_CUSTOMER[read.name]}"
        elif read.name in _OF_ORDER:
            path = f"/api/orders/{about}/facts/{_OF_ORDER[read.name]}"
        else:
            path = f"/api/stock/{about}"
        return wire.read_facts(read, (await self._get(f"{path}?limit={limit:d}")).body)

    async def perform(self, deed: Deed, customer_ref: str, key: str) -> DeedResult:
        """Do it; the ERP knows the key again."""
        body = {"key": key, "customer_ref": customer_ref, "deed": deed.model_dump(mode="json")}
        try:
            reply = await self._http.request(
                "POST",
                f"{self._base}/api/deeds",
                headers={**self._headers, "Content-Type": "application/json"},
                body=json.dumps(body).encode(),
                timeout=_TIMEOUT,
                max_bytes=_MAX_BYTES,
            )
        except HttpError as exc:
            return deed_words.UNANSWERED if exc.sent else deed_words.NOT_SENT
        except InvalidError:
            return deed_words.NOT_SENT
        return _result_of(reply)

    async def check_deed(self, key: str) -> DeedResult | None:
        """What became of a key."""
        try:
            reply = await self._get(f"/api/deeds/{quote(key, safe='')}")
        except BusinessNotFoundError:
            return None
        return wire.to_result(wire.read(wire.WireDeed, reply.body))

    async def _get(self, path: str) -> HttpReply:
        try:
            reply = await self._http.request(
                "GET", self._base + path, headers=self._headers, timeout=_TIMEOUT, max_bytes=_MAX_BYTES
            )
        except (HttpError, InvalidError) as exc:
            raise BusinessUnavailableError(f"the demo ERP cannot be reached: {exc.message}") from exc
        if reply.status == 404:
            raise BusinessNotFoundError("the demo ERP does not know it")
        if reply.status in {401, 403}:
            raise BusinessUnavailableError("the demo ERP refuses the API key")
        if not reply.is_ok:
            raise BusinessUnavailableError(f"the demo ERP answered {reply.status}")
        return reply


def _result_of(reply: HttpReply) -> DeedResult:
    if reply.status in {401, 403, 429}:
        return deed_words.NOT_SENT
    if 400 <= reply.status < 500:
        return DeedResult(Outcome.REFUSED, "not_accepted")
    if not reply.is_ok:
        return deed_words.UNANSWERED
    try:
        return wire.to_result(wire.read(wire.WireDeed, reply.body))
    except BusinessUnavailableError:
        return deed_words.UNANSWERED
