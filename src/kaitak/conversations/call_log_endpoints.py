"""The webhook log: what came in by event, the calls that became none, their bodies, and replay."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require, require_alone
from kaitak.api.deps import DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.channels.live import LiveConnectors
from kaitak.conversations import masking, replaying
from kaitak.conversations.dependencies import IdPath
from kaitak.conversations.inbound import Door
from kaitak.conversations.log_models import WebhookCall
from kaitak.conversations.models import InboundEvent
from kaitak.conversations.replaying import Gate, Wanted
from kaitak.core.errors import NotFoundError

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["deliveries"])
READ = [Depends(require(Permission.READ_DELIVERIES))]
OPEN = [Depends(require(Permission.MANAGE_INBOXES))]
ReplayerDep = Annotated[Principal, Depends(require_alone(Permission.MANAGE_INBOXES))]
Verdict = Literal["refused", "malformed", "unsupported"]
InboxQuery = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


class LogEntryNotFoundError(NotFoundError):
    """No such call or event is in the webhook log."""

    code = "log_entry_not_found"


class WebhookCallView(Wire):
    """Calls of one hour that were refused for one reason, or one signed call that we cannot read or do not support."""

    id: int
    inbox_id: int
    verdict: Verdict
    reason: str
    detail: str
    calls: int
    first_at: datetime
    last_at: datetime
    body_size: int
    has_body: bool
    replayed_at: datetime | None


class WebhookCallList(Wire):
    """One page of calls, newest first."""

    meta: paging.PageMeta
    payload: list[WebhookCallView]


class LoggedBody(Wire):
    """What came in, as text, without what opens anything; empty once it was kept for as long as the setting says."""

    body: str


class ReplayFilter(Body):
    """Which ones: by their ids, or all of an inbox and a period (kept calls that were not replayed yet)."""

    ids: Annotated[list[int], Field(min_length=1, max_length=replaying.MOST)] | None = None
    inbox_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ReplayFilter:
        if self.ids is None and self.inbox_id is None and self.since is None:
            raise ValueError("name ids, an inbox or a beginning")
        return self

    def wanted(self) -> Wanted:
        """As replaying takes it."""
        return Wanted(self.ids, self.inbox_id, self.since, self.until)


class CallsReplayed(Wire):
    """How many calls, what became of their events by outcome, and the calls that cannot be read even now."""

    calls: int
    outcomes: dict[str, int]
    failed: dict[int, str]


class EventsReplayed(Wire):
    """How many conversations the bot takes up again, and how many messages have their files fetched again."""

    conversations: int
    files: int


@router.get("/webhook_calls", dependencies=READ, response_model=WebhookCallList)
async def list_webhook_calls(
    session: SessionDep,
    principal: PrincipalDep,
    *,
    verdict: Verdict | None = None,
    inbox_id: InboxQuery = None,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> WebhookCallList:
    """Webhook calls that became no message: refused, malformed, unsupported. What was taken is under inbound_events."""
    statement = select(WebhookCall).where(WebhookCall.account_id == principal.account_id)
    if verdict is not None:
        statement = statement.where(WebhookCall.verdict == verdict)
    if inbox_id is not None:
        statement = statement.where(WebhookCall.inbox_id == inbox_id)
    if cursor is not None:
        statement = statement.where(WebhookCall.id < int(str(paging.decode(cursor, (int,))[0])))
    rows = list(await session.scalars(statement.order_by(WebhookCall.id.desc()).limit(limit + 1)))
    following = paging.next_cursor([[row.id] for row in rows], limit)
    return WebhookCallList(meta=paging.PageMeta(next_cursor=following), payload=[_call(row) for row in rows[:limit]])


@router.get(
    "/webhook_calls/{entry_id}/body",
    dependencies=OPEN,
    response_model=LoggedBody,
    responses=problems(LogEntryNotFoundError),
)
async def show_call_body(session: SessionDep, principal: PrincipalDep, entry_id: IdPath) -> LoggedBody:
    """The body of a kept call."""
    row = await session.get(WebhookCall, (principal.account_id, entry_id))
    if row is None or row.body is None:
        raise LogEntryNotFoundError
    return LoggedBody(body=masking.shown(row.body, row.content_type))


@router.get(
    "/inbound_events/{entry_id}/body",
    dependencies=OPEN,
    response_model=LoggedBody,
    responses=problems(LogEntryNotFoundError),
)
async def show_event_body(session: SessionDep, principal: PrincipalDep, entry_id: IdPath) -> LoggedBody:
    """What the platform said of one event."""
    row = await session.get(InboundEvent, (principal.account_id, entry_id))
    if row is None:
        raise LogEntryNotFoundError
    return LoggedBody(body=masking.shown(orjson.dumps(row.body), "application/json") if row.body else "")


@router.post("/webhook_calls/replay", response_model=CallsReplayed)
async def replay_webhook_calls(
    principal: ReplayerDep, deps: DepsDep, request: Request, body: ReplayFilter
) -> CallsReplayed:
    """Read kept calls again with today's connectors; what is stored already is a duplicate. At most 500 at once."""
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        calls = await replaying.list_calls(session, principal.account_id, body.wanted())
        await _record(session, request, principal, "webhook_calls.replayed", len(calls))
    gate = Gate(deps.database, deps.get(LiveConnectors), deps.get(Door), deps.clock)
    found = await replaying.replay_calls(gate, principal.account_id, calls)
    return CallsReplayed(calls=len(calls), outcomes=dict(found.outcomes), failed=dict(found.failed))


@router.post("/inbound_events/replay", dependencies=OPEN, response_model=EventsReplayed)
async def replay_events(
    session: SessionDep, principal: PrincipalDep, request: Request, body: ReplayFilter
) -> EventsReplayed:
    """Take up stored messages that nothing is due for, and fetch files that are missing; others stay as they are."""
    ids = await replaying.list_stored(session, principal.account_id, body.wanted())
    found = await replaying.settle_again(session, principal.account_id, ids)
    await _record(session, request, principal, "inbound_events.replayed", len(ids))
    return EventsReplayed(conversations=found.conversations, files=found.files)


async def _record(session: AsyncSession, request: Request, principal: Principal, deed: str, count: int) -> None:
    actor = audit.actor_of(request, principal)
    await audit.record(session, actor, deed, target_type="webhook_log", target_id="many", details={"count": count})


def _call(row: WebhookCall) -> WebhookCallView:
    return WebhookCallView.model_validate(
        {
            "id": row.id,
            "inbox_id": row.inbox_id,
            "verdict": row.verdict,
            "reason": row.reason,
            "detail": row.detail,
            "calls": row.calls,
            "first_at": row.first_at,
            "last_at": row.last_at,
            "body_size": row.body_size,
            "has_body": row.body is not None,
            "replayed_at": row.replayed_at,
        }
    )
