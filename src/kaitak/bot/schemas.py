"""Owns how an account's terms and use of the language model look on the wire. Money is in millionths of a currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kaitak.api.wire import Wire

_MOST = 10**15
Count = Annotated[int, Field(ge=0, le=_MOST)]


class LimitView(Wire):
    """What a day may use."""

    tokens: int
    cost_micros: int


class OfferView(Wire):
    """The language model that the operator offers to all accounts, without its address and key."""

    model: str
    currency: str
    timeout_ms: int
    price_input: str = Field(description="of a million tokens, as a decimal number")
    price_output: str = Field(description="of a million tokens, as a decimal number")
    daily_limit: LimitView = Field(description="the most that an account can set for itself")


class UsageView(Wire):
    """What one day used. `tokens` and `cost_micros` count against the limit, calls under way at their largest."""

    day: date
    calls: int
    chosen: int
    none: int
    failed: int
    tokens: int
    cost_micros: int


class LanguageModelView(Wire):
    """The account's switch and budget; `offer` is null where the operator has set up no language model."""

    offer: OfferView | None
    enabled: bool
    daily_tokens: int | None = Field(description="null: the operator's limit")
    daily_cost_micros: int | None = Field(description="null: the operator's limit")
    limit: LimitView | None = Field(description="what holds today; null: the language model is not used")
    today: UsageView
    updated_at: datetime | None


class UsageList(Wire):
    """The days with any use, the latest first."""

    payload: list[UsageView]


class LanguageModelTestView(Wire):
    """Whether the endpoint answered, and what that took; `outcome` is `answered`, `budget`, or an error's code."""

    outcome: str
    took_ms: int
    tokens: int


class LanguageModelForm(BaseModel):
    """A change of the terms; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool | None = None
    daily_tokens: Count | None = Field(default=None, description="null: the operator's limit")
    daily_cost_micros: Count | None = Field(default=None, description="null: the operator's limit")
