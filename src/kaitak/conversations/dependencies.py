"""Owns what the endpoints of conversations depend on: the viewer, the actor, links, and one conversation's answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep
from kaitak.api.deps import DepsDep
from kaitak.conversations import access, views
from kaitak.conversations.access import Viewer
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.links import Links
from kaitak.conversations.models import Conversation
from kaitak.conversations.posting import Actor
from kaitak.conversations.schemas import ConversationView

_NAME = text("select u.name from users u where u.id = :user_id")

DisplayPath = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The conversation's number in the account")]
IdPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]


async def current_viewer(session: SessionDep, principal: PrincipalDep) -> Viewer:
    """What the caller may see."""
    return await access.viewer_of(session, principal)


async def current_actor(session: SessionDep, principal: PrincipalDep) -> Actor:
    """The caller, by name."""
    name: str = (await session.execute(_NAME, {"user_id": principal.user_id})).scalar_one()
    return Actor(principal.user_id, name)


async def current_links(deps: DepsDep) -> Links:
    """The maker of attachment links."""
    return deps.get(Links)


async def current_store(deps: DepsDep) -> AttachmentStore:
    """Where attachments lie."""
    return deps.get(AttachmentStore)


ViewerDep = Annotated[Viewer, Depends(current_viewer)]
ActorDep = Annotated[Actor, Depends(current_actor)]
LinksDep = Annotated[Links, Depends(current_links)]
StoreDep = Annotated[AttachmentStore, Depends(current_store)]


async def seen_conversation(session: SessionDep, viewer: ViewerDep, display_id: DisplayPath) -> Conversation:
    """The path's conversation, to read."""
    return await access.access_conversation(session, viewer, display_id)


async def held_conversation(session: SessionDep, viewer: ViewerDep, display_id: DisplayPath) -> Conversation:
    """The path's conversation, locked, to act on."""
    return await access.access_conversation(session, viewer, display_id, lock=True)


SeenDep = Annotated[Conversation, Depends(seen_conversation)]
HeldDep = Annotated[Conversation, Depends(held_conversation)]


async def view_of(session: AsyncSession, conversation: Conversation) -> ConversationView:
    """How a conversation looks now, changes of this transaction included."""
    await session.flush()
    found = await views.conversations_of(session, conversation.account_id, [conversation.id])
    return found[conversation.id].view
