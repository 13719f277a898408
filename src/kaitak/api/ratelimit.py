"""Owns rate limits in this process's memory: token buckets by key, for public routes; forgotten keys start full."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import HTTPConnection

from kaitak.api.deps import get_deps
from kaitak.core.errors import RateLimitedError


class TooManyRequestsError(RateLimitedError):
    """This address sends more than the route takes; `retry_after` says when to come back."""

    code = "too_many_requests"


@dataclass(slots=True)
class _Level:
    tokens: float
    at: float


class Buckets:
    """One bucket per key: `burst` at once, `per_minute` in the long run; the keys longest unseen are forgotten."""

    def __init__(self, *, per_minute: float, burst: int, most_keys: int = 50_000) -> None:
        self.per_second = per_minute / 60
        self.burst = burst
        self.most_keys = most_keys
        self._levels: OrderedDict[str, _Level] = OrderedDict()

    def take(self, key: str, at: float) -> None:
        """Take one token at a moment of the monotonic clock, or raise with the time until there is one."""
        level = self._levels.pop(key, None) or _Level(float(self.burst), at)
        level.tokens = min(self.burst, level.tokens + (at - level.at) * self.per_second)
        level.at = at
        self._levels[key] = level
        if len(self._levels) > self.most_keys:
            self._levels.popitem(last=False)
        if level.tokens < 1:
            raise TooManyRequestsError(retry_after=timedelta(seconds=(1 - level.tokens) / self.per_second))
        level.tokens -= 1


class AddressLimit:
    """A dependency that limits a group of routes by the caller's address: `Depends(AddressLimit("widget", …))`."""

    def __init__(self, name: str, *, per_minute: float, burst: int) -> None:
        self.name = name
        self.per_minute = per_minute
        self.burst = burst

    async def __call__(self, connection: HTTPConnection) -> None:
        self.take(connection)

    def take(self, connection: HTTPConnection) -> None:
        """The same for a WebSocket, which is told why it is closed."""
        limits = get_deps(connection).limits
        buckets = limits.get(self.name)
        if not isinstance(buckets, Buckets):
            buckets = limits[self.name] = Buckets(per_minute=self.per_minute, burst=self.burst)
        buckets.take(network_of(address_of(connection)), time.monotonic())


def address_of(connection: HTTPConnection) -> str:
    """The caller's address as the server believes it (uvicorn applies the trusted proxies), or "" if unknown."""
    return connection.client.host if connection.client else ""


def network_of(address: str) -> str:
    """What one caller can change at will counts as one: an IPv6 address stands for its /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed)
