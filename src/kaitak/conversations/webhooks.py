"""Owns the webhook door: challenge, verify, parse, store, acknowledge; a bare route: every message passes it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from time import monotonic

from psycopg.rows import TupleRow
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kaitak.api import problems
from kaitak.api.request_log import HookEdge
from kaitak.channels.contract import RawReply, RawRequest, webhook_of
from kaitak.channels.live import LiveConnectors
from kaitak.conversations import fetching
from kaitak.conversations.call_log import CallLog
from kaitak.conversations.inbound import Door
from kaitak.conversations.road import Road
from kaitak.core.errors import KaitakError, NotFoundError, TooLargeError
from kaitak.db.session import Database

_log = logging.getLogger(__name__)
PATH = "/v1/hooks/{channel}/{identifier}"
_HOOK = re.compile(r"/v1/hooks/(?P<channel>[a-z_]+)/(?P<identifier>[A-Za-z0-9_-]+)")
FRESH = timedelta(seconds=5)
KEPT = 5_000


class InboxUnknownError(NotFoundError):
    """No inbox of this channel has this address."""

    code = "inbox_unknown"


class BodyTooLargeError(TooLargeError):
    """The call is larger than this channel's calls may be."""

    code = "body_too_large"


class WebhookDoor:
    """Turns webhook calls into stored events. Inboxes are looked up at most every few seconds."""

    def __init__(
        self, road: Road, door: Door, connectors: LiveConnectors, database: Database, log: CallLog, *, public_url: str
    ) -> None:
        self._road = road
        self._log = log
        self._public_url = public_url
        self._database = database
        self._door = door
        self._connectors = connectors
        self._inboxes: dict[str, tuple[float, TupleRow | None]] = {}

    async def answer(self, request: Request) -> Response:
        """The whole call; errors are rendered as problems by the application."""
        channel = request.path_params["channel"]
        row = await self._inbox(request.path_params["identifier"])
        if row is None or row[2] != channel:
            raise InboxUnknownError("no such inbox")
        account_id, inbox_id, _, sealed, settle, version, _ = row
        connector = self._connectors.make(account_id, inbox_id, channel, sealed, version)
        raw: RawRequest | None = None
        try:
            webhook = webhook_of(connector)
            body = await read_limited(request, webhook.max_body)
            headers, query = dict(request.headers), dict(request.query_params)
            raw = RawRequest(request.method, headers, query, body, self._url(request))
            challenge = webhook.challenge(raw)
            if challenge is not None:
                return _response(challenge)
            webhook.verify(raw)
            events = webhook.parse(raw)
        except KaitakError as exc:
            self._log.refused(account_id, inbox_id, exc, raw)
            raise
        self._log.parsed(account_id, inbox_id, raw, events)
        await self._door.accept(account_id, inbox_id, channel, settle, events)
        await fetching.order(self._database, account_id, inbox_id, events)
        return _response(webhook.ack)

    def _url(self, request: Request) -> str:
        """What the platform called: it knows our public address, whatever proxy stands before us."""
        query = request.url.query
        return f"{self._public_url}{request.url.path}" + (f"?{query}" if query else "")

    async def _inbox(self, identifier: str) -> TupleRow | None:
        now = monotonic()
        known = self._inboxes.get(identifier)
        if known is not None and now - known[0] < FRESH.total_seconds():
            return known[1]
        row = await self._road.find_inbox(identifier) if len(identifier) <= 100 else None
        if len(self._inboxes) >= KEPT:
            self._inboxes.clear()
        self._inboxes[identifier] = (now, row)
        return row


async def read_limited(request: Request, limit: int) -> bytes:
    """The body, refused as soon as it is known to be larger than `limit` bytes."""
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or len(length) > 12 or int(length) > limit:
        raise BodyTooLargeError(f"at most {limit} bytes", limit=limit)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise BodyTooLargeError(f"at most {limit} bytes", limit=limit)
        parts.append(part)
    return b"".join(parts)


def _response(reply: RawReply) -> Response:
    return Response(reply.body, reply.status, media_type=reply.media_type)


class HookFirst:
    """Answers webhook calls before the web framework sees them: its layers cost as much as the rest of the door."""

    def __init__(self, app: ASGIApp, door: WebhookDoor) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = _HOOK.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if match is None or scope["method"] not in ("GET", "POST"):
            await self._app(scope, receive, send)
            return
        scope["path_params"] = match.groupdict()
        await HookEdge(self._answer)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._door.answer(Request(scope, receive))
        except ClientDisconnect:  # before its body was here: nothing to store, nobody to answer; it comes again
            return
        except KaitakError as exc:
            if exc.status >= 500:
                _log.error("a webhook call failed: %s", exc.code, exc_info=exc)
            answer = problems.respond(exc, scope)
        await answer(scope, receive, send)
