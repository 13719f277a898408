"""Owns how conversations and messages look on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from kaitak.api.wire import Body, Wire

Status = Literal["open", "pending", "snoozed", "resolved"]
Owner = Literal["bot", "queued", "human"]
Priority = Literal["low", "medium", "high", "urgent"]
MessageType = Literal["incoming", "outgoing", "activity", "template"]
ContentType = Literal["text", "input_select", "input_csat", "template"]
MessageStatus = Literal["sending", "sent", "delivered", "read", "failed"]
LONGEST_MESSAGE = 10_000
LongText = Annotated[str, StringConstraints(max_length=LONGEST_MESSAGE)]
EchoId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
LabelTitle = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True, to_lower=True)]


class Person(Wire):
    """Somebody, by name."""

    id: int
    name: str


class ContactBrief(Wire):
    """The customer of a conversation."""

    id: int
    name: str
    email: str | None
    phone_number: str | None
    identifier: str | None
    verified: bool
    locale: str | None


class LastMessage(Wire):
    """The last thing that was said, shortened."""

    id: int
    seq: int
    message_type: MessageType
    sender_type: str
    content: str
    private: bool
    created_at: datetime


class Mood(Wire):
    """How the customer's last message sounded."""

    sentiment: str
    emotion: str
    urgency: str


class HandoffView(Wire):
    """Why the bot handed over, and what it knew."""

    id: int
    reason: str
    summary: str
    packet: dict[str, JsonValue]
    read_at: datetime | None
    created_at: datetime


class CsatView(Wire):
    """What the customer answered when asked."""

    rating: int
    feedback_message: str


class ReplyWindowView(Wire):
    """Whether the channel takes a message of a person now: freely, as a template only, or not at all, and why."""

    state: Literal["open", "template", "closed"]
    why: Literal["", "window_over", "quota_used", "never_wrote"]
    closes_at: datetime | None
    remaining: int | None
    has_templates: bool


class ConversationView(Wire):
    """A conversation as the workbench shows it; `id` is its number within the account."""

    id: int
    inbox_id: int
    channel: str
    status: Status
    owner: Owner
    owner_token: int
    priority: Priority | None
    assignee: Person | None
    team: Person | None
    labels: list[str]
    unread_count: int
    last_seq: int
    agent_last_seen_seq: int
    contact_last_seen_seq: int
    waiting_since: datetime | None
    queued_at: datetime | None
    first_reply_created_at: datetime | None
    snoozed_until: datetime | None
    resolved_at: datetime | None
    last_activity_at: datetime
    created_at: datetime
    contact: ContactBrief
    last_message: LastMessage | None
    mood: Mood | None
    handoff: HandoffView | None
    csat: CsatView | None
    custom_attributes: dict[str, JsonValue]
    reply_window: ReplyWindowView | None = Field(description="null where the channel never closes")


class AttachmentView(Wire):
    """A file; `url` is good for an hour."""

    id: UUID
    file_name: str
    content_type: str
    file_size: int
    width: int | None
    height: int | None
    url: str
    inline: bool
    thumbnail_url: str | None
    transcript_state: Literal["waiting", "done", "failed"] | None
    expired_at: datetime | None


class Sender(Wire):
    """Who wrote a message."""

    type: Literal["contact", "user", "bot", "system"]
    id: int | None
    name: str


class MessageView(Wire):
    """A message as the workbench shows it."""

    id: int
    conversation_id: int
    seq: int
    message_type: MessageType
    sender: Sender
    content: str
    content_type: ContentType
    content_attributes: dict[str, JsonValue]
    private: bool
    status: MessageStatus
    status_reason: str | None
    echo_id: str | None
    attachments: list[AttachmentView]
    has_trace: bool
    created_at: datetime


class ListMeta(Wire):
    """Counts under the same filters (they stop at 1,000), and where the next page begins."""

    mine_count: int
    unassigned_count: int
    all_count: int
    next_cursor: str | None


class ConversationPage(Wire):
    """One page of a list."""

    meta: ListMeta
    payload: list[ConversationView]


class ConversationList(Wire):
    """One page and the stream position it was read at."""

    data: ConversationPage
    stream_cursor: int


class ConversationShown(Wire):
    """One conversation and the stream position it was read at."""

    conversation: ConversationView
    stream_cursor: int


class MessageList(Wire):
    """Messages in ascending order and the stream position they were read at."""

    payload: list[MessageView]
    has_more: bool
    stream_cursor: int


class TraceView(Wire):
    """What the bot understood and why it said what it said."""

    understanding: dict[str, JsonValue]
    trace: list[JsonValue]
    outcome: str


class DraftView(Wire):
    """What was typed and not sent."""

    content: str
    private: bool
    updated_at: datetime | None


class TemplateChoice(Body):
    """An approved template and what goes into its places."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=512)]
    language: Annotated[str, StringConstraints(min_length=2, max_length=20)]
    parameters: Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=1024)]], Field(max_length=20)]


class MessageBody(Body):
    """A message to post; with a template, `content` is how it reads."""

    content: LongText = ""
    private: bool = False
    content_type: Literal["text", "input_select"] = "text"
    content_attributes: dict[str, JsonValue] = Field(default_factory=dict)
    echo_id: EchoId | None = None
    attachment_ids: Annotated[list[UUID], Field(max_length=10)] = Field(default_factory=list)
    template: TemplateChoice | None = None
    owner_token: int | None = None


class StatusBody(Body):
    """A change of status."""

    status: Status
    snoozed_until: AwareDatetime | None = None
    owner_token: int | None = None


class OwnershipBody(Body):
    """Who shall act next."""

    action: Literal["take_over", "give_back"]
    note: Annotated[str, StringConstraints(max_length=2000)] | None = None
    owner_token: int | None = None


class AssignmentBody(Body):
    """Who is responsible; a field that is absent stays as it is."""

    assignee_id: int | None = None
    team_id: int | None = None
    owner_token: int | None = None


class LabelsBody(Body):
    """All labels of the conversation."""

    labels: Annotated[list[LabelTitle], Field(max_length=30)]


class PriorityBody(Body):
    """How urgent it is."""

    priority: Priority | None


class TypingBody(Body):
    """Whether somebody is typing."""

    typing_status: Literal["on", "off"]
    is_private: bool = False


class SeenBody(Body):
    """Seen up to this message."""

    seq: Annotated[int, Field(ge=0, le=2**31 - 1)]


class DraftBody(Body):
    """What is typed so far."""

    content: LongText
    private: bool = False
