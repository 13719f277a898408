"""The question to the language model and the reading of its answer, without any network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaitak.bot import choosing, dialogue, packs
from kaitak.bot.choosing import AnswerUnreadableError, Choice
from kaitak.bot.decision import TurnContext
from kaitak.bot.packs import Pack
from kaitak.nlu.understanding import Evidence, Mood, RankedIntent, Understanding
from tests.factories import mini_pack

NAMES = ("order_status", "return_request", "refund_status")
CONTEXT = TurnContext(now=datetime(2026, 3, 2, tzinfo=UTC))
READ = Understanding(
    text="退款幾時到",
    language="yue",
    act="request",
    intents=(RankedIntent("order_status", 0.4), RankedIntent("refund_status", 0.3), RankedIntent("gone", 0.1)),
    band="clarify",
    entities=(),
    mood=Mood(sentiment="neutral", emotion="calm", urgency="normal"),
    evidence=Evidence(source="model", detail=("nearest",)),
    model_version="v1",
)
CHOICE = Choice(label="refund_status", candidates=NAMES, model="m", took_ms=5, tokens_in=7, tokens_out=2, cost_micros=0)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return packs.load(mini_pack.write(tmp_path_factory.mktemp("packs") / "retail"))


@pytest.mark.parametrize("content", ['{"label": "refund_status"}', ' {"label":"refund_status"}\n'])
def test_label_of_the_list_is_read(content: str) -> None:
    assert choosing.read_answer(content, NAMES) == "refund_status"


def test_none_is_an_answer() -> None:
    assert choosing.read_answer('{"label": "none"}', NAMES) is None


@pytest.mark.parametrize(
    "content",
    [
        "", "refund_status", '"refund_status"', "[]", "null", "{}", '{"label": null}', '{"label": 3}',
        '{"Label": "none"}',
        '{"label": "None"}', '{"label": " refund_status"}', '{"label": "refund_status", "why": "x"}', '{"label": "x"}',
    ],
)  # fmt: skip
def test_anything_else_is_no_answer(content: str) -> None:
    with pytest.raises(AnswerUnreadableError):
        choosing.read_answer(content, NAMES)


@given(st.text(max_size=200))
def test_no_text_gives_a_label_outside_the_list(content: str) -> None:
    try:
        assert choosing.read_answer(content, NAMES) in {*NAMES, None}
    except AnswerUnreadableError:
        return


def test_candidates_are_the_packs_own_where_the_bot_would_ask(pack: Pack) -> None:
    state = dialogue.from_json(None)
    assert choosing.candidates(pack, state, READ, CONTEXT) == ("order_status", "refund_status")
    for other in (
        replace(READ, band="answer"),
        replace(READ, band="handover"),
        replace(READ, intents=READ.intents[:1]),
        replace(READ, act="thank"),
        replace(READ, mood=replace(READ.mood, reasons=("anger",), evidence=("anger: 呃人",))),
    ):
        assert choosing.candidates(pack, state, other, CONTEXT) == ()
    assert choosing.candidates(pack, state, READ, replace(CONTEXT, chosen="person")) == ()


def test_question_shows_title_boundary_and_the_likest_lines(pack: Pack) -> None:
    intents = {**pack.intents, "refund_status": pack.intents["refund_status"].model_copy(update={"means": "promised"})}
    inquiry = choosing.inquiry(replace(pack, intents=intents), READ, NAMES)
    listed = orjson.loads(inquiry.system.split("The list:\n")[1])
    assert [wish["label"] for wish in listed] == list(NAMES)
    assert listed[2]["means"] == "promised"
    assert "means" not in listed[0]
    assert listed[2]["examples"][0] == "退款幾時到"
    assert all(len(wish["examples"]) == choosing.EXAMPLES for wish in listed)
    schema = inquiry.schema["properties"]
    assert isinstance(schema, dict)
    assert schema["label"] == {"type": "string", "enum": [*NAMES, "none"]}


def test_choice_comes_first_and_is_answered_and_none_leaves_all_as_it_was() -> None:
    chosen = choosing.applied(READ, CHOICE)
    assert (chosen.intent, chosen.confidence, chosen.band) == ("refund_status", 0.3, "answer")
    assert [i.name for i in chosen.intents] == ["refund_status", "order_status", "gone"]
    assert chosen.evidence.detail == ("language model: m chose refund_status of 3 in 5 ms, 7+2 tokens", "nearest")
    assert choosing.applied(READ, None) is READ
    assert choosing.applied(READ, replace(CHOICE, label=None)) is READ
