"""Channels and inboxes: what can be connected, what is, and changing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import JsonValue

from kaitak.accounts import audit
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.channels import actions, configuring, live, queries, registry, settings
from kaitak.channels.clients import ProvesUsers
from kaitak.channels.contract import Connector, Receives, RegistersWebhook, takes_webhook
from kaitak.channels.errors import ConfigInvalidError, InboxInUseError, InboxNotFoundError, MemberUnknownError
from kaitak.channels.models import Inbox, InboxReceiver
from kaitak.channels.registry import ChannelUnknownError
from kaitak.channels.schemas import (
    CapabilitiesView,
    ChannelList,
    ChannelView,
    InboxBody,
    InboxChange,
    InboxList,
    InboxView,
    ReceiverView,
)
from kaitak.core.crypto import Keyring

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["inboxes"])
READ = [Depends(require(Permission.READ_INBOXES))]
MANAGE = [Depends(require(Permission.MANAGE_INBOXES))]
InboxPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@dataclass(frozen=True, slots=True)
class InboxDefaults:
    """What a new inbox gets where nothing else is said; attached by the composition root."""

    settle: timedelta


@router.get("/channels", dependencies=READ, response_model=ChannelList)
async def list_channels(_session: SessionDep) -> ChannelList:
    """What an inbox can be made of."""
    return ChannelList(payload=[_channel(each) for each in registry.CONNECTORS.values()])


@router.get("/inboxes", dependencies=READ, response_model=InboxList)
async def list_inboxes(session: SessionDep, principal: PrincipalDep, deps: DepsDep) -> InboxList:
    """The inboxes that the caller works with."""
    sees_all = principal.can(Permission.ALL_CONVERSATIONS)
    inboxes = await queries.list_inboxes(session, principal.account_id, member=None if sees_all else principal.user_id)
    members = await queries.members_of(session, principal.account_id)
    receivers = await queries.receivers_of(session, principal.account_id)
    shown = [
        _view(
            each,
            members.get(each.id, []),
            _config(each, principal, deps.keyring),
            receiver=receivers.get(each.id),
        )
        for each in inboxes
    ]
    return InboxList(payload=shown)


@router.post(
    "/inboxes",
    dependencies=MANAGE,
    response_model=InboxView,
    status_code=201,
    responses=problems(ChannelUnknownError, ConfigInvalidError, MemberUnknownError),
)
async def create_inbox(
    session: SessionDep, principal: PrincipalDep, actor: ActorDep, deps: DepsDep, body: InboxBody
) -> InboxView:
    """Connect a channel."""
    inbox, generated = await actions.create_inbox(
        session, deps.keyring, principal.account_id, body, settle=deps.get(InboxDefaults).settle
    )
    members = await queries.members_of(session, principal.account_id)
    await session.refresh(inbox)
    details: dict[str, audit.Detail] = {"name": inbox.name, "channel": inbox.channel}
    await audit.record(session, actor, "inbox.created", target_type="inbox", target_id=inbox.id, details=details)
    return _view(inbox, members.get(inbox.id, []), _config(inbox, principal, deps.keyring), generated)


@router.patch(
    "/inboxes/{inbox_id}",
    dependencies=MANAGE,
    response_model=InboxView,
    responses=problems(InboxNotFoundError, ConfigInvalidError, MemberUnknownError),
)
async def change_inbox(
    session: SessionDep,
    principal: PrincipalDep,
    actor: ActorDep,
    deps: DepsDep,
    *,
    inbox_id: InboxPath,
    body: InboxChange,
) -> InboxView:
    """Change an inbox; what is absent stays."""
    inbox = await queries.get_inbox(session, principal.account_id, inbox_id, lock=True)
    generated = await actions.change_inbox(session, deps.keyring, inbox, body)
    details: dict[str, audit.Detail] = {"changed": ", ".join(sorted(body.model_fields_set))}
    await audit.record(session, actor, "inbox.changed", target_type="inbox", target_id=inbox.id, details=details)
    members = await queries.members_of(session, principal.account_id)
    return _view(inbox, members.get(inbox.id, []), _config(inbox, principal, deps.keyring), generated)


@router.delete(
    "/inboxes/{inbox_id}",
    dependencies=MANAGE,
    status_code=204,
    responses=problems(InboxNotFoundError, InboxInUseError),
)
async def delete_inbox(session: SessionDep, principal: PrincipalDep, actor: ActorDep, inbox_id: InboxPath) -> Response:
    """Remove an inbox that nobody has written to."""
    inbox = await queries.get_inbox(session, principal.account_id, inbox_id, lock=True)
    details: dict[str, audit.Detail] = {"name": inbox.name, "channel": inbox.channel}
    await audit.record(session, actor, "inbox.removed", target_type="inbox", target_id=inbox.id, details=details)
    await actions.delete_inbox(session, inbox)
    return Response(status_code=204)


def _config(inbox: Inbox, principal: Principal, keyring: Keyring) -> dict[str, JsonValue] | None:
    if not principal.can(Permission.MANAGE_INBOXES):
        return None
    return configuring.masked(live.unseal(keyring, principal.account_id, inbox.channel, inbox.config_encrypted))


def _view(
    inbox: Inbox,
    member_ids: list[int],
    config: dict[str, JsonValue] | None,
    generated: dict[str, str] | None = None,
    *,
    receiver: InboxReceiver | None = None,
) -> InboxView:
    return InboxView(
        id=inbox.id,
        name=inbox.name,
        channel=inbox.channel,
        identifier=inbox.identifier,
        webhook_path=f"/v1/hooks/{inbox.channel}/{inbox.identifier}",
        counts_sms=registry.connector_class(inbox.channel).capabilities.counts_sms,
        config=config,
        generated=generated or None,
        settings=settings.read(inbox.settings),
        bot_enabled=inbox.bot_enabled,
        csat_enabled=inbox.csat_enabled,
        pack=inbox.pack,
        settle_ms=round(inbox.settle.total_seconds() * 1000),
        member_ids=member_ids,
        paused_at=inbox.paused_at,
        paused_reason=inbox.paused_reason,
        credentials_end_at=inbox.credentials_end_at,
        receiver=None if receiver is None else _receiver(receiver),
        created_at=inbox.created_at,
    )


def _receiver(row: InboxReceiver) -> ReceiverView:
    return ReceiverView.model_validate(
        {
            "state": row.state,
            "since": row.state_at,
            "reason": row.reason,
            "next_try_at": row.next_try_at,
            "received_at": row.received_at,
        }
    )


def _channel(connector: type[Connector]) -> ChannelView:
    can = connector.capabilities
    return ChannelView(
        name=connector.name,
        config_schema=connector.config_type.model_json_schema(),
        capabilities=CapabilitiesView(
            blocks=sorted(block.__name__.lower() for block in can.blocks),
            max_text=can.max_text,
            max_buttons=can.max_buttons,
            reply_window_seconds=int(can.reply_window.total_seconds()) if can.reply_window else None,
            person_window_seconds=int(can.person_window.total_seconds()) if can.person_window else None,
            quota=can.quota,
            has_templates=can.has_templates,
            registers_webhook=issubclass(connector, RegistersWebhook),
            has_webhook=takes_webhook(connector),
            receives=issubclass(connector, Receives),
            may_initiate=can.may_initiate,
            reports_delivery=can.reports_delivery,
            is_pulled=can.is_pulled,
            proves_users=issubclass(connector, ProvesUsers),
            has_typing=can.has_typing,
        ),
    )
