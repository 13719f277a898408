"""A web site on loopback for tests of the crawler: pages by path, changed while it runs; it notes what was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class Page:
    """What the site answers at a path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass(slots=True)
class LoopbackSite:
    """A running site."""

    port: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, words: str, *links: str) -> None:
        """A page in the frame that all pages share."""
        led = "".join(f'<a href="{link}">x</a>' for link in links)
        text = f"<title>站</title><header>選單 {led}</header><main>{words}</main><footer>版權</footer>"
        self.pages[path] = Page(text.encode())

    def put_redirect(self, path: str, location: str) -> None:
        self.pages[path] = Page(status=302, headers={"Location": location})


@contextmanager
def serving() -> Iterator[LoopbackSite]:
    """A site on a free port for the length of a block."""
    site = LoopbackSite()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            page = site.pages.get(self.path, Page(b"no", 404))
            etag = f'"{sha256(page.body).hexdigest()[:16]}"'
            is_known = page.status == 200 and self.headers.get("If-None-Match") == etag
            site.unchanged += is_known
            self.send_response(304 if is_known else page.status)
            for name, value in {"ETag": etag, **page.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0" if is_known else str(len(page.body)))
            self.end_headers()
            if not is_known:
                self.wfile.write(page.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server calls it so
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
