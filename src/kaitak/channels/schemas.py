"""Owns how inboxes and channels look on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from kaitak.channels.settings import InboxSettings

Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


class ReceiverView(BaseModel):
    """How the connection does over which an inbox receives; `reason` says why it does not."""

    state: Literal["waiting", "connecting", "receiving", "failing"]
    since: datetime
    reason: str | None
    next_try_at: datetime
    received_at: datetime | None = Field(description="when something last came")


class InboxView(BaseModel):
    """An inbox; `config` masks secrets and is there for those who manage inboxes only."""

    id: int
    name: str
    channel: str
    identifier: str
    webhook_path: str
    counts_sms: bool = Field(description="a text is paid by the SMS that carry it")
    config: dict[str, JsonValue] | None
    generated: dict[str, str] | None = Field(description="secrets made by this very request, shown this once")
    settings: InboxSettings
    bot_enabled: bool
    csat_enabled: bool
    pack: str | None
    settle_ms: int
    member_ids: list[int]
    paused_at: datetime | None
    paused_reason: str | None
    credentials_end_at: datetime | None = Field(description="as the platform tells it; null: never, or not told")
    receiver: ReceiverView | None = Field(description="of channels that receive over a connection of our own")
    created_at: datetime


class InboxList(BaseModel):
    """All inboxes that the caller works with."""

    payload: list[InboxView]


class CapabilitiesView(BaseModel):
    """What a channel can carry."""

    blocks: list[str]
    max_text: int
    max_buttons: int
    reply_window_seconds: int | None
    person_window_seconds: int | None
    quota: int | None
    has_templates: bool
    registers_webhook: bool
    has_webhook: bool = Field(description="the platform calls us")
    receives: bool = Field(description="we hold a connection to the platform; see an inbox's `receiver`")
    may_initiate: bool
    reports_delivery: bool
    is_pulled: bool
    proves_users: bool
    has_typing: bool


class InboxTrial(BaseModel):
    """What an inbox is going to be set up with; of an inbox that exists, masked secrets are its own."""

    model_config = ConfigDict(extra="forbid")

    channel: Annotated[str, StringConstraints(max_length=50)]
    config: dict[str, JsonValue] = Field(default_factory=dict)
    inbox_id: Annotated[int, Field(ge=1, le=2**62)] | None = None


class InboxTried(BaseModel):
    """The platform accepts it."""

    account_name: str = Field(description="what the platform calls the account")


class TemplateView(BaseModel):
    """A text that the platform has approved, with {{1}}, {{2}} … where something goes in."""

    name: str
    language: str
    body: str
    parameters: int


class TemplateList(BaseModel):
    """Those that can be sent."""

    payload: list[TemplateView]


class QuotaView(BaseModel):
    """How many messages of its period an account has sent, as the platform counts; no limit: any number."""

    used: int
    limit: int | None


class ChannelView(BaseModel):
    """A channel that an inbox can be made of."""

    name: str
    config_schema: dict[str, JsonValue]
    capabilities: CapabilitiesView


class ChannelList(BaseModel):
    """All channels."""

    payload: list[ChannelView]


class InboxBody(BaseModel):
    """A new inbox; secrets that the channel can make are made."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    channel: Annotated[str, StringConstraints(max_length=50)]
    config: dict[str, JsonValue] = Field(default_factory=dict)
    settings: InboxSettings = Field(default_factory=InboxSettings)
    bot_enabled: bool = True
    csat_enabled: bool = True
    pack: Annotated[str, StringConstraints(max_length=50)] | None = None
    settle_ms: Annotated[int, Field(ge=0, le=10_000)] | None = None
    member_ids: Annotated[list[int], Field(max_length=500)] = Field(default_factory=list)


class InboxChange(BaseModel):
    """Changes to an inbox; a masked secret stays as it is, null makes a new one."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    config: dict[str, JsonValue] | None = None
    settings: InboxSettings | None = None
    bot_enabled: bool | None = None
    csat_enabled: bool | None = None
    pack: Annotated[str, StringConstraints(max_length=50)] | None = None
    settle_ms: Annotated[int, Field(ge=0, le=10_000)] | None = None
    member_ids: Annotated[list[int], Field(max_length=500)] | None = None
    is_paused: bool | None = None
