"""Owns outgoing HTTP: the one client through which the program calls others, closed towards private networks."""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_address
from types import SimpleNamespace, TracebackType
from typing import Self

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from kaitak.core.addresses import AllowList, first_refused
from kaitak.core.errors import InvalidError, UnavailableError

Resolve = Callable[[str, int], Awaitable[list[str]]]
DEFAULT_TIMEOUT = timedelta(seconds=10)
DEFAULT_MAX_BYTES = 4 * 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SENSITIVE = frozenset({"authorization", "cookie", "proxy-authorization", "api_access_token"})


class BlockedAddressError(InvalidError):
    """The address is not on the public Internet and the operator has not opened it."""

    code = "address_blocked"


class UrlInvalidError(InvalidError):
    """Not an http or https address that we can call."""

    code = "url_invalid"


class HttpError(UnavailableError):
    """A call failed. `sent` says whether the other side may have received and acted on the request."""

    code = "http_failed"

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message, sent=sent)
        self.sent = sent


class HttpTimeoutError(HttpError):
    """No answer in time."""

    code = "http_timeout"


class HttpConnectError(HttpError):
    """No connection: name unknown, refused, or TLS failed. Nothing was sent."""

    code = "http_connect"


class HttpBrokenError(HttpError):
    """The connection broke, or what came back is not HTTP."""

    code = "http_broken"


class HttpTooLargeError(HttpError):
    """The answer is larger than the caller accepts."""

    code = "http_too_large"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def json(self) -> object:
        """The body as JSON; raises HttpBrokenError if it is not."""
        try:
            parsed: object = orjson.loads(self.body)
        except orjson.JSONDecodeError as exc:
            raise HttpBrokenError("the answer is not JSON", sent=True) from exc
        return parsed


class OutgoingHttp:
    """A pooled keep-alive client. Opens nothing before the first request; `close` ends its connections."""

    def __init__(
        self,
        *,
        allow: AllowList | None = None,
        user_agent: str = "Kaitak",
        resolve: Resolve | None = None,
        connections: int = 100,
    ) -> None:
        self._allow = allow or AllowList()
        self._user_agent = user_agent
        self._resolver = _GuardedResolver(self._allow, resolve or _resolve_by_system)
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: timedelta = DEFAULT_TIMEOUT,  # noqa: ASYNC109 (a budget for the whole call, not a cancel scope)
        max_bytes: int = DEFAULT_MAX_BYTES,
        max_redirects: int = 0,
    ) -> HttpReply:
        """Call and read the whole answer within `timeout`. A redirect is an answer unless `max_redirects` is given."""
        deadline = asyncio.get_running_loop().time() + timeout.total_seconds()
        target, sent_headers = _checked_url(url), dict(headers or {})
        for left in range(max_redirects, -1, -1):
            self._check_literal(target)
            remaining = deadline - asyncio.get_running_loop().time()
            reply = await self._exchange(
                method, target, headers=sent_headers, body=body, remaining=remaining, max_bytes=max_bytes
            )
            if left == 0 or reply.status not in _REDIRECTS or "Location" not in reply.headers:
                return reply
            following = _checked_url(str(target.join(URL(reply.headers["Location"]))))
            if following.origin() != target.origin():
                sent_headers = {name: value for name, value in sent_headers.items() if name.lower() not in _SENSITIVE}
            if reply.status == 303 or (reply.status in {301, 302} and method == "POST"):
                method, body = "GET", None
            target = following
        raise AssertionError("unreachable")

    async def checked_address(self, host: str, port: int) -> str:
        """An address of this name that may be reached, for who speaks another protocol than HTTP."""
        found = await self._resolver.resolve(host, port, socket.AF_UNSPEC)
        if not found:
            raise UrlInvalidError("this name has no address")
        return found[0]["host"]

    async def close(self) -> None:
        """End all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _check_literal(self, url: URL) -> None:
        """Addresses written as numbers never reach the resolver, so they are checked here."""
        host, port = url.host or "", url.port or 0
        try:
            ip_address(host.partition("%")[0])
        except ValueError:
            return
        if first_refused(host, port, [host], self._allow) is not None:
            raise BlockedAddressError(f"{host} is a private address", host=host)

    async def _exchange(
        self, method: str, url: URL, *, headers: dict[str, str], body: bytes | None, remaining: float, max_bytes: int
    ) -> HttpReply:
        progress = SimpleNamespace(sent=False)
        limits = aiohttp.ClientTimeout(total=max(remaining, 0.001), sock_connect=max(min(remaining, 5.0), 0.001))
        try:
            async with self._open().request(
                method,
                url,
                headers={"Accept-Encoding": "identity", "User-Agent": self._user_agent, **headers},
                data=body,
                timeout=limits,
                allow_redirects=False,
                trace_request_ctx=progress,
            ) as response:
                return HttpReply(response.status, response.headers.copy(), await _read(response, max_bytes))
        except BlockedAddressError:
            raise
        except TimeoutError as exc:
            raise HttpTimeoutError(f"no answer from {url.host} in time", sent=progress.sent) from exc
        except aiohttp.ClientConnectorError as exc:
            raise HttpConnectError(f"no connection to {url.host}: {exc.strerror or exc.os_error}", sent=False) from exc
        except (aiohttp.InvalidURL, ValueError) as exc:
            raise UrlInvalidError("the address or a header cannot be sent") from exc
        except (aiohttp.ClientError, OSError) as exc:
            raise HttpBrokenError(f"the talk with {url.host} broke: {type(exc).__name__}", sent=progress.sent) from exc

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_note_sent)
            connector = aiohttp.TCPConnector(
                resolver=self._resolver, limit=self._connections, ttl_dns_cache=30, keepalive_timeout=15
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                trace_configs=[trace],
                skip_auto_headers=("Content-Type",),
            )
        return self._session


class _GuardedResolver(AbstractResolver):
    """Gives aiohttp only addresses that may be reached; it connects to exactly these, with no second look-up."""

    def __init__(self, allow: AllowList, resolve: Resolve) -> None:
        self._allow = allow
        self._resolve = resolve

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The checked addresses of a name."""
        found = await self._resolve(host, port)
        refused = first_refused(host, port, found, self._allow)
        if refused is not None:
            raise BlockedAddressError(f"{host} resolves to {refused}, a private address", host=host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in found
            if family in (socket.AF_UNSPEC, socket.AF_INET6 if ":" in address else socket.AF_INET)
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def _resolve_by_system(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _note_sent(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    context.trace_request_ctx.sent = True


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    if (response.content_length or 0) > max_bytes:
        response.close()
        raise HttpTooLargeError(f"the answer has {response.content_length} bytes, {max_bytes} are accepted", sent=True)
    unpack = _unpacker(response, max_bytes)
    parts: list[bytes] = []
    size = 0
    async for packed in response.content.iter_any():
        part = unpack(packed)
        size += len(part)
        if size > max_bytes:
            response.close()
            raise HttpTooLargeError(f"the answer has more than {max_bytes} bytes", sent=True)
        parts.append(part)
    return b"".join(parts)


def _unpacker(response: aiohttp.ClientResponse, max_bytes: int) -> Callable[[bytes], bytes]:
    """What makes bytes of the answer plain: gzip only where the caller's own header asked for it."""
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding == "identity":
        return bytes
    if encoding != "gzip" or "gzip" not in response.request_info.headers.get("Accept-Encoding", ""):
        response.close()
        raise HttpBrokenError("the answer is compressed though we asked for none", sent=True)
    inflating = zlib.decompressobj(wbits=31)

    def inflate(packed: bytes) -> bytes:
        try:
            return inflating.decompress(packed, max_bytes + 1)
        except zlib.error:
            response.close()
            raise HttpBrokenError("the answer is said to be gzip and is not", sent=True) from None

    return inflate


@lru_cache(maxsize=1024)
def _checked_url(text: str) -> URL:
    try:
        url = URL(text)
        port = url.port
    except ValueError as exc:
        raise UrlInvalidError("this is not an address") from exc
    if url.scheme not in {"http", "https"} or not url.host or not port:
        raise UrlInvalidError("only http:// and https:// addresses can be called")
    if url.user is not None or url.password is not None:
        raise UrlInvalidError("an address must not hold a user name or password")
    return url
