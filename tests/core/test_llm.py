"""The call to a language model: what is sent in its vendors' shapes, what is read, and that the key stays secret."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import orjson
import pytest
from pydantic import JsonValue

from kaitak.core import llm
from kaitak.core.addresses import AllowList, read_allow_list
from kaitak.core.http import OutgoingHttp
from kaitak.core.llm import AnswerFormat, Endpoint, Inquiry, LlmError, LlmTimeoutError, LlmUnreadableError
from tests.factories import llm as servers

INQUIRY = Inquiry(system="Sort.", user='{"m":"你好"}', schema={"type": "object"}, max_tokens=60)
SOON = timedelta(seconds=2)


def endpoint(url: str = "http://127.0.0.1:1/v1", **changes: object) -> Endpoint:
    return Endpoint(**{"url": url, "model": "m-1", "key": "sk-secret", **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1/chat/completions"),
        ("https://api.deepseek.com/", "https://api.deepseek.com/chat/completions"),
        (
            "https://x.example/a/v1/?api-version=2024-10-21",
            "https://x.example/a/v1/chat/completions?api-version=2024-10-21",
        ),
    ],
)
def test_address_is_under_the_base_and_keeps_its_query(base: str, address: str) -> None:
    assert endpoint(base).address == address


def test_key_goes_as_a_bearer_or_bare_under_another_name_and_never_shows() -> None:
    assert endpoint().headers["Authorization"] == "Bearer sk-secret"
    assert endpoint(key_header="api-key").headers["api-key"] == "sk-secret"
    assert "Authorization" not in endpoint(key="").headers
    assert "sk-secret" not in repr(endpoint())


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ("json_object", {"type": "json_object"}),
        (
            "json_schema",
            {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": {"type": "object"}}},
        ),
        ("text", None),
    ],
)
def test_form_of_the_answer_is_asked_for(form: AnswerFormat, sent: JsonValue) -> None:
    body = orjson.loads(llm.body_of(endpoint(answer_format=form), INQUIRY))
    assert body.get("response_format") == sent


def test_extra_fields_are_added_and_null_takes_one_away() -> None:
    extra = {"enable_thinking": False, "max_tokens": None, "max_completion_tokens": 500}
    body = orjson.loads(llm.body_of(endpoint(extra=extra), INQUIRY))
    assert body["enable_thinking"] is False
    assert "max_tokens" not in body
    assert llm.most_tokens(endpoint(extra=extra), INQUIRY) == (len("Sort.") + len('{"m":"你好"}'.encode()), 500)
    assert llm.most_tokens(endpoint(), INQUIRY)[1] == 60


def test_cost_is_rounded_up_and_a_free_model_costs_nothing() -> None:
    assert endpoint(price_input=Decimal("0.3"), price_output=Decimal("1.2")).cost_micros(401, 7) == 129
    assert endpoint().cost_micros(10_000, 10_000) == 0


async def test_answer_comes_with_its_count() -> None:
    async with servers.running() as server, OutgoingHttp(allow=read_allow_list(("127.0.0.1",))) as http:
        server.answer = servers.says("hello")
        reply = await llm.ask(http, endpoint(f"{server.url}/v1"), INQUIRY, within=SOON)
        assert (reply.content, reply.tokens_in, reply.tokens_out) == ("hello", servers.IN, servers.OUT)


@pytest.mark.parametrize(
    "usage",
    [
        {}, [], 7, {"prompt_tokens": -1, "completion_tokens": 1}, {"prompt_tokens": 1, "completion_tokens": "2"},
        {"prompt_tokens": 10**12, "completion_tokens": 1}, {"prompt_tokens": True, "completion_tokens": 1},
    ],
)  # fmt: skip
async def test_senseless_count_is_no_count(usage: JsonValue) -> None:
    async with servers.running() as server, OutgoingHttp(allow=read_allow_list(("127.0.0.1",))) as http:
        server.answer = servers.says("hello", usage=usage)
        reply = await llm.ask(http, endpoint(f"{server.url}/v1"), INQUIRY, within=SOON)
        assert (reply.content, reply.tokens_in, reply.tokens_out) == ("hello", None, None)


async def test_each_failure_has_its_error_and_says_whether_it_may_be_charged() -> None:
    cases = [
        (servers.sends(429, b""), llm.LlmRefusedError, False),
        (servers.sends(200, b"[]"), LlmUnreadableError, True),
        (servers.drops, LlmError, True),
        (servers.floods, LlmError, True),
        (servers.waits(3, servers.says("late")), LlmTimeoutError, True),
    ]
    async with servers.running() as server, OutgoingHttp(allow=read_allow_list(("127.0.0.1",))) as http:
        for answer, error, is_charged in cases:
            server.answer = answer
            with pytest.raises(error) as caught:
                await llm.ask(http, endpoint(f"{server.url}/v1"), INQUIRY, within=timedelta(seconds=0.5))
            assert caught.value.is_charged is is_charged
            assert "sk-secret" not in str(caught.value)


async def test_nobody_there_and_nobody_allowed_are_not_charged() -> None:
    for allow in (read_allow_list(("127.0.0.1",)), AllowList()):
        async with OutgoingHttp(allow=allow) as http:
            with pytest.raises(LlmError) as caught:
                await llm.ask(http, endpoint(), INQUIRY, within=SOON)
            assert caught.value.is_charged is False
