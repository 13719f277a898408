"""Owns how the app's public API looks on the wire; messages and conversations look as in the web window."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kaitak.api import paging
from kaitak.api.wire import Body, Wire
from kaitak.conversations.schemas import Status
from kaitak.conversations.widget_schemas import WidgetConfig, WidgetContact, WidgetConversation, WidgetMessage

Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]
DisplayNumber = Annotated[int, Field(ge=1, le=2**53)]


class AppSession(Wire):
    """Everything that the app's chat needs to begin or to go on."""

    contact: WidgetContact
    config: WidgetConfig
    conversation: WidgetConversation | None
    messages: list[WidgetMessage]
    has_more: bool
    unread_count: int
    cursor: int


class AppPage(Wire):
    """A stretch of one conversation in ascending order."""

    payload: list[WidgetMessage]
    has_more: bool
    unread_count: int
    cursor: int


class AppConversation(Wire):
    """One of the user's conversations in a list."""

    id: int
    status: Status
    created_at: datetime
    last_activity_at: datetime
    unread_count: int


class AppConversationList(Wire):
    """One page of the user's conversations, newest first."""

    meta: paging.PageMeta
    payload: list[AppConversation]


class AppTypingBody(Body):
    """Whether the user is typing."""

    on: bool


class AppReceiptsBody(Body):
    """How far this conversation has reached the device, and how far it was read."""

    conversation_id: DisplayNumber
    received: Seq = 0
    seen: Seq = 0


class AppUnread(Wire):
    """How many messages wait to be read: the number on the app's icon."""

    unread_count: int
