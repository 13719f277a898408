"""The workbench's live stream: by cookie from our own pages, or by a ticket that is good once."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.policy import Permission, permissions_of
from kaitak.api import origins
from kaitak.api.dependencies import PrincipalDep, SessionDep, identify_connection, require
from kaitak.api.deps import Deps, DepsDep, get_deps
from kaitak.api.principals import Principal
from kaitak.api.wire import Wire
from kaitak.conversations import access
from kaitak.core.errors import ForbiddenError, KaitakError
from kaitak.core.ids import AccountId
from kaitak.realtime import actions, connection, queries
from kaitak.realtime.connection import ClosedError
from kaitak.realtime.frames import RESET, Agent, Audience, ready
from kaitak.realtime.hub import Hub, TooManyStreamsError

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["live stream"])
MOST_STREAMS = 12
BACKLOG = 500
_ROLE = text("""
select m.role from account_user m join users u on u.id = m.user_id
where m.account_id = :account_id and m.user_id = :user_id and u.is_active
""")


class Ticket(Wire):
    """A ticket that opens the stream once, within a minute."""

    ticket: str


@dataclass(slots=True)
class _Opened:
    """Who listens, and where they resume."""

    principal: Principal
    after: int | None
    by_ticket: bool


@router.post("/stream_ticket", dependencies=[Depends(require(Permission.STREAM))], response_model=Ticket)
async def issue_ticket(session: SessionDep, principal: PrincipalDep, deps: DepsDep) -> Ticket:
    """A ticket for a client that cannot send the cookie."""
    now = deps.clock.now()
    return Ticket(ticket=await actions.issue_ticket(session, principal.account_id, principal.user_id, now=now))


@router.websocket("/stream")
async def stream(websocket: WebSocket, account_id: int) -> None:
    """Everything that the caller may see, as it happens."""
    deps = get_deps(websocket)
    await websocket.accept()
    try:
        opened = await _open(websocket, deps, AccountId(account_id))
        await _serve(websocket, deps, opened)
    except ClosedError as exc:
        await websocket.close(exc.close_code)
    except TooManyStreamsError:
        await websocket.close(connection.TOO_MANY)
    except ForbiddenError:
        await websocket.close(connection.FORBIDDEN)
    except KaitakError:
        await websocket.close(connection.UNAUTHENTICATED)
    except (WebSocketDisconnect, RuntimeError):
        return


async def _open(websocket: WebSocket, deps: Deps, account_id: AccountId) -> _Opened:
    frame = await connection.receive_object(websocket)
    if frame.get("type") == "ticket":
        principal = await _by_ticket(deps, account_id, str(frame.get("ticket", ""))[:200])
        after = connection.cursor_of({"type": "resume", "after": frame.get("after")})
        return _Opened(principal, after, by_ticket=True)
    origins.check_origin(websocket.headers, deps.public_url)
    after = connection.cursor_of(frame)
    principal = await identify_connection(websocket, account_id)
    if not principal.can(Permission.STREAM):
        raise ForbiddenError
    return _Opened(principal, after, by_ticket=False)


async def _by_ticket(deps: Deps, account_id: AccountId, token: str) -> Principal:
    async with deps.database.transaction(account_id) as session:
        user_id = await actions.use_ticket(session, account_id, token, now=deps.clock.now())
        role = await _role_of(session, account_id, user_id) if user_id is not None else None
    if user_id is None or role is None:
        raise ClosedError(connection.UNAUTHENTICATED)
    return Principal(
        user_id=user_id,
        account_id=account_id,
        role=role,
        kind="token",
        credential_id=0,
        permissions=permissions_of(role),
    )


async def _serve(websocket: WebSocket, deps: Deps, opened: _Opened) -> None:
    principal, hub = opened.principal, deps.get(Hub)
    async with deps.database.transaction(principal.account_id) as session:
        viewer = await access.viewer_of(session, principal)
    audience = Agent(principal.user_id, viewer.inbox_ids)

    async def recheck() -> bool:
        return await _recheck(websocket, deps, opened, audience)

    async with hub.subscribe(principal.account_id, audience, most=MOST_STREAMS) as subscription:
        first = await backlog(deps, hub, principal.account_id, audience, opened.after)
        await connection.serve(websocket, subscription, first=first, recheck=recheck)


async def backlog(deps: Deps, hub: Hub, account_id: AccountId, audience: Audience, after: int | None) -> list[bytes]:
    """What a client has missed, and the frame that says it is live."""
    async with deps.database.transaction(account_id) as session:
        cursor = await queries.stream_cursor(session)
        rows = [] if after is None else await queries.find_backlog(session, account_id, after, limit=BACKLOG)
    if rows is None:
        return [RESET, ready(cursor)]
    return [*await hub.hydrate(rows, audience), ready(cursor)]


async def _recheck(websocket: WebSocket, deps: Deps, opened: _Opened, audience: Agent) -> bool:
    """Whether the caller may still listen; rights that changed count from now on."""
    account_id = opened.principal.account_id
    if not opened.by_ticket:
        try:
            opened.principal = await identify_connection(websocket, account_id)
        except KaitakError:
            return False
    async with deps.database.transaction(account_id) as session:
        role = await _role_of(session, account_id, opened.principal.user_id)
        if role is None:
            return False
        permissions = permissions_of(role)
        principal = Principal(
            user_id=opened.principal.user_id,
            account_id=account_id,
            role=role,
            kind=opened.principal.kind,
            credential_id=opened.principal.credential_id,
            permissions=permissions,
        )
        audience.inbox_ids = (await access.viewer_of(session, principal)).inbox_ids
    return Permission.STREAM in permissions


async def _role_of(session: AsyncSession, account_id: AccountId, user_id: int) -> str | None:
    role: str | None = await session.scalar(_ROLE, {"account_id": account_id, "user_id": user_id})
    return role
