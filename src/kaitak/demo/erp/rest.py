"""Owns the demo ERP's REST interface, behind its own API key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse
from psycopg import OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from kaitak.core import crypto
from kaitak.demo.erp import store
from kaitak.demo.erp.store import Connection, CustomerRow, OrderRow

Status = Literal[
    "pending_payment", "paid", "packing", "shipped", "out_for_delivery", "delivered", "cancelled", "returned"
]
OrderNo = Annotated[str, Path(min_length=1, max_length=40)]


class Health(BaseModel):
    """The ERP is up and reaches its database."""

    status: Literal["ok"]
    name: str


class Customers(BaseModel):
    """Customers who match."""

    customers: list[CustomerRow]


class Orders(BaseModel):
    """A customer's orders."""

    orders: list[OrderRow]


class StatusChange(BaseModel):
    """Where an order should go."""

    model_config = ConfigDict(extra="forbid")

    status: Status


async def connected(request: Request) -> AsyncIterator[Connection]:
    """A connection of the pool; its transaction ends with the request."""
    pool: AsyncConnectionPool[Connection] = request.app.state.pool
    async with pool.connection() as connection:
        yield connection


def allowed(request: Request, authorization: Annotated[str, Header()] = "") -> None:
    """Refuse whoever does not send the API key."""
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer" or not crypto.is_same(key.strip(), request.app.state.api_key):
        raise HTTPException(401, "the API key is missing or wrong", {"WWW-Authenticate": "Bearer"})


ConnectionDep = Annotated[Connection, Depends(connected, scope="function")]
public = APIRouter()
router = APIRouter(prefix="/api", dependencies=[Depends(allowed)])


@public.get("/health")
async def health(request: Request, connection: ConnectionDep) -> Health:
    """Whether the ERP works."""
    await connection.execute("select 1")
    return Health(status="ok", name=request.app.state.name)


@router.get("/customers")
async def list_customers(
    connection: ConnectionDep,
    ref: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
    email: Annotated[str | None, Query(min_length=3, max_length=254)] = None,
    phone: Annotated[str | None, Query(min_length=3, max_length=20)] = None,
) -> Customers:
    """Customers by reference, e-mail or phone; one of them must be given."""
    if ref is None and email is None and phone is None:
        raise HTTPException(422, "give ref, email or phone")
    return Customers(customers=await store.find_customers(connection, ref=ref, email=email, phone=phone))


@router.get("/customers/{ref}/orders")
async def list_customer_orders(
    connection: ConnectionDep,
    ref: Annotated[str, Path(min_length=1, max_length=64)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Orders:
    """A customer's orders, newest first."""
    if not await store.has_customer(connection, ref):
        raise HTTPException(404, "no such customer")
    return Orders(orders=await store.list_orders(connection, ref, limit))


@router.get("/orders/{order_no}")
async def get_order(connection: ConnectionDep, order_no: OrderNo) -> OrderRow:
    """One order."""
    return await _order(connection, order_no)


@router.patch("/orders/{order_no}")
async def change_status(connection: ConnectionDep, order_no: OrderNo, change: StatusChange) -> OrderRow:
    """Move an order to another status; the same status again changes nothing."""
    try:
        await store.set_status(connection, order_no, change.status, datetime.now(UTC))
    except store.OrderUnknownError:
        raise HTTPException(404, "no such order") from None
    except store.StepRefusedError as exc:
        raise HTTPException(409, f"an order cannot go {exc}") from None
    return await _order(connection, order_no)


async def _order(connection: Connection, order_no: str) -> OrderRow:
    found = await store.find_order(connection, order_no)
    if found is None:
        raise HTTPException(404, "no such order")
    return found


def install(app: FastAPI) -> None:
    """Add the routes, and say 503 when the ERP's own database is away."""
    app.include_router(public)
    app.include_router(router)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(PoolTimeout, _database_away)
    app.middleware("http")(_never_store)


async def _database_away(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"detail": "the ERP's database does not answer"}, 503)


async def _never_store(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response
