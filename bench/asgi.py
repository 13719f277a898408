"""Asks an application in its own process, without a socket and without an HTTP client whose work would be counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Message, Scope

_HOST = ("127.0.0.1", 8000)


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    parts: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.parts)


@dataclass(frozen=True)
class Browser:
    """Somebody who is signed in; a request reaches the application as uvicorn would hand it over."""

    app: ASGIApp
    cookie: str

    async def get(self, path: str) -> Answer:
        """The answer to a GET."""
        answer = Answer()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
            elif message["type"] == "http.response.body":
                answer.parts.append(message.get("body", b""))

        await self.app(self._scope(path), receive, send)
        return answer

    def _scope(self, path: str) -> Scope:
        where, _, query = path.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": unquote(where),
            "raw_path": where.encode(),
            "query_string": quote(query, safe="=&%+").encode(),
            "root_path": "",
            "headers": [
                (b"host", b"bench.test"),
                (b"accept", b"application/json"),
                (b"user-agent", b"bench"),
                (b"cookie", self.cookie.encode()),
            ],
            "client": _HOST,
            "server": _HOST,
            "state": {},
        }
