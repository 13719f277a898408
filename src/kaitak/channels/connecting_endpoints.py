"""Asking a platform something for a person: does it accept this set-up, our address there, which templates it has.

No transaction is open while a platform is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from kaitak.accounts import audit
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import LARGEST_ID, require_alone
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.channels import configuring, live, queries
from kaitak.channels.contract import Connector, OffersTemplates, RegistersWebhook, ReportsQuota
from kaitak.channels.errors import (
    ChannelRefusesError,
    ConfigInvalidError,
    ConnectorError,
    InboxNotFoundError,
    NotOfThisChannelError,
)
from kaitak.channels.live import LiveConnectors
from kaitak.channels.models import Inbox
from kaitak.channels.registry import ChannelUnknownError
from kaitak.channels.schemas import InboxTrial, InboxTried, QuotaView, TemplateList, TemplateView
from kaitak.core.ids import InboxId

router = APIRouter(prefix="/api/v1/accounts/{account_id}/inboxes", tags=["inboxes"])
ManagerDep = Annotated[Principal, Depends(require_alone(Permission.MANAGE_INBOXES))]
ReaderDep = Annotated[Principal, Depends(require_alone(Permission.READ_INBOXES))]
InboxPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.post(
    "/check",
    response_model=InboxTried,
    responses=problems(ChannelUnknownError, ConfigInvalidError, InboxNotFoundError, ChannelRefusesError),
)
async def check_inbox(principal: ManagerDep, deps: DepsDep, body: InboxTrial) -> InboxTried:
    """Try a set-up at its platform; nothing is saved."""
    present = None
    if body.inbox_id is not None:
        inbox = await _inbox(deps, principal, body.inbox_id)
        present = live.unseal(deps.keyring, principal.account_id, inbox.channel, inbox.config_encrypted)
    config = configuring.make(body.channel, body.config, present).config
    connector = deps.get(LiveConnectors).trial(body.channel, config)
    with _as_refusal():
        return InboxTried(account_name=await connector.check())


@router.post(
    "/{inbox_id}/register",
    status_code=204,
    responses=problems(InboxNotFoundError, NotOfThisChannelError, ChannelRefusesError),
)
async def register_webhook(principal: ManagerDep, request: Request, deps: DepsDep, inbox_id: InboxPath) -> Response:
    """Tell the platform our address, where it can be told."""
    inbox = await _inbox(deps, principal, inbox_id)
    connector = _connector(deps, principal, inbox)
    if not isinstance(connector, RegistersWebhook):
        raise NotOfThisChannelError("type the address at this platform")
    with _as_refusal():
        await connector.register(f"{deps.public_url}/v1/hooks/{inbox.channel}/{inbox.identifier}")
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        actor = audit.actor_of(request, principal)
        details: dict[str, audit.Detail] = {"name": inbox.name, "channel": inbox.channel}
        await audit.record(session, actor, "inbox.registered", target_type="inbox", target_id=inbox.id, details=details)
    return Response(status_code=204)


@router.get(
    "/{inbox_id}/templates",
    response_model=TemplateList,
    responses=problems(InboxNotFoundError, NotOfThisChannelError, ChannelRefusesError),
)
async def list_templates(principal: ReaderDep, deps: DepsDep, inbox_id: InboxPath) -> TemplateList:
    """The templates that may be sent when the time for free answers is over."""
    connector = _connector(deps, principal, await _inbox(deps, principal, inbox_id))
    if not isinstance(connector, OffersTemplates):
        raise NotOfThisChannelError("this channel has no templates")
    with _as_refusal():
        offers = await connector.templates()
    shown = [
        TemplateView(name=each.name, language=each.language, body=each.body, parameters=each.parameters)
        for each in offers
    ]
    return TemplateList(payload=shown)


@router.get(
    "/{inbox_id}/quota",
    response_model=QuotaView,
    responses=problems(InboxNotFoundError, NotOfThisChannelError, ChannelRefusesError),
)
async def show_quota(principal: ReaderDep, deps: DepsDep, inbox_id: InboxPath) -> QuotaView:
    """What is left of the account's messages, where the platform says so."""
    connector = _connector(deps, principal, await _inbox(deps, principal, inbox_id))
    if not isinstance(connector, ReportsQuota):
        raise NotOfThisChannelError("this platform counts nothing")
    with _as_refusal():
        found = await connector.quota()
    return QuotaView(used=found.used, limit=found.limit)


@contextmanager
def _as_refusal() -> Iterator[None]:
    """What goes wrong at the platform, as the caller is told it."""
    try:
        yield
    except ConnectorError as exc:
        raise ChannelRefusesError(exc.message, reason=exc.code) from exc


async def _inbox(deps: Deps, principal: Principal, inbox_id: int) -> Inbox:
    """An inbox that the caller works with."""
    member = None if principal.can(Permission.ALL_CONVERSATIONS) else principal.user_id
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        for inbox in await queries.list_inboxes(session, principal.account_id, member=member):
            if inbox.id == inbox_id:
                session.expunge(inbox)
                return inbox
    raise InboxNotFoundError


def _connector(deps: Deps, principal: Principal, inbox: Inbox) -> Connector:
    return deps.get(LiveConnectors).make(
        principal.account_id, InboxId(inbox.id), inbox.channel, inbox.config_encrypted, inbox.version
    )
