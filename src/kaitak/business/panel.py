"""Owns the wire form of further facts and deeds, for the customer panel. Amounts are decimal strings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Generic, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from kaitak.business import schemas, telling
from kaitak.business.deeds import ActionKey, Deed, DeedResult
from kaitak.business.fact_desk import FactsOrGap
from kaitak.business.facts import (
    F,
    InsuranceClaim,
    InsurancePolicy,
    Invoice,
    PointsMovement,
    Premium,
    ReturnCase,
    ServiceRecord,
)
from kaitak.business.models import BusinessAccessLog


class FactList(BaseModel, Generic[F]):
    """Facts of one kind with their age, or why there are none."""

    facts: list[F]
    as_of: datetime | None
    source: Literal["live", "cache"] | None
    stale: bool
    age_seconds: float | None
    error: Literal["unavailable", "not_permitted", "unknown_customer", "not_connected", "not_supported"] | None


class CustomerFactsView(BaseModel):
    """What the business system knows of the customer besides profile and orders."""

    service_records: FactList[ServiceRecord]
    returns: FactList[ReturnCase]
    invoices: FactList[Invoice]
    points: FactList[PointsMovement]
    policies: FactList[InsurancePolicy]
    claims: FactList[InsuranceClaim]
    premiums: FactList[Premium]


class OrderCheck(BaseModel):
    """What an unproven customer says of an order."""

    model_config = ConfigDict(extra="forbid")

    order_no: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    phone_tail: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class OrderChecked(BaseModel):
    """The order, if it was the customer's; an unknown order and wrong digits look the same."""

    order: schemas.OrderView | None


class DeedPrepare(BaseModel):
    """What shall be done."""

    model_config = ConfigDict(extra="forbid")

    deed: Deed


class DeedPrepared(BaseModel):
    """What will be done if it is confirmed within the time."""

    deed: Deed
    key: str
    token: str
    expires_at: datetime


class DeedConfirm(BaseModel):
    """The confirmation: what was prepared, unchanged."""

    model_config = ConfigDict(extra="forbid")

    deed: Deed
    key: ActionKey
    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DeedResultView(BaseModel):
    """How it ended. `unknown`: it may have happened; ask again, never do it under another key."""

    key: str
    outcome: Literal["done", "refused", "unknown"]
    reason: str | None
    reference: str | None


class ToldAccess(BaseModel):
    """A line of the access log in words for the customer, by language."""

    id: int
    at: datetime
    outcome: str
    told: dict[str, str]


class ToldAccessList(BaseModel):
    """The newest lines about one customer."""

    payload: list[ToldAccess]


def view_access(rows: Sequence[BusinessAccessLog]) -> ToldAccessList:
    """The lines as they go over the wire: nothing of staff, no field, no time taken."""
    lines = [
        ToldAccess(
            id=row.id,
            at=row.created_at,
            outcome=row.outcome,
            told=telling.tell(actor=row.actor, action=row.action, thing=row.object, outcome=row.outcome),
        )
        for row in rows
    ]
    return ToldAccessList(payload=lines)


def view_facts(found: Sequence[FactsOrGap]) -> CustomerFactsView:
    """Facts of all kinds as they go over the wire."""
    lists = {one.read.name.removeprefix("list_"): _list_of(one) for one in found}
    return CustomerFactsView.model_validate(lists)


def _list_of(one: FactsOrGap) -> dict[str, object]:
    fresh = one.reading.freshness if one.reading else None
    return {
        "facts": one.reading.facts if one.reading else (),
        "as_of": fresh.as_of if fresh else None,
        "source": fresh.source.value if fresh else None,
        "stale": fresh.is_stale if fresh else False,
        "age_seconds": round(fresh.age.total_seconds(), 1) if fresh else None,
        "error": one.error.value if one.error else None,
    }


def view_result(key: str, result: DeedResult) -> DeedResultView:
    """An outcome as it goes over the wire."""
    return DeedResultView(key=key, outcome=result.outcome.value, reason=result.reason, reference=result.reference)
