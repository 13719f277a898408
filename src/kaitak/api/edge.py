"""Owns the order of the layers around the routes; the hot webhook path goes past all but the last resort."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from kaitak.api import openapi, problems
from kaitak.api.bodies import BodyLimit
from kaitak.api.cors import PUBLIC_PREFIX, PublicCors
from kaitak.api.csrf import CsrfGuard
from kaitak.api.deps import Deps
from kaitak.api.headers import SecurityHeaders
from kaitak.api.request_log import HOOKS_PREFIX, HookEdge, RequestLog


class Edge:
    """Chooses the layers by the path: webhooks, the public API of visitors, everything for people who sign in."""

    def __init__(self, app: ASGIApp, *, deps: Deps, upload_bytes: int) -> None:
        is_https = deps.public_url.startswith("https://")

        def wrapped(inner: ASGIApp) -> ASGIApp:
            logged = RequestLog(BodyLimit(inner, upload_bytes=upload_bytes))
            return SecurityHeaders(PublicCors(logged), is_https=is_https)

        self.hooks = HookEdge(app)
        self.public = wrapped(app)
        self.private = wrapped(CsrfGuard(app, keyring=deps.keyring, public_url=deps.public_url))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith(HOOKS_PREFIX) and scope["type"] == "http":
            await self.hooks(scope, receive, send)
        elif path.startswith(PUBLIC_PREFIX):
            await self.public(scope, receive, send)
        else:
            await self.private(scope, receive, send)


def install(app: FastAPI, deps: Deps, *, upload_bytes: int) -> None:
    """Put the layers around an application and give it its Deps; call once, after its routes are mounted or before."""
    app.state.deps = deps
    problems.install(app)
    openapi.install(app)
    app.add_middleware(Edge, deps=deps, upload_bytes=upload_bytes)
