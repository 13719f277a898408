"""Loopback programs that answer like Odoo's JSON-2 and Shopify's Admin REST interface, and a door to a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

KEY = "a-key-of-the-loopback-system"
ODOO_ORDERS = [
    {"id": 7, "name": "S00012", "state": "sale", "amount_total": 320.5, "currency_code": "HKD"}
    | {"date_order": "2026-03-01 10:22:00", "customer_ref": "C001"},
    {"id": 6, "name": "S00010", "state": "cancel", "amount_total": 99.0, "currency_code": "HKD"}
    | {"date_order": "2026-02-01 01:00:00", "customer_ref": "C001"},
    {"id": 5, "name": "S00009", "state": "done", "amount_total": 10.0, "currency_code": "HKD"}
    | {"date_order": "2026-01-01 01:00:00", "customer_ref": "C002"},
]
ODOO_PARTNERS = [
    {"id": 1, "ref": "C001", "name": "陳大文", "email": "Tm@Example.com", "phone": "+852 9123 4567"}
    | {"email_normalized": "tm@example.com", "phone_sanitized": "+85291234567", "create_date": "2024-05-06 07:08:09"},
    {"id": 2, "ref": "C002", "name": "李小明", "email": False, "phone": False, "create_date": "2024-05-07 07:08:09"},
    {"id": 3, "ref": "C003", "name": "李太", "email_normalized": "home@example.com", "phone_sanitized": "+85298765432"},
    {"id": 4, "ref": "C004", "name": "李生", "email_normalized": "home@example.com", "phone_sanitized": "+85298765432"},
    {
        "id": 5,
        "ref": False,
        "name": "無編號",
        "email_normalized": "none@example.com",
        "phone_sanitized": "+85260000000",
    },
]
SHOPIFY_CUSTOMERS: list[dict[str, object]] = [
    {"id": 501, "first_name": "May", "last_name": "Chan", "email": "may@example.com", "phone": "+85291234567"},
    {"id": 502, "first_name": "May", "last_name": "Lo", "email": "may@example.com.hk", "phone": "+852912345678"},
    {"id": 503, "first_name": "A", "last_name": "Lee", "email": "home@example.com", "phone": "+85298765432"},
    {"id": 504, "first_name": "B", "last_name": "Lee", "email": "Home@example.com", "phone": "+852 9876 5432"},
]
SHOPIFY_ORDERS = [
    {
        "id": 9000 + number,
        "order_number": number,
        "name": f"#{number}",
        "financial_status": "paid",
        "fulfillment_status": "fulfilled" if number % 2 else None,
        "cancelled_at": None,
        "fulfillments": [{"tracking_company": "SF", "tracking_number": "SF1", "shipment_status": "in_transit"}]
        if number % 2
        else [],
        "total_price": "120.50",
        "currency": "HKD",
        "created_at": f"2026-03-0{9 - number % 1000}T09:00:00+08:00",
        "customer": {"id": 501},
        "line_items": [{"sku": "A1", "title": "Mug", "quantity": 2, "price": "60.25"}],
    }
    for number in range(1001, 1006)
]


async def _odoo(request: web.Request) -> web.Response:
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        return web.json_response({"name": "werkzeug.exceptions.Unauthorized"}, status=401)
    body = await request.json()
    model, method = request.match_info["model"], request.match_info["method"]
    if method == "search_count":
        return web.json_response(len(ODOO_PARTNERS))
    field, _, value = body["domain"][0]
    rows = {"res.partner": ODOO_PARTNERS, "sale.order": ODOO_ORDERS}.get(model, [])
    field = "customer_ref" if field == "partner_id.ref" else field
    stock = [{"product_code": value, "product_id": [3, "Mug"], "location_id": [8, "WH/MK"], "available_quantity": 4}]
    found = [row for row in rows if row.get(field) == value] if rows else stock
    return web.json_response(found[: body["limit"]])


async def _shopify(request: web.Request) -> web.Response:  # noqa: PLR0911 (one for each path)
    if request.headers.get("X-Shopify-Access-Token") != KEY:
        return web.json_response({"errors": "[API] Invalid API key"}, status=401)
    path, query = request.path, request.query
    if path == "/shop.json":
        return web.json_response({"shop": {"name": "Mugs"}})
    if path == "/orders.json" and "name" in query:
        return web.json_response({"orders": [one for one in SHOPIFY_ORDERS if one["name"] == query["name"]]})
    if path == "/orders.json":
        mine = SHOPIFY_ORDERS if query["customer_id"] == "501" else []
        start = int(query.get("page_info", "0"))
        page = {"orders": mine[start : start + 2], "next_page_info": str(start + 2) if start + 2 < len(mine) else None}
        return web.json_response(page)
    if path == "/customers/501.json":
        return web.json_response({"customer": SHOPIFY_CUSTOMERS[0] | {"created_at": "2023-01-02T03:04:05+08:00"}})
    if path == "/customers/search.json":  # what begins so is found, as Shopify does
        field, _, value = query["query"].partition(":")
        told = [str(one[field]).lower().replace(" ", "") for one in SHOPIFY_CUSTOMERS]
        alike = [one for one, text in zip(SHOPIFY_CUSTOMERS, told, strict=True) if text.startswith(value.lower())]
        return web.json_response({"customers": alike[: int(query["limit"])]})
    return web.json_response({"errors": "Not Found"}, status=404)


@asynccontextmanager
async def running(kind: str) -> AsyncIterator[str]:
    """The program's address for the length of a block."""
    app = web.Application()
    if kind == "odoo":
        app.router.add_post("/json/2/{model}/{method}", _odoo)
    else:
        app.router.add_get("/{rest:.*}", _shopify)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/json/2" if kind == "odoo" else f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def tcp_to_socket(path: str) -> AsyncIterator[int]:
    """A port of this machine that leads to a Unix socket: the embedded PostgreSQL listens on nothing else."""
    talks: set[asyncio.Task[None]] = set()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            return
        finally:
            writer.close()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        for pair in ((reader, inner_writer), (inner_reader, writer)):
            task = asyncio.create_task(copy(*pair))
            talks.add(task)
            task.add_done_callback(talks.discard)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


def text_of(mapping: object) -> str:
    """A mapping as YAML: JSON is YAML."""
    return json.dumps(mapping, ensure_ascii=False, indent=1)
