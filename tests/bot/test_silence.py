"""A customer who falls silent: one reminder while the channel takes it, then a polite end; on the road, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from kaitak.bot import silence
from kaitak.bot.dialogue import DialogueState, Frame, Option, Question, SlotValue
from kaitak.channels.contract import Capabilities
from kaitak.conversations.road_rows import FinishedTurn
from tests.factories import models
from tests.factories.road import RoadStage

NOW = datetime(2025, 11, 19, 14, 30, tzinfo=UTC)
PACK = models.pack("retail")
ROOMY = Capabilities(blocks=frozenset(), max_text=1_000)
REMIND, END = timedelta(minutes=15), timedelta(minutes=120)


def waiting(kind: str = "slot") -> DialogueState:
    """Somebody who was asked for an order's number to return something."""
    value = SlotValue(value="HK25-100198", turn=1, provenance="said")
    frame = Frame(flow="return_request", step="ask", is_waiting=True, slots={"order_no": (value,)}, entries={})
    question = Question(kind=kind, slot="order_no", wording="ask_order_no", options=(Option("甲", "slot:order_no:甲"),))  # type: ignore[arg-type]
    return DialogueState(stack=(frame,), question=question, asked_at=NOW, language="yue")


def test_one_reminder_after_the_packs_time_offers_the_answers_again() -> None:
    state = waiting()
    assert silence.next_look(PACK, state) == NOW + REMIND
    assert silence.look(PACK, state, ROOMY, NOW + REMIND / 2) == silence.Looked(state=state)
    looked = silence.look(PACK, state, ROOMY, NOW + REMIND)
    (reply,) = looked.replies
    assert "退貨" in reply.text
    assert [option.title for option in reply.quick_replies] == ["甲"]
    assert looked.state == replace(state, is_reminded=True)
    assert silence.next_look(PACK, looked.state) == NOW + END
    assert silence.look(PACK, looked.state, ROOMY, NOW + REMIND * 2).outcome == "nothing"


def test_end_puts_the_request_aside_and_keeps_what_was_said() -> None:
    looked = silence.look(PACK, replace(waiting(), is_reminded=True), ROOMY, NOW + END)
    assert looked.outcome == "timed_out"
    assert "擱低" in looked.replies[0].text
    assert (looked.state.stack, looked.state.question) == ((), None)
    assert looked.state.finished is not None
    assert looked.state.finished.value("order_no") == "HK25-100198"
    assert silence.next_look(PACK, looked.state) is None


def test_nothing_is_said_where_the_channels_window_is_over_or_messages_are_counted() -> None:
    for narrow in (replace(ROOMY, reply_window=timedelta(minutes=10)), replace(ROOMY, quota=5)):
        looked = silence.look(PACK, waiting(), narrow, NOW + REMIND)
        assert (looked.replies, looked.state.is_reminded) == ((), True)
        looked = silence.look(PACK, looked.state, narrow, NOW + END)
        assert (looked.replies, looked.state.stack, looked.outcome) == ((), (), "timed_out")
    day = replace(ROOMY, reply_window=timedelta(hours=24))  # of the customer's last word; the bot asked late
    assert silence.look(PACK, waiting(), day, NOW + REMIND, NOW - timedelta(hours=24)).replies == ()
    assert silence.look(PACK, waiting(), day, NOW + REMIND, NOW - timedelta(hours=23)).replies != ()


async def pass_by(road: RoadStage, minutes: int) -> None:
    """Let time pass for the only conversation."""
    await road.rows(
        """update conversation set turn_due_at = turn_due_at - %s::interval, bot_state = jsonb_set(bot_state,
           '{dialogue,asked_at}', to_jsonb((bot_state #>> '{dialogue,asked_at}')::timestamptz - %s::interval))""",
        timedelta(minutes=minutes),
        timedelta(minutes=minutes),
    )


async def answers(road: RoadStage) -> list[str]:
    return [str(text) for kind, text in await road.texts() if kind == "outgoing"]


async def test_reminder_goes_out_once_with_two_workers_and_the_end_follows(road: RoadStage) -> None:
    await road.say("m-1", "查單")
    await road.take_turns()
    due = "select turn_due_at - now() between interval '14 minutes' and interval '15 minutes' from conversation"
    assert await road.one(due) is True
    assert await road.take_turns() == 0
    await pass_by(road, 16)
    workers = [road.turner("a"), road.turner("b")]
    assert sorted(await asyncio.gather(*(worker.step() for worker in workers))) == [0, 1]
    assert len(await answers(road)) == 2
    assert "仲喺度" in (await answers(road))[1]
    assert await road.column("select outcome from turn order by to_seq") == ["answered", "reminded"]
    assert await road.take_turns() == 0
    await pass_by(road, 106)
    assert await road.take_turns() == 1
    assert "擱低" in (await answers(road))[2]
    assert await road.one("select turn_due_at from conversation") is None
    await road.say("m-2", "HK25-100234")
    await road.take_turns()
    assert "訂單系統" in (await answers(road))[3]  # the number took up what had been put aside


async def test_customer_who_writes_meanwhile_is_answered_and_not_reminded(road: RoadStage) -> None:
    await road.say("m-1", "查單")
    await road.take_turns()
    await pass_by(road, 16)
    (claimed,) = await road.process.road.claim_turns(1, "w:1", timedelta(seconds=30))
    await road.say("m-2", "你好")
    reminder: dict[str, JsonValue] = {
        "type": "outgoing",
        "sender": "bot",
        "content": "?",
        "content_type": "text",
        "attributes": {},
    }
    late = FinishedTurn(
        turn=claimed, state={}, messages=[reminder], understanding={}, trace=[], outcome="reminded", only_if_quiet=True
    )
    assert (await road.process.road.finish_turns([late])).counted == frozenset()
    await road.process.road.release_turns([claimed], timedelta(0))
    assert await road.take_turns() == 1
    assert "網上助理" in (await answers(road))[1]
    assert "?" not in await answers(road)
