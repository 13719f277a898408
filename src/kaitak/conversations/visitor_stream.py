"""Owns the live stream of somebody who writes by the widget or the app: who is let in, and what closes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import WebSocket, WebSocketDisconnect

from kaitak.api.deps import Deps
from kaitak.conversations.stream_endpoints import backlog
from kaitak.core.errors import ForbiddenError, KaitakError, RateLimitedError
from kaitak.core.ids import AccountId
from kaitak.realtime import connection
from kaitak.realtime.connection import ClosedError
from kaitak.realtime.frames import Visitor
from kaitak.realtime.hub import Hub, TooManyStreamsError

MOST_STREAMS = 6


@asynccontextmanager
async def closing(websocket: WebSocket) -> AsyncIterator[None]:
    """Close with the code that says why; a connection that is gone needs none."""
    try:
        yield
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


async def serve(
    websocket: WebSocket,
    deps: Deps,
    account_id: AccountId,
    contact_inbox_id: int,
    *,
    after: int | None,
    recheck: Callable[[], Awaitable[bool]],
) -> None:
    """What concerns this address from `after` on, as long as `recheck` lets it."""
    audience, hub = Visitor(contact_inbox_id), deps.get(Hub)
    async with hub.subscribe(account_id, audience, most=MOST_STREAMS) as subscription:
        first = await backlog(deps, hub, account_id, audience, after)
        await connection.serve(websocket, subscription, first=first, recheck=recheck)
