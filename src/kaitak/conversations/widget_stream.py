"""The widget's live stream: the visitor's token travels in the first frame, never in the address."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from kaitak.api.deps import Deps, get_deps
from kaitak.api.ratelimit import AddressLimit
from kaitak.conversations import visitors
from kaitak.conversations.stream_endpoints import backlog
from kaitak.conversations.visitors import VisitorToken
from kaitak.core.errors import ForbiddenError, KaitakError, RateLimitedError
from kaitak.core.ids import AccountId
from kaitak.realtime import connection
from kaitak.realtime.connection import ClosedError
from kaitak.realtime.frames import Visitor
from kaitak.realtime.hub import Hub, TooManyStreamsError

router = APIRouter(prefix="/public/api/v1/widget", tags=["widget"])
MOST_STREAMS = 6
_LIMIT = AddressLimit("widget.stream", per_minute=60, burst=60)


@router.websocket("/stream")
async def stream(websocket: WebSocket) -> None:
    """What concerns this customer, as it happens."""
    deps = get_deps(websocket)
    await websocket.accept()
    try:
        _LIMIT(websocket)
        frame = await connection.receive_object(websocket)
        after = connection.cursor_of(frame)
        token = visitors.read_token(str(frame.get("visitor_token") or "")[:300])
        await _serve(websocket, deps, token, after)
    except ClosedError as exc:
        await websocket.close(exc.close_code)
    except (TooManyStreamsError, RateLimitedError):
        await websocket.close(connection.TOO_MANY)
    except ForbiddenError as exc:
        await websocket.close(connection.UNAUTHENTICATED if exc.status == 401 else connection.FORBIDDEN)
    except KaitakError:
        await websocket.close(connection.UNAUTHENTICATED)
    except (WebSocketDisconnect, RuntimeError):
        return


async def _serve(websocket: WebSocket, deps: Deps, token: VisitorToken, after: int | None) -> None:
    account_id, contact_inbox_id = await _admit(websocket, deps, token)
    audience, hub = Visitor(contact_inbox_id), deps.get(Hub)

    async def recheck() -> bool:
        return await _still_admitted(deps, token, contact_inbox_id)

    async with hub.subscribe(account_id, audience, most=MOST_STREAMS) as subscription:
        first = await backlog(deps, hub, account_id, audience, after)
        await connection.serve(websocket, subscription, first=first, recheck=recheck)


async def _admit(websocket: WebSocket, deps: Deps, token: VisitorToken) -> tuple[AccountId, int]:
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        _, settings = await visitors.get_inbox(session, visitor)
        visitors.require_origin(settings, websocket.headers.get("origin"), deps)
        address = await visitors.get_address(session, visitor)
        return visitor.account_id, address.id


async def _still_admitted(deps: Deps, token: VisitorToken, contact_inbox_id: int) -> bool:
    """The token may have been given up, or moved to another address by a new identity."""
    async with deps.database.transaction() as session:
        try:
            visitor = await visitors.find_visitor(session, token)
        except KaitakError:
            return False
        return visitor.contact_inbox_id == contact_inbox_id
