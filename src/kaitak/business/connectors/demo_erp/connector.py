"""Owns the talk with the demo ERP: authenticated requests out, our contract's facts and errors back."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar
from urllib.parse import quote, urlencode

from pydantic import Field, SecretStr, StringConstraints

from kaitak.business.connectors.demo_erp import wire
from kaitak.business.contract import (
    BusinessNotFoundError,
    BusinessUnavailableError,
    ConnectorConfig,
    CustomerFacts,
    CustomerProfile,
    Order,
)
from kaitak.core.errors import InvalidError
from kaitak.core.http import HttpError, HttpReply, OutgoingHttp

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
