"""Owns the demo ERP's further REST interface: facts after the order, and deeds by key. Behind the same API key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict

from kaitak.business.deeds import ActionKey, Deed
from kaitak.demo.erp import doing, more_store, store
from kaitak.demo.erp.rest import ConnectionDep, OrderNo, allowed

router = APIRouter(prefix="/api", dependencies=[Depends(allowed)])
Limit = Annotated[int, Query(ge=1, le=100)]
Kind = Literal["service_records", "returns", "invoices", "points", "policies", "claims", "premiums"]


class DeedRequest(BaseModel):
    """What to do, for whom."""

    model_config = ConfigDict(extra="forbid")

    key: ActionKey
    customer_ref: Annotated[str, Query(min_length=1, max_length=64)]
    deed: Deed


class DeedAnswer(BaseModel):
    """How it ended."""

    outcome: Literal["done", "refused"]
    reason: str | None
    reference: str | None


@router.get("/customers/{ref}/facts/{kind}")
async def list_facts(
    connection: ConnectionDep, ref: Annotated[str, Path(min_length=1, max_length=64)], kind: Kind, limit: Limit = 20
) -> dict[str, list[DictRow]]:
    """What the ERP knows of a customer, newest first."""
    if not await store.has_customer(connection, ref):
        raise HTTPException(404, "no such customer")
    return {"items": await more_store.list_rows(connection, more_store.OF_CUSTOMER[kind], ref, limit)}


@router.get("/orders/{order_no}/facts/{kind}")
async def list_order_facts(
    connection: ConnectionDep, order_no: OrderNo, kind: Literal["events", "delivery"], limit: Limit = 20
) -> dict[str, list[DictRow]]:
    """What the ERP knows of an order's way."""
    if await store.find_order(connection, order_no) is None:
        raise HTTPException(404, "no such order")
    return {"items": await more_store.list_rows(connection, more_store.OF_ORDER[kind], order_no, limit)}


@router.get("/stock/{sku}")
async def list_stock(
    connection: ConnectionDep, sku: Annotated[str, Path(min_length=1, max_length=64)], limit: Limit = 20
) -> dict[str, list[DictRow]]:
    """An article in each shop."""
    found = await more_store.list_stock(connection, sku, limit)
    if not found:
        raise HTTPException(404, "no such article")
    return {"items": found}


@router.post("/deeds")
async def perform(connection: ConnectionDep, request: DeedRequest) -> DeedAnswer:
    """Do it once; the same key again gives the same answer."""
    try:
        done = await doing.perform(connection, request.key, request.customer_ref, request.deed, datetime.now(UTC))
    except doing.KeyReusedError:
        raise HTTPException(409, "this key stands for another deed") from None
    return DeedAnswer.model_validate(done, from_attributes=True)


@router.get("/deeds/{key}")
async def find_deed(connection: ConnectionDep, key: Annotated[str, Path(min_length=8, max_length=100)]) -> DeedAnswer:
    """What became of a key."""
    done = await doing.find(connection, key)
    if done is None:
        raise HTTPException(404, "no such key")
    return DeedAnswer.model_validate(done, from_attributes=True)
