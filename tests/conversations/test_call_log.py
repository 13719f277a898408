"""The webhook log: what was refused is counted, what is signed is kept and replayed once, nothing is kept for long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import orjson
import pytest
from pydantic import JsonValue

from kaitak.accounts.policy import Role
from kaitak.conversations import masking, retention
from kaitak.conversations.call_log import KEPT_AN_HOUR, CallLog
from kaitak.jobs.queue import JobDeps
from tests.factories import accounts
from tests.factories import road as roads
from tests.factories.road import RoadStage

UNKNOWN: dict[str, JsonValue] = {"id": "u-1", "type": "reaction", "replyToken": "nobody-sees-this"}


@pytest.fixture
async def people(road: RoadStage) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    database = road.process.deps.database
    async with AsyncExitStack() as stack:
        found = {}
        for name, account_id, role in (
            ("administrator", road.account_id, Role.ADMINISTRATOR),
            ("supervisor", road.account_id, Role.SUPERVISOR),
            ("stranger", await accounts.make_account(database), Role.ADMINISTRATOR),
        ):
            member = await accounts.make_member(database, account_id, role)
            found[name] = await stack.enter_async_context(accounts.signed_in(road.app, member))
            found[name].base_url = found[name].base_url.join(f"/api/v1/accounts/{account_id}/")
        yield found


async def test_calls_are_counted_kept_and_replayed_once(road: RoadStage, people: dict[str, httpx.AsyncClient]) -> None:
    admin, supervisor, stranger = people["administrator"], people["supervisor"], people["stranger"]
    log = road.process.deps.get(CallLog)
    for n in range(3):
        forged = roads.sign(b"{}", secret="another-secret-of-the-same-length-012345")
        assert (await road.post(b'{"n":%d}' % n, forged)).status_code == 401
    broken = b'{"id": "x-1", "source_id": '
    for _ in range(2):
        assert (await road.post(broken, roads.sign(broken))).status_code == 400
    assert (await road.send(UNKNOWN)).status_code == 200
    await road.say("m-1", "你好")
    await log.write()
    await log.write()

    listed = (await supervisor.get("webhook_calls")).json()["payload"]
    assert {(each["verdict"], each["reason"], each["calls"], each["has_body"]) for each in listed} == {
        ("refused", "signature_invalid", 3, False),
        ("malformed", "payload_malformed", 2, True),
        ("unsupported", "reaction", 1, True),
    }
    ids = {each["verdict"]: each["id"] for each in listed}
    path = f"webhook_calls/{ids['unsupported']}/body"
    shown = (await admin.get(path)).json()["body"]
    assert '"type": "reaction"' in shown
    assert "nobody-sees-this" not in shown
    assert (await supervisor.get(path)).status_code == 403
    assert (await stranger.get("webhook_calls")).json()["payload"] == []
    assert (await stranger.get(path)).status_code == 404
    events = (await supervisor.get("inbound_events", params={"inbox_id": road.inbox.id})).json()["payload"]
    assert [(each["kind"], each["outcome"]) for each in events] == [("message", "stored"), ("reaction", "ignored")]
    body = (await admin.get(f"inbound_events/{events[0]['id']}/body")).json()["body"]
    assert "你好" in body

    # Today's connector understands what yesterday's did not.
    message = orjson.dumps({"id": "u-1", "source_id": "c-9", "content": "而家識讀"})
    await road.rows("update webhook_call set body = %s where id = %s", message, ids["unsupported"])
    assert (await supervisor.post("webhook_calls/replay", json={"ids": list(ids.values())})).status_code == 403
    assert (await stranger.post("webhook_calls/replay", json={"ids": list(ids.values())})).json()["calls"] == 0
    replayed = (await admin.post("webhook_calls/replay", json={"inbox_id": road.inbox.id})).json()
    assert replayed == {"calls": 2, "outcomes": {"stored": 1}, "failed": {str(ids["malformed"]): "payload_malformed"}}
    assert await road.texts("c-9") == [("incoming", "而家識讀")]
    again = (await admin.post("webhook_calls/replay", json={"ids": list(ids.values())})).json()
    assert again["outcomes"] == {"duplicate": 1}
    assert await road.texts("c-9") == [("incoming", "而家識讀")]
    assert await road.column("select outcome from inbound_event where external_id = 'u-1'") == ["stored"]
    assert (await admin.post("webhook_calls/replay", json={})).status_code == 422

    # A message for which nothing is due is taken up again, and only that.
    replay = {"inbox_id": road.inbox.id}
    assert (await admin.post("inbound_events/replay", json=replay)).json() == {"conversations": 0, "files": 0}
    await road.rows("update conversation set turn_due_at = null, turn_waiting_since = null")
    report = (await supervisor.get("ledger/report")).json()
    assert not report["is_balanced"]
    (inbox,) = report["payload"]
    assert {row["kind"] for row in inbox["unbalanced"]} == {"waits_for_nothing"}
    assert (inbox["accepted"], inbox["waiting"], inbox["settled"], inbox["refused_calls"]) == (2, 2, 0, 5)
    assert (await admin.post("inbound_events/replay", json=replay)).json() == {"conversations": 2, "files": 0}
    assert (await supervisor.get("ledger/report")).json()["is_balanced"]

    # Bodies go after their time; the ledger stays.
    deps = road.process.deps
    job_deps = JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)
    await road.rows("update inbound_event set received_at = now() - interval '8 days' where external_id = 'm-1'")
    await road.rows("update webhook_call set last_at = now() - interval '8 days'")
    for _ in range(2):
        await retention.clear_bodies(job_deps, road.account_id, batch=1)
    assert await road.column("select external_id from inbound_event where body = '{}'") == ["m-1"]
    assert await road.one("select count(*) from webhook_call") == 0
    assert await road.one("select count(*) from inbound_event") == 2


async def test_flood_of_a_signed_caller_keeps_so_many_bodies_and_counts_the_rest(road: RoadStage) -> None:
    log = road.process.deps.get(CallLog)
    for n in range(KEPT_AN_HOUR + 20):
        body = b"[%d]" % n
        assert (await road.post(body, roads.sign(body))).status_code == 400
    await log.write()
    rows = await road.rows("select reason, count(*) as n, sum(calls)::int as calls from webhook_call group by 1")
    assert {row["reason"]: (row["n"], row["calls"]) for row in rows} == {
        "payload_malformed": (KEPT_AN_HOUR, KEPT_AN_HOUR),
        "more_of_this_hour": (1, 20),
    }


async def test_platform_answers_and_channel_limits_are_shown_and_dead_letters_go_again_by_filter(
    road: RoadStage, people: dict[str, httpx.AsyncClient]
) -> None:
    supervisor = people["supervisor"]
    await road.say("m-1", "你好")
    await road.rows(
        """with c as (update conversation set last_seq = last_seq + 3 returning *),
        m as (insert into message (account_id, conversation_id, seq, message_type, sender_type, content)
              select account_id, id, 10 + g, 'outgoing', 'user', 'x' from c, generate_series(1, 3) g returning *)
        insert into delivery (account_id, message_id, conversation_id, inbox_id, status, error_code, error_detail,
                              next_attempt_at, finished_at)
        select m.account_id, m.id, m.conversation_id, %s, case when m.seq = 11 then 'pending' else 'failed' end,
               case when m.seq = 11 then 'throttled' else 'refused' end, 'slower, please',
               now() + interval '1 hour', case when m.seq > 11 then now() end from m""",
        road.inbox.id,
    )
    (limits,) = (await supervisor.get("inbox_limits")).json()["payload"]
    (answer,) = limits["answers"]
    assert (answer["code"], answer["detail"], limits["waiting"], limits["max_text"]) == (
        "throttled",
        "slower, please",
        1,
        20_000,
    )
    assert answer["until"] is not None
    report = (await supervisor.get("ledger/report")).json()["payload"][0]
    assert report["deliveries"] == {"pending": 1, "failed": 2}
    replay = await supervisor.post("deliveries/replay", json={"status": "failed", "inbox_id": road.inbox.id})
    assert replay.json() == {"replayed": 2}
    assert (await supervisor.post("deliveries/replay", json={"inbox_id": 1})).status_code == 422
    too_long = {"since": "2020-01-01T00:00:00Z"}
    assert (await supervisor.get("ledger/report", params=too_long)).json()["code"] == "period_invalid"


def test_bodies_are_shown_without_what_opens_anything() -> None:
    form = masking.shown(b"Body=hi&AuthToken=abc", "application/x-www-form-urlencoded")
    assert "hi" in form
    assert "abc" not in form
    xml = masking.shown(b"<xml><Content>hi</Content><Ticket><![CDATA[abc]]></Ticket></xml>", "text/xml")
    assert "hi" in xml
    assert "abc" not in xml
    deep = masking.shown(orjson.dumps({"a": [{"sessionWebhook": "https://x", "text": {"content": "hi"}}]}), "")
    assert "hi" in deep
    assert "https" not in deep
