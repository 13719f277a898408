"""The app's live stream: the signed identity travels in the first frame, never in the address."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket

from kaitak.api.deps import Deps, get_deps
from kaitak.api.ratelimit import AddressLimit
from kaitak.conversations import app_users, visitor_stream, visitors
from kaitak.conversations.app_users import AppCall, UserLimit
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId
from kaitak.realtime import connection

router = APIRouter(prefix="/public/api/v1/app/{app}", tags=["app"])
_ADDRESS = AddressLimit("app.stream.address", per_minute=600, burst=300)
_OPENINGS = UserLimit("app.stream", per_minute=30, burst=30)


@router.websocket("/stream")
async def stream(websocket: WebSocket, app: str) -> None:
    """What concerns this user, as it happens; `after` of the first frame says from where."""
    deps = get_deps(websocket)
    await websocket.accept()
    async with visitor_stream.closing(websocket):
        _ADDRESS.take(websocket)
        frame = await connection.receive_object(websocket)
        after = connection.cursor_of(frame)
        call = AppCall(app[:100], str(frame.get("token") or ""))
        account_id, contact_inbox_id = await _admit(websocket, deps, call)

        async def recheck() -> bool:
            return await _is_admitted(deps, call, contact_inbox_id)

        await visitor_stream.serve(websocket, deps, account_id, contact_inbox_id, after=after, recheck=recheck)


async def _admit(websocket: WebSocket, deps: Deps, call: AppCall) -> tuple[AccountId, int]:
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        _OPENINGS.take(deps, found)
        visitors.require_origin(found.settings, websocket.headers.get("origin"), deps)
        address = await app_users.get_address(session, found)
        return found.account_id, address.id


async def _is_admitted(deps: Deps, call: AppCall, contact_inbox_id: int) -> bool:
    """The token may have run out, or the inbox may have a new secret."""
    async with deps.database.transaction() as session:
        try:
            found = await app_users.find_user(session, deps, call)
        except KaitakError:
            return False
        return found.address is not None and found.address.id == contact_inbox_id
