"""Owns how the widget's public API looks on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue, StringConstraints

from kaitak.api.wire import Body, Wire
from kaitak.conversations.schemas import AttachmentView, ContentType, EchoId, LongText, MessageStatus, Owner, Status

Name = Annotated[str, StringConstraints(max_length=200)]
Url = Annotated[str, StringConstraints(max_length=2000)]
Locale = Annotated[str, StringConstraints(max_length=35, pattern=r"^[A-Za-z0-9-]*$")]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Phone = Annotated[str, StringConstraints(max_length=16, pattern=r"^\+[1-9]\d{5,14}$")]


class SessionBody(Body):
    """A page opens the widget."""

    website_token: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    locale: Locale = ""
    page_url: Url = ""
    page_title: Name = ""
    referrer: Url = ""


class WidgetPostBody(Body):
    """The customer writes; `echo_id` makes repeating it harmless."""

    echo_id: EchoId
    content: LongText = ""
    submitted_value: Annotated[str, StringConstraints(max_length=500)] | None = None
    attachment_ids: Annotated[list[UUID], Field(max_length=10)] = Field(default_factory=list)
    page_url: Url = ""


class WidgetTypingBody(Body):
    """Whether the customer is typing."""

    on: bool


class WidgetSeenBody(Body):
    """The customer has read up to this message."""

    seq: Annotated[int, Field(ge=0, le=2**31 - 1)]


class IdentifyBody(Body):
    """Who the customer is, as signed by the host page's own server."""

    identifier: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    identifier_hash: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    name: Name | None = None
    email: Email | None = None
    phone_number: Phone | None = None
    custom_attributes: Annotated[dict[str, JsonValue], Field(max_length=50)] = Field(default_factory=dict)


class WidgetMessage(Wire):
    """A message as the customer sees it."""

    id: int
    conversation_id: int
    seq: int
    author: Literal["me", "bot", "agent", "system"]
    author_name: str
    content: str
    content_type: ContentType
    content_attributes: dict[str, JsonValue]
    attachments: list[AttachmentView]
    status: MessageStatus | None
    echo_id: str | None
    created_at: datetime


class AgentBrief(Wire):
    """The person who answers, by name alone."""

    name: str


class WidgetConversation(Wire):
    """The conversation as the customer sees it."""

    id: int
    status: Status
    owner: Owner
    agent: AgentBrief | None
    contact_last_seen_seq: int


class WidgetContact(Wire):
    """What we know the customer as."""

    name: str
    email: str | None
    identified: bool


class WidgetConfig(Wire):
    """How the window looks and what it may do."""

    inbox_name: str
    bot_name: str
    greeting: dict[str, str] | str
    suggestions: list[dict[str, JsonValue]]
    color: str
    locale: str
    csat_enabled: bool
    max_attachment_bytes: int
    agent_available: bool
    require_identity: bool


class WidgetSession(Wire):
    """Everything that the window needs to begin; `visitor_token` only when it is new."""

    visitor_token: str | None
    contact: WidgetContact
    config: WidgetConfig
    conversation: WidgetConversation | None
    messages: list[WidgetMessage]
    has_more: bool
    cursor: int


class WidgetPage(Wire):
    """A stretch of messages in ascending order."""

    payload: list[WidgetMessage]
    has_more: bool
    cursor: int


class WidgetPosted(Wire):
    """What became of the customer's message."""

    message: WidgetMessage
    conversation: WidgetConversation


class WidgetIdentified(Wire):
    """The customer, now known; the window reads its session again."""

    contact: WidgetContact
