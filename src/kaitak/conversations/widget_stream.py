"""The widget's live stream: the visitor's token travels in the first frame, never in the address."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket

from kaitak.api.deps import Deps, get_deps
from kaitak.api.ratelimit import AddressLimit
from kaitak.conversations import visitor_stream, visitors
from kaitak.conversations.visitors import VisitorToken
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId
from kaitak.realtime import connection

router = APIRouter(prefix="/public/api/v1/widget", tags=["widget"])
_LIMIT = AddressLimit("widget.stream", per_minute=60, burst=60)


@router.websocket("/stream")
async def stream(websocket: WebSocket) -> None:
    """What concerns this customer, as it happens."""
    deps = get_deps(websocket)
    await websocket.accept()
    async with visitor_stream.closing(websocket):
        _LIMIT.take(websocket)
        frame = await connection.receive_object(websocket)
        after = connection.cursor_of(frame)
        token = visitors.read_token(str(frame.get("visitor_token") or "")[:300])
        account_id, contact_inbox_id = await _admit(websocket, deps, token)

        async def recheck() -> bool:
            return await _still_admitted(deps, token, contact_inbox_id)

        await visitor_stream.serve(websocket, deps, account_id, contact_inbox_id, after=after, recheck=recheck)


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
