"""Dead letters and their replay, what came in, and the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import select

from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.conversations import posting, queries
from kaitak.conversations.dependencies import IdPath
from kaitak.conversations.errors import DeliveryNotFoundError
from kaitak.conversations.models import Delivery

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["deliveries"])
READ = [Depends(require(Permission.READ_DELIVERIES))]
REPLAY = [Depends(require(Permission.REPLAY_DELIVERIES))]
DEAD = ("failed", "unknown")
MOST_REPLAYED = 5_000
PARKED_YEAR = 9000  # what waits for a paused inbox


class DeliveryView(Wire):
    """A message on its way out, or one that did not get there."""

    id: int
    message_id: int
    conversation_id: int
    inbox_id: int
    status: str
    attempts: int
    next_attempt_at: datetime | None
    error_code: str | None
    error_detail: str | None
    content: str
    created_at: datetime
    finished_at: datetime | None


class DeliveryList(Wire):
    """One page of deliveries, newest first."""

    meta: paging.PageMeta
    payload: list[DeliveryView]


class InboundEventView(Wire):
    """Something that came in, and what became of it."""

    id: int
    inbox_id: int
    external_id: str
    kind: str
    outcome: str
    reason: str | None
    received_at: datetime


class InboundEventList(Wire):
    """One page of what came in, newest first."""

    meta: paging.PageMeta
    payload: list[InboundEventView]


class ReplayBody(Body):
    """Which deliveries to try again: by their ids, or all dead ones of an inbox, of a state, of a reason."""

    ids: Annotated[list[int], Field(min_length=1, max_length=500)] | None = None
    status: Literal["failed", "unknown", "dead"] | None = None
    inbox_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    error_code: Annotated[str, Field(min_length=1, max_length=100)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ReplayBody:
        if self.ids is None and self.status is None:
            raise ValueError("name ids or a status")
        return self


class Replayed(Wire):
    """How many deliveries are on their way again."""

    replayed: int


class LedgerView(Wire):
    """In = stored + applied + ignored + dropped; out = pending + sent + failed + unknown."""

    since: datetime
    inbound: dict[str, int]
    outbound: dict[str, int]
    stored_without_message: int
    outgoing_without_delivery: int
    is_balanced: bool


@router.get("/deliveries", dependencies=READ, response_model=DeliveryList)
async def list_deliveries(
    session: SessionDep,
    principal: PrincipalDep,
    status: Literal["failed", "unknown", "dead", "pending"] = "dead",
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> DeliveryList:
    """Messages that did not get out (`dead`: failed or unknown), or those still waiting."""
    statuses = DEAD if status in ("dead", "failed") else (status,)
    rows = await queries.list_deliveries(
        session, principal.account_id, statuses=statuses, before=paging.id_in(cursor), limit=limit + 1
    )
    payload = [_delivery(*row) for row in rows[:limit]]
    following = paging.next_cursor([[row[0].id] for row in rows], limit)
    return DeliveryList(meta=paging.PageMeta(next_cursor=following), payload=payload)


@router.post("/deliveries/replay", dependencies=REPLAY, response_model=Replayed)
async def replay_deliveries(session: SessionDep, principal: PrincipalDep, body: ReplayBody) -> Replayed:
    """Try these again, at most 5,000 at once, oldest first; those that are not dead are left alone."""
    statuses = DEAD if body.status in (None, "dead") else (body.status,)
    statement = select(Delivery.message_id).where(
        Delivery.account_id == principal.account_id, Delivery.status.in_(statuses)
    )
    if body.ids is not None:
        statement = statement.where(Delivery.id.in_(body.ids))
    if body.inbox_id is not None:
        statement = statement.where(Delivery.inbox_id == body.inbox_id)
    if body.error_code is not None:
        statement = statement.where(Delivery.error_code == body.error_code)
    messages = await session.scalars(statement.order_by(Delivery.id).limit(MOST_REPLAYED))
    return Replayed(replayed=await posting.requeue(session, principal.account_id, list(messages)))


@router.post(
    "/deliveries/{delivery_id}/replay",
    dependencies=REPLAY,
    response_model=Replayed,
    responses=problems(DeliveryNotFoundError),
)
async def replay_delivery(session: SessionDep, principal: PrincipalDep, delivery_id: IdPath) -> Replayed:
    """Try one again."""
    delivery = await session.get(Delivery, (principal.account_id, delivery_id))
    if delivery is None or delivery.status not in DEAD:
        raise DeliveryNotFoundError
    return Replayed(replayed=await posting.requeue(session, principal.account_id, [delivery.message_id]))


@router.get("/inbound_events", dependencies=READ, response_model=InboundEventList)
async def list_inbound_events(
    session: SessionDep,
    principal: PrincipalDep,
    outcome: Literal["stored", "applied", "ignored", "dropped"] | None = None,
    *,
    inbox_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> InboundEventList:
    """What came in; bodies are not shown here."""
    rows = await queries.list_inbound_events(
        session,
        principal.account_id,
        outcome=outcome,
        inbox_id=inbox_id,
        before=paging.id_in(cursor),
        limit=limit + 1,
    )
    payload = [
        InboundEventView(
            id=row.id,
            inbox_id=row.inbox_id,
            external_id=row.external_id,
            kind=row.kind,
            outcome=row.outcome,
            reason=row.reason,
            received_at=row.received_at,
        )
        for row in rows[:limit]
    ]
    following = paging.next_cursor([[row.id] for row in rows], limit)
    return InboundEventList(meta=paging.PageMeta(next_cursor=following), payload=payload)


@router.get("/ledger", dependencies=READ, response_model=LedgerView)
async def show_ledger(
    session: SessionDep,
    principal: PrincipalDep,
    deps: DepsDep,
    since: Annotated[AwareDatetime | None, Query()] = None,
) -> LedgerView:
    """Whether everything that came in is accounted for, and everything to send is on its way; a day by default."""
    moment = since or deps.clock.now() - timedelta(days=1)
    ledger = await queries.read_ledger(session, principal.account_id, since=moment)
    return LedgerView(
        since=moment,
        inbound=ledger.inbound,
        outbound=ledger.outbound,
        stored_without_message=ledger.stored_without_message,
        outgoing_without_delivery=ledger.outgoing_without_delivery,
        is_balanced=ledger.is_balanced,
    )


def _delivery(row: Delivery, content: str, display_id: int) -> DeliveryView:
    is_waiting = row.status == "pending" and row.next_attempt_at.year < PARKED_YEAR
    return DeliveryView(
        id=row.id,
        message_id=row.message_id,
        conversation_id=display_id,
        inbox_id=row.inbox_id,
        status=row.status,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at if is_waiting else None,
        error_code=row.error_code,
        error_detail=row.error_detail,
        content=content[:140],
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
