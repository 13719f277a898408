"""Owns making and changing inboxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels import configuring, live
from kaitak.channels.errors import InboxInUseError, MemberUnknownError
from kaitak.channels.models import Inbox, InboxMember
from kaitak.channels.schemas import InboxBody, InboxChange
from kaitak.core import ids
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_PARK = text("""
update delivery set next_attempt_at = '9000-01-01 00:00Z'
where account_id = :account_id and inbox_id = :inbox_id and status = 'pending'
""")
_RESUME = text("""
update delivery set next_attempt_at = now()
where account_id = :account_id and inbox_id = :inbox_id and status = 'pending'
""")


async def create_inbox(
    session: AsyncSession, keyring: Keyring, account_id: AccountId, body: InboxBody, *, settle: timedelta
) -> tuple[Inbox, dict[str, str]]:
    """Make an inbox; answers it with the secrets that were made for it."""
    configured = configuring.make(body.channel, body.config)
    inbox = Inbox(
        account_id=account_id,
        name=body.name,
        channel=body.channel,
        identifier=ids.new_token(128),
        config_encrypted=live.seal(keyring, account_id, configured.config),
        settings=body.settings.model_dump(mode="json"),
        bot_enabled=body.bot_enabled,
        csat_enabled=body.csat_enabled,
        pack=body.pack,
        settle=settle if body.settle_ms is None else timedelta(milliseconds=body.settle_ms),
    )
    session.add(inbox)
    await session.flush()
    await _set_members(session, inbox, body.member_ids)
    await realtime.publish(session, Kind.INBOX_UPDATED)
    return inbox, configured.generated


async def change_inbox(session: AsyncSession, keyring: Keyring, inbox: Inbox, body: InboxChange) -> dict[str, str]:
    """Change what is given; answers the secrets that were made."""
    generated: dict[str, str] = {}
    given = body.model_fields_set
    if body.config is not None:
        account_id = AccountId(inbox.account_id)
        present = live.unseal(keyring, account_id, inbox.channel, inbox.config_encrypted)
        configured = configuring.make(inbox.channel, body.config, present)
        inbox.config_encrypted = live.seal(keyring, account_id, configured.config)
        inbox.credentials_end_at = None  # the next watch asks anew
        generated = configured.generated
    for name in ("name", "bot_enabled", "csat_enabled"):
        if getattr(body, name) is not None:
            setattr(inbox, name, getattr(body, name))
    if "pack" in given:
        inbox.pack = body.pack
    if body.settings is not None:
        inbox.settings = body.settings.model_dump(mode="json")
    if body.settle_ms is not None:
        inbox.settle = timedelta(milliseconds=body.settle_ms)
    if body.is_paused is not None:
        await _pause(session, inbox, is_paused=body.is_paused)
    inbox.version += 1
    await session.flush()
    if body.member_ids is not None:
        await _set_members(session, inbox, body.member_ids)
    await realtime.publish(session, Kind.INBOX_UPDATED)
    return generated


async def delete_inbox(session: AsyncSession, inbox: Inbox) -> None:
    """Remove an inbox that nobody has written to."""
    try:
        async with session.begin_nested():
            await session.delete(inbox)
    except IntegrityError as exc:
        raise InboxInUseError from exc
    await realtime.publish(session, Kind.INBOX_UPDATED)


async def _pause(session: AsyncSession, inbox: Inbox, *, is_paused: bool) -> None:
    """Pause or resume; what has waited meanwhile is sent now (the deliveries' table lies above this slice)."""
    inbox.paused_reason = "paused by an administrator" if is_paused else None
    inbox.paused_at = func.now() if is_paused else None
    statement = _PARK if is_paused else _RESUME
    await session.execute(statement, {"account_id": inbox.account_id, "inbox_id": inbox.id})
    await session.flush()
    await session.refresh(inbox)


async def _set_members(session: AsyncSession, inbox: Inbox, user_ids: Sequence[int]) -> None:
    of_it = (InboxMember.account_id == inbox.account_id, InboxMember.inbox_id == inbox.id)
    await session.execute(delete(InboxMember).where(*of_it))
    rows = [{"account_id": inbox.account_id, "inbox_id": inbox.id, "user_id": each} for each in sorted(set(user_ids))]
    if not rows:
        return
    try:
        async with session.begin_nested():
            await session.execute(insert(InboxMember), rows)
    except IntegrityError as exc:
        raise MemberUnknownError from exc
