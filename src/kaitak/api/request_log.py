"""Owns the edge of every request: its id, its one log line and measurement, and the answer to an unexpected error.

A log line names the route's template and ids from it; never the path itself (links carry tokens), query or body.
"""

from __future__ import annotations

import re
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kaitak.api import problems
from kaitak.api.principals import Caller, Principal
from kaitak.core import logging, metrics

HOOKS_PREFIX = "/v1/hooks/"
_FOREIGN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_LOGGED_PARAMETERS = ("account_id", "conversation_id", "contact_id", "inbox_id", "message_id", "user_id", "team_id")
_log = structlog.get_logger(__name__)


class RequestLog:
    """What happens inside is answered, measured and told once; only headers are added further out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _take_over_id(scope)
        logging.forget()
        logging.bind(request_id=problems.request_id(scope))
        started_at = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = problems.request_id(scope)
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:  # the request loop: logged once, answered without a word about the inside
            _report(scope)
            if status:
                raise
            await _last_resort(scope, receive, send_with_id)
        finally:
            _tell(scope, status, time.perf_counter() - started_at)


class HookEdge:
    """The same promise on the hot road, at the price of one closure: nothing is measured or logged unless it fails."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_started = False

        async def send_noted(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except Exception:  # the request loop, as above
            _report(scope)
            if is_started:
                raise
            await _last_resort(scope, receive, send)


def _take_over_id(scope: Scope) -> None:
    given = Headers(scope=scope).get("x-request-id")
    if given and _FOREIGN_ID.fullmatch(given):
        problems.set_request_id(scope, given)


def _report(scope: Scope) -> None:
    metrics.ERRORS.labels("request").inc()
    _log.exception("unexpected error", request_id=problems.request_id(scope), route=_route_of(scope))


async def _last_resort(scope: Scope, receive: Receive, send: Send) -> None:
    answer = problems.render(500, "internal", "something is wrong on our side", scope)
    await answer(scope, receive, send)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    route, method = _route_of(scope), scope["method"] if scope["method"] in _METHODS else "OTHER"
    metrics.HTTP_REQUESTS.labels(method, route, str(status)).inc()
    metrics.HTTP_SECONDS.labels(route).observe(seconds)
    if route in _QUIET and status < 400:
        return
    parameters = scope.get("path_params", {})
    ids = {name: str(parameters[name]) for name in _LOGGED_PARAMETERS if name in parameters}
    caller = scope.get("state", {}).get("principal") or scope.get("state", {}).get("caller")
    if isinstance(caller, (Principal, Caller)):
        ids["caller_id"] = str(caller.user_id)
    _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1), **ids)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _route_of(scope: Scope) -> str:
    """The template of the route, or a fixed word: a path that nobody knows must not become a label."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "unmatched"
