"""Owns how large a request's body may be: a limit by the kind of route, counted as the bytes come in."""

from __future__ import annotations

from collections.abc import AsyncIterable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kaitak.api import problems
from kaitak.core.errors import TooLargeError

KIB = 1024
JSON_BYTES = 1024 * KIB
PUBLIC_BYTES = 256 * KIB
_MULTIPART_OVERHEAD = 64 * KIB


class BodyTooLargeError(TooLargeError):
    """The body of the request is larger than `limit` bytes."""

    code = "request_too_large"


class BodyLimit:
    """Refuses bodies that say they are too large, and stops reading those that turn out to be."""

    def __init__(self, app: ASGIApp, *, upload_bytes: int) -> None:
        self.app = app
        self.upload_bytes = upload_bytes + _MULTIPART_OVERHEAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await problems.respond(BodyTooLargeError(limit=limit), scope)(scope, receive, send)
            return
        await self.app(scope, _counted(receive, limit), send)

    def limit_of(self, path: str) -> int:
        """The largest body that a path takes."""
        if path.endswith(("/attachments", "/knowledge/import", "/contact_imports")):
            return self.upload_bytes
        return PUBLIC_BYTES if path.startswith("/public/") else JSON_BYTES


async def read_limited(chunks: AsyncIterable[bytes], limit: int) -> bytes:
    """A whole body (`request.stream()`) of at most `limit` bytes, for routes that this middleware does not guard."""
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BodyTooLargeError(limit=limit)
        parts.append(chunk)
    return b"".join(parts)


def _counted(receive: Receive, limit: int) -> Receive:
    size = 0

    async def receive_counted() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > limit:
                raise HTTPException(413)  # the only class that FastAPI lets pass while it reads a body
        return message

    return receive_counted
