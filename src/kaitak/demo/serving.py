"""Owns the serving of the demo's small programs: one line on stdout when a server accepts, so that others can wait."""

from __future__ import annotations

import socket
import threading
from typing import TextIO

import uvicorn

READY = "listening on "


class Announced(uvicorn.Server):
    """A uvicorn server that says where it listens, once it does."""

    def __init__(self, config: uvicorn.Config, out: TextIO) -> None:
        super().__init__(config)
        self._out = out

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started and self.servers:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._out.write(f"{READY}http://{host}:{port}\n")
            self._out.flush()


def end_with_parent(stdin: TextIO, server: Announced) -> None:
    """End a server when the pipe from its parent closes: the parent has gone, even if by SIGKILL."""

    def watch() -> None:
        while stdin.readline():
            pass
        server.should_exit = True

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
