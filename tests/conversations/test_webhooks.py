"""The webhook door: what is refused, with which status and code, and that nothing is half-written."""

from __future__ import annotations

import time

import orjson
import pytest
from pydantic import JsonValue
from starlette.types import Message

from kaitak.conversations.webhooks import HookFirst, WebhookDoor
from tests.factories.road import RoadStage, sign

MESSAGE = orjson.dumps({"id": "m-1", "source_id": "c-1", "content": "你好"})
LIMIT = 1024 * 1024


async def assert_nothing_written(road: RoadStage) -> None:
    tables = ("inbound_event", "message", "conversation", "contact", "contact_inbox")
    assert {table: await road.one(f"select count(*) from {table}") for table in tables} == dict.fromkeys(tables, 0)


async def test_signed_message_is_stored_and_acknowledged(road: RoadStage) -> None:
    answer = await road.post(MESSAGE, sign(MESSAGE))
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert await road.texts() == [("incoming", "你好")]
    assert await road.rows("select external_id, kind, outcome from inbound_event") == [
        {"external_id": "m-1", "kind": "message", "outcome": "stored"}
    ]


async def test_platform_that_hangs_up_before_its_body_came_is_no_error(road: RoadStage) -> None:
    heard: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        heard.append(message)

    scope = {"type": "http", "method": "POST", "path": f"/v1/hooks/api/{road.inbox.identifier}", "headers": []}
    app = HookFirst(road.app, road.process.deps.get(WebhookDoor))
    await app({**scope, "query_string": b"", "scheme": "http", "server": ("test", 80)}, receive, send)
    assert heard == []
    await assert_nothing_written(road)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({}, "required"),
        (sign(MESSAGE, secret="another secret, long enough 0123456789"), "does not match"),
        (sign(MESSAGE + b" "), "does not match"),
        (sign(MESSAGE, at=time.time() - 3600), "five minutes"),
        (sign(MESSAGE, at=time.time() + 3600), "five minutes"),
        ({**sign(MESSAGE), "X-Kaitak-Signature": "sha256="}, "does not match"),
        ({**sign(MESSAGE), "X-Kaitak-Timestamp": "soon"}, "not a Unix time"),
    ],
    ids=["unsigned", "wrong", "tampered", "stale", "future", "empty", "time"],
)
async def test_unproven_call_is_refused(road: RoadStage, headers: dict[str, str], says: str) -> None:
    answer = await road.post(MESSAGE, headers)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (401, "signature_invalid")
    assert says in problem["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    await assert_nothing_written(road)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"\xff\xfe",
        b'{"id":"m-1"}',
        b'{"id":"m-1","source_id":"c-1","content":"\\ud800"}',
        b'{"id":"m-1","source_id":"c-1","content":"x","deep":' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"events":[{"id":"m-1","source_id":"c-1","content":"good"},{"id":"m-2"}]}',
        orjson.dumps({"id": "m-1", "source_id": "c-1", "content": "x" * 20_001}),
    ],
    ids=["empty", "text", "list", "bytes", "fields", "surrogate", "deep", "one of two", "long"],
)
async def test_malformed_body_is_refused_whole(road: RoadStage, body: bytes) -> None:
    answer = await road.post(body, sign(body))
    assert (answer.status_code, answer.json()["code"]) == (400, "payload_malformed")
    await assert_nothing_written(road)


async def test_oversized_body_is_refused_before_and_after_its_length_is_known(road: RoadStage) -> None:
    body = b"x" * (LIMIT + 1)
    declared = await road.post(body, sign(body))

    async def pour() -> object:
        for _ in range(3):
            yield b"x" * (LIMIT // 2)

    path = f"/v1/hooks/api/{road.inbox.identifier}"
    streamed = await road.http.post(path, content=pour(), headers=sign(b""))  # type: ignore[arg-type]
    for answer in (declared, streamed):
        assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (413, "body_too_large", LIMIT)
    await assert_nothing_written(road)


async def test_unknown_inbox_and_wrong_channel_are_not_found(road: RoadStage) -> None:
    for path in (
        "api/nobody",
        f"web_widget/{road.inbox.identifier}",
        f"fax/{road.inbox.identifier}",
        "api/" + "x" * 500,
    ):
        answer = await road.http.post(f"/v1/hooks/{path}", content=MESSAGE, headers=sign(MESSAGE))
        assert (answer.status_code, answer.json()["code"]) == (404, "inbox_unknown")
    await assert_nothing_written(road)


async def test_replayed_call_is_acknowledged_and_changes_nothing(road: RoadStage) -> None:
    headers = sign(MESSAGE)
    assert [(await road.post(MESSAGE, headers)).status_code for _ in range(3)] == [200, 200, 200]
    assert await road.texts() == [("incoming", "你好")]
    assert await road.one("select count(*) from inbound_event") == 1


async def test_same_id_in_another_inbox_is_another_message(road: RoadStage) -> None:
    other = await road.make_inbox(name="Other")
    await road.say("m-1", "一")
    await road.say("m-1", "二", inbox=other)
    assert sorted(str(text) for _, text in await road.texts()) == ["一", "二"]


async def test_batch_keeps_its_order_and_counts_each_kind(road: RoadStage) -> None:
    events: list[JsonValue] = [
        {"id": f"m-{number}", "source_id": "c-1", "content": str(number)} for number in range(100 - 2)
    ]
    answer = await road.send({"events": [*events, {"type": "reaction", "id": "x-1"}, dict(events[0])]})  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert [text for _, text in await road.texts()] == [str(number) for number in range(98)]
    assert await road.rows("select kind, outcome, count(*) from inbound_event group by 1, 2 order by 1") == [
        {"kind": "message", "outcome": "stored", "count": 98},
        {"kind": "reaction", "outcome": "ignored", "count": 1},
    ]


async def test_nul_characters_are_replaced_wherever_they_stand(road: RoadStage) -> None:
    body: dict[str, JsonValue] = {
        "id": "m\0-1",
        "source_id": "c\0-1",
        "content": "a\0b and \\u0000 as it is written",
        "submitted_value": "x\0",
        "contact": {"name": "N\0", "email": "e\0@example.com", "phone_number": "1\0"},
        "extra\0": {"\0": ["\0"]},
    }
    for _ in range(2):
        assert (await road.send(body)).status_code == 200
    body["id"] = "m\0-2"
    assert (await road.send(body)).status_code == 200
    assert [text for _, text in await road.texts("c�-1")] == ["a�b and \\u0000 as it is written"] * 2
    assert await road.rows("select name, email from contact") == [{"name": "N�", "email": "e�@example.com"}]


async def test_delivery_report_moves_a_message_forward_only(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    await road.take_turns()
    await road.deliver()
    message = await road.one("select min(message_id) from delivery")

    async def report(number: int, status: str) -> JsonValue:
        body: JsonValue = {
            "type": "delivery_report",
            "id": f"r-{number}",
            "message_id": str(message),
            "status": status,
        }
        assert (await road.send(body)).status_code == 200
        return await road.one("select status from message where id = %s", message)

    assert await report(1, "delivered") == "delivered"
    assert await report(2, "sent") == "delivered"
    assert await report(3, "failed") == "delivered"
    assert await report(4, "read") == "read"
    assert await report(5, "delivered") == "read"
    assert set(await road.column("select outcome from inbound_event where kind = 'delivery_report'")) == {"applied"}


async def test_failed_report_shows_its_reason_once_and_delivered_overrules_it(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    await road.take_turns()
    await road.deliver()
    message = await road.one("select min(message_id) from delivery")
    failed: JsonValue = {
        "type": "delivery_report",
        "id": "r-1",
        "message_id": str(message),
        "status": "failed",
        "reason": "unreachable",
    }
    query = "select status, status_reason from message where id = %s"
    await road.send(failed)
    assert await road.rows(query, message) == [{"status": "failed", "status_reason": "unreachable"}]
    await road.rows("update message set status = 'sending', status_reason = null where id = %s", message)
    await road.send(failed)
    assert await road.rows(query, message) == [{"status": "sending", "status_reason": None}]
    await road.rows("update message set status = 'failed' where id = %s", message)
    await road.send({"type": "delivery_report", "id": "r-2", "message_id": str(message), "status": "delivered"})
    assert await road.rows(query, message) == [{"status": "delivered", "status_reason": None}]


async def test_report_of_what_is_not_ours_is_dropped_with_its_reason(road: RoadStage) -> None:
    other = await road.make_inbox(name="Other")
    await road.say("m-1", "你好", inbox=other)
    await road.take_turns()
    foreign = await road.one("select min(message_id) from delivery")
    incoming = await road.one("select min(id) from message where message_type = 'incoming'")
    for number, key in enumerate((foreign, incoming, 999_999, "x", "9" * 30)):
        await road.send({"type": "delivery_report", "id": f"r-{number}", "message_id": str(key), "status": "read"})
    reports = "select outcome, reason from inbound_event where kind = 'delivery_report'"
    assert await road.rows(reports) == [{"outcome": "dropped", "reason": "message_unknown"}] * 5
    assert await road.one("select count(*) from message where status = 'read'") == 0


async def test_changed_secret_counts_from_the_next_look_up(road: RoadStage) -> None:
    fresh = await road.make_inbox(name="Fresh")
    await road.change_inbox(fresh, config={"secret": "a new secret of the inbox 0123456789 0123"})
    answer = await road.post(MESSAGE, sign(MESSAGE), fresh)
    assert answer.status_code == 401
    answer = await road.post(MESSAGE, sign(MESSAGE, secret="a new secret of the inbox 0123456789 0123"), fresh)
    assert answer.status_code == 200
