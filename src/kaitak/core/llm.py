"""Owns the call to a language model: a question to an OpenAI-compatible `/chat/completions`, a short answer back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, Field, JsonValue, ValidationError
from yarl import URL

from kaitak.core.errors import UnavailableError
from kaitak.core.http import (
    BlockedAddressError,
    HttpError,
    HttpReply,
    HttpTimeoutError,
    OutgoingHttp,
    UrlInvalidError,
)

MAX_ANSWER_BYTES = 64 * 1024
_MOST_TOKENS = 10_000_000  # of one call; more is a fault of the endpoint's counting
AnswerFormat = Literal["json_schema", "json_object", "text"]
_Tokens = Annotated[int, Field(strict=True, ge=0, le=_MOST_TOKENS)]


class LlmError(UnavailableError):
    """The language model gave no answer. `is_charged`: its owner may count tokens for the call all the same."""

    code = "language_model_failed"

    def __init__(self, message: str, *, is_charged: bool) -> None:
        super().__init__(message)
        self.is_charged = is_charged


class LlmTimeoutError(LlmError):
    """The language model did not answer within the time limit."""

    code = "language_model_timeout"


class LlmRefusedError(LlmError):
    """The endpoint answered with an HTTP error, such as 401 for a wrong key or 429 when asked too often."""

    code = "language_model_refused"


class LlmUnreadableError(LlmError):
    """What came back is not an answer of the `/chat/completions` form."""

    code = "language_model_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the model is and how it is asked; its key never shows in a representation."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    key_header: str = "Authorization"
    answer_format: AnswerFormat = "json_object"
    extra: Mapping[str, JsonValue] = field(default_factory=dict)
    price_input: Decimal = Decimal(0)  # of a million tokens, in the currency of the bill
    price_output: Decimal = Decimal(0)

    def cost_micros(self, tokens_in: int, tokens_out: int) -> int:
        """What so many tokens cost, in millionths of the currency, rounded up."""
        return math.ceil(tokens_in * self.price_input + tokens_out * self.price_output)

    @property
    def address(self) -> str:
        """The full address: `/chat/completions` under the base, before its query."""
        base = URL(self.url)
        return str(base.with_path(f"{base.path.rstrip('/')}/chat/completions").with_query(base.query))

    @property
    def headers(self) -> dict[str, str]:
        """What goes before the question."""
        fixed = {"Content-Type": "application/json", "Accept": "application/json"}
        if not self.key:
            return fixed
        is_bearer = self.key_header.lower() == "authorization"
        return {**fixed, self.key_header: f"Bearer {self.key}" if is_bearer else self.key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One question: what the model is told, what it is shown, and the form of its answer."""

    system: str
    user: str
    schema: dict[str, JsonValue]
    max_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The model's words as they came, to be checked by whoever asked; tokens are None where it did not count."""

    content: str
    tokens_in: int | None
    tokens_out: int | None


class _Message(BaseModel):
    content: Annotated[str, Field(strict=True)]


class _Choice(BaseModel):
    message: _Message


class _Usage(BaseModel):
    prompt_tokens: _Tokens
    completion_tokens: _Tokens


class _Answer(BaseModel):
    choices: Annotated[list[_Choice], Field(min_length=1)]


class _Counted(BaseModel):
    usage: _Usage


def body_of(endpoint: Endpoint, inquiry: Inquiry) -> bytes:
    """The request's body; `extra` adds fields or, with null, takes one away."""
    formats: dict[AnswerFormat, JsonValue] = {
        "json_schema": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": inquiry.schema},
        },
        "json_object": {"type": "json_object"},
        "text": None,
    }
    fields: dict[str, JsonValue] = {
        "model": endpoint.model,
        "messages": [{"role": "system", "content": inquiry.system}, {"role": "user", "content": inquiry.user}],
        "temperature": 0,
        "max_tokens": inquiry.max_tokens,
        "response_format": formats[endpoint.answer_format],
        "stream": False,
        **endpoint.extra,
    }
    return orjson.dumps({name: value for name, value in fields.items() if value is not None})


def most_tokens(endpoint: Endpoint, inquiry: Inquiry) -> tuple[int, int]:
    """The most tokens a call can use, in and out: a token is no less than a byte, and the answer's are bounded."""
    names = ("max_tokens", "max_completion_tokens")
    wider = [value for value in (endpoint.extra.get(name) for name in names) if isinstance(value, int)]
    return len(inquiry.system.encode()) + len(inquiry.user.encode()), max([inquiry.max_tokens, *wider])


async def ask(http: OutgoingHttp, endpoint: Endpoint, inquiry: Inquiry, *, within: timedelta) -> Reply:
    """Ask once, without a second try, and read the whole answer within the time. Raises LlmError."""
    try:
        reply = await http.request(
            "POST",
            endpoint.address,
            headers=endpoint.headers,
            body=body_of(endpoint, inquiry),
            timeout=within,
            max_bytes=MAX_ANSWER_BYTES,
        )
    except HttpTimeoutError as exc:
        raise LlmTimeoutError("no answer within the time limit", is_charged=exc.sent) from exc
    except HttpError as exc:
        raise LlmError(exc.message, is_charged=exc.sent) from exc
    except (BlockedAddressError, UrlInvalidError) as exc:
        raise LlmError(exc.message, is_charged=False) from exc
    if not reply.is_ok:
        raise LlmRefusedError(f"the endpoint answered {reply.status}", is_charged=False)
    return _read(reply)


def _read(reply: HttpReply) -> Reply:
    try:
        answer = _Answer.model_validate_json(reply.body)
    except ValidationError as exc:
        raise LlmUnreadableError("the answer is not a chat completion", is_charged=True) from exc
    usage = _usage(reply.body)
    return Reply(
        content=answer.choices[0].message.content,
        tokens_in=usage.prompt_tokens if usage else None,
        tokens_out=usage.completion_tokens if usage else None,
    )


def _usage(body: bytes) -> _Usage | None:
    try:
        return _Counted.model_validate_json(body).usage
    except ValidationError:
        return None
