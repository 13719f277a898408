"""Owns who may see which conversation: members see the inboxes they work in, supervisors and up see all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.policy import Permission
from kaitak.api.principals import Principal
from kaitak.conversations.errors import ConversationNotFoundError
from kaitak.conversations.models import Conversation
from kaitak.core.ids import AccountId, UserId

_INBOXES = text("select m.inbox_id from inbox_member m where m.account_id = :account_id and m.user_id = :user_id")


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member and the inboxes whose conversations they may see; None is every inbox."""

    account_id: AccountId
    user_id: UserId
    inbox_ids: frozenset[int] | None

    def sees(self, inbox_id: int) -> bool:
        """Whether conversations of this inbox are the viewer's business."""
        return self.inbox_ids is None or inbox_id in self.inbox_ids


async def viewer_of(session: AsyncSession, principal: Principal) -> Viewer:
    """What this member may see, looked up now."""
    if principal.can(Permission.ALL_CONVERSATIONS):
        return Viewer(principal.account_id, principal.user_id, None)
    who = {"account_id": principal.account_id, "user_id": principal.user_id}
    return Viewer(principal.account_id, principal.user_id, frozenset(await session.scalars(_INBOXES, who)))


async def access_conversation(
    session: AsyncSession, viewer: Viewer, display_id: int, *, lock: bool = False
) -> Conversation:
    """The conversation if the viewer may see it, locked on request; else it is not found."""
    statement = (
        select(Conversation)
        .where(Conversation.account_id == viewer.account_id, Conversation.display_id == display_id)
        .execution_options(populate_existing=True)
    )
    found = await session.scalar(statement.with_for_update(key_share=True) if lock else statement)
    if found is None or not viewer.sees(found.inbox_id):
        raise ConversationNotFoundError
    return found
