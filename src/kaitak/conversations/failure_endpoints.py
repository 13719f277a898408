"""How inboxes do in what we tell the other side: messages, pushes to apps, owners of sessions; and what failed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.wire import Wire
from kaitak.conversations import channel_failures
from kaitak.conversations.channel_failures import Failing, Health

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["deliveries"])
READ = [Depends(require(Permission.READ_DELIVERIES))]


class FailingCallView(Wire):
    """What the other side does not take now: messages (webhooks of API inboxes too), pushes, owners of sessions."""

    kind: Literal["message", "push", "session"]
    failures: int
    since: datetime
    last_at: datetime
    error_code: str
    error_detail: str


class InboxHealthView(Wire):
    """How an inbox does; `receiver_*` where it holds a connection of its own."""

    inbox_id: int
    name: str
    channel: str
    state: Literal["ok", "failing", "paused"]
    paused_at: datetime | None
    paused_reason: str | None
    receiver_state: str | None
    receiver_reason: str | None
    failing_calls: list[FailingCallView]


class InboxHealthList(Wire):
    """All inboxes."""

    payload: list[InboxHealthView]


class ChannelFailureView(Wire):
    """A push or the owner of a session that did not get through; `over_at`: since then that inbox's do again."""

    id: int
    inbox_id: int
    kind: Literal["push", "session"]
    conversation_id: int
    message_id: int | None
    error_code: str
    error_detail: str
    attempts: int
    first_at: datetime
    last_at: datetime
    over_at: datetime | None


class ChannelFailureList(Wire):
    """One page of failures, newest first."""

    meta: paging.PageMeta
    payload: list[ChannelFailureView]


@router.get("/inbox_health", dependencies=READ, response_model=InboxHealthList)
async def list_health(session: SessionDep, principal: PrincipalDep, deps: DepsDep) -> InboxHealthList:
    """How each inbox does, and what its other side has not taken since the last time that it took something."""
    found = await channel_failures.read_health(session, principal.account_id, now=deps.clock.now())
    return InboxHealthList(payload=[_health(each) for each in found])


@router.get("/channel_failures", dependencies=READ, response_model=ChannelFailureList)
async def list_channel_failures(
    session: SessionDep,
    principal: PrincipalDep,
    *,
    inbox_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    kind: Literal["push", "session"] | None = None,
    only_open: bool = False,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> ChannelFailureList:
    """Pushes and owners of sessions that did not get through; messages are under `deliveries`."""
    rows = await channel_failures.list_failures(
        session,
        principal.account_id,
        inbox_id=inbox_id,
        kind=kind,
        only_open=only_open,
        before=paging.id_in(cursor),
        limit=limit + 1,
    )
    payload = [
        ChannelFailureView.model_validate(
            {
                "id": row.id,
                "inbox_id": row.inbox_id,
                "kind": row.kind,
                "conversation_id": display_id,
                "message_id": row.message_id or None,
                "error_code": row.error_code,
                "error_detail": row.error_detail,
                "attempts": row.attempts,
                "first_at": row.first_at,
                "last_at": row.last_at,
                "over_at": row.over_at,
            }
        )
        for row, display_id in rows[:limit]
    ]
    following = paging.next_cursor([[row.id] for row, _ in rows], limit)
    return ChannelFailureList(meta=paging.PageMeta(next_cursor=following), payload=payload)


def _health(found: Health) -> InboxHealthView:
    return InboxHealthView(
        inbox_id=found.inbox.id,
        name=found.inbox.name,
        channel=found.inbox.channel,
        state=found.state,
        paused_at=found.inbox.paused_at,
        paused_reason=found.inbox.paused_reason,
        receiver_state=found.receiver_state,
        receiver_reason=found.receiver_reason,
        failing_calls=[_failing(each) for each in found.failing],
    )


def _failing(found: Failing) -> FailingCallView:
    return FailingCallView.model_validate(
        {
            "kind": found.kind,
            "failures": found.failures,
            "since": found.since,
            "last_at": found.last_at,
            "error_code": found.code,
            "error_detail": found.detail,
        }
    )
