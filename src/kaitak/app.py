"""Mounts every slice's routes on one application (composition root, no logic)."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kaitak.accounts import endpoints as account_endpoints
from kaitak.api import edge, health, openapi, static
from kaitak.api.deps import Deps
from kaitak.bot import endpoints as language_model_endpoints
from kaitak.bot import pack_endpoints
from kaitak.business import endpoints as business_endpoints
from kaitak.channels import connecting_endpoints
from kaitak.channels import endpoints as channel_endpoints
from kaitak.contacts import attribute_endpoints, import_endpoints
from kaitak.conversations import (
    act_endpoints,
    app_endpoints,
    app_stream,
    attachment_endpoints,
    beginning_endpoints,
    call_log_endpoints,
    catalog_endpoints,
    company_endpoints,
    consent_endpoints,
    contact_endpoints,
    delivery_endpoints,
    endpoints,
    failure_endpoints,
    identity_endpoints,
    ledger_endpoints,
    original_endpoints,
    person_endpoints,
    search_endpoints,
    segment_endpoints,
    stream_endpoints,
    webhooks,
    widget_endpoints,
    widget_stream,
)
from kaitak.conversations import business_endpoints as customer_endpoints
from kaitak.conversations.webhooks import WebhookDoor
from kaitak.knowledge import crawl_endpoints, curating_endpoints, help_centre_endpoints, help_centre_settings
from kaitak.knowledge import endpoints as knowledge_endpoints
from kaitak.knowledge import import_endpoints as knowledge_import_endpoints
from kaitak.learning import endpoints as model_endpoints
from kaitak.learning import example_endpoints
from kaitak.surveys import endpoints as survey_endpoints

MODULES = (  # routes are tried in this order, so what the workbench asks for all the time stands first
    health,
    endpoints,
    search_endpoints,
    account_endpoints,
    channel_endpoints,
    connecting_endpoints,
    attribute_endpoints,
    import_endpoints,
    business_endpoints,
    act_endpoints,
    customer_endpoints,
    segment_endpoints,  # before the contacts: `contacts/export` is no contact's number
    company_endpoints,
    contact_endpoints,
    beginning_endpoints,
    identity_endpoints,
    person_endpoints,
    consent_endpoints,
    catalog_endpoints,
    attachment_endpoints,
    original_endpoints,
    delivery_endpoints,
    ledger_endpoints,
    failure_endpoints,
    call_log_endpoints,
    stream_endpoints,
    widget_endpoints,
    widget_stream,
    app_endpoints,
    app_stream,
    survey_endpoints,
    model_endpoints,
    example_endpoints,
    language_model_endpoints,
    pack_endpoints,
    knowledge_endpoints,
    knowledge_import_endpoints,
    curating_endpoints,
    crawl_endpoints,
    help_centre_settings,
    help_centre_endpoints,
    static,  # last: it answers what nobody else did
)


def create_app(deps: Deps, *, upload_bytes: int) -> FastAPI:
    """The web application; `upload_bytes` is the largest attachment.

    The routers' own routes are mounted as they are: `include_router` would make each anew at its first request.
    """
    app = FastAPI(title="Kaitak", docs_url=None, redoc_url=None)
    app.router.routes.append(Route(webhooks.PATH, _hook, methods=["GET", "POST"], include_in_schema=False))
    for module in MODULES:
        app.router.routes.extend(module.router.routes)
    openapi.install(app)
    edge.install(app, deps, upload_bytes=upload_bytes)
    return app


async def _hook(request: Request) -> Response:
    deps: Deps = request.app.state.deps
    return await deps.get(WebhookDoor).answer(request)
