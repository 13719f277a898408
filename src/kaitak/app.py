"""Mounts every slice's routes on one application (composition root, no logic)."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kaitak.accounts import endpoints as accounts
from kaitak.api import edge, health, static
from kaitak.api.deps import Deps
from kaitak.conversations import webhooks
from kaitak.conversations.webhooks import WebhookDoor

ROUTERS = (health.router, accounts.router)


def create_app(deps: Deps, *, upload_bytes: int) -> FastAPI:
    """The web application; `upload_bytes` is the largest attachment."""
    app = FastAPI(title="Kaitak", docs_url=None, redoc_url=None)
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.append(Route(webhooks.PATH, _hook, methods=["GET", "POST"], include_in_schema=False))
    app.include_router(static.router)  # last: its icons and such match any one name under /
    edge.install(app, deps, upload_bytes=upload_bytes)
    return app


async def _hook(request: Request) -> Response:
    deps: Deps = request.app.state.deps
    return await deps.get(WebhookDoor).answer(request)
