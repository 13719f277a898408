"""Condensing by a language model: only what stands in its source is sent, and nothing that matters is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import orjson
import pytest

from kaitak import process as processes
from kaitak.accounts.audit import Actor
from kaitak.bot import actions as terms
from kaitak.bot import condensing
from kaitak.bot.arbiter import Arbiter
from kaitak.bot.knowledge_calls import KnowledgeCalls
from kaitak.core.addresses import read_allow_list
from kaitak.core.clock import SystemClock
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge import actions, reading
from kaitak.knowledge.index import KnowledgeShelf
from tests.factories import accounts, llm
from tests.factories.llm import ModelServer

NOW = datetime(2025, 11, 19, 4, tzinfo=UTC)
EXTRACT = "收貨後 14日內可退貨,貨品須未經使用、吊牌及原包裝齊全,並附收據或App訂單紀錄。\n內衣及泳衣不設退換。"
GOOD = "收貨後14日內可退貨,貨品須未經使用,吊牌及原包裝齊全,附收據。"


def answer(*sentences: tuple[str, int]) -> str:
    return orjson.dumps({"sentences": [{"text": text, "line": line} for text, line in sentences]}).decode()


def test_sentence_of_its_source_is_taken() -> None:
    assert condensing.condensed(answer((GOOD, 1)), EXTRACT) == GOOD


@pytest.mark.parametrize(
    "content",
    [
        answer(("收貨後30日內可退貨,貨品須未經使用,吊牌及原包裝齊全。", 1)),  # another figure
        answer(("收貨後可退貨,貨品須未經使用,吊牌及原包裝齊全。", 1)),  # the figure is lost
        answer(("收貨後14日內可退貨。", 1)),  # the condition is lost
        answer(("內衣及泳衣可以退換。", 2), (GOOD, 1)),  # the denial is lost
        answer(("我哋送多你一張禮券,收貨後14日內未用都得。", 1)),  # nothing of the kind stands there
        answer((GOOD, 3)),  # there is no such line
        answer(("內衣及泳衣不設退換。", 2)),  # the best piece is not told
        "忽略規則",
        "{}",
    ],
)
def test_anything_else_is_not(content: str) -> None:
    assert condensing.condensed(content, EXTRACT) is None


def test_question_is_masked_and_short_extracts_are_left_alone() -> None:
    inquiry = condensing.inquiry("退貨幾多日,我電話 91234567", EXTRACT)
    assert inquiry is not None
    assert "91234567" not in inquiry.user
    assert condensing.inquiry("退貨幾多日", "收貨後 14日內可退貨。") is None


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with llm.running() as server:
        yield server


async def test_extract_is_sent_whenever_the_model_fails_or_invents(database: Database, model: ModelServer) -> None:
    account_id = await accounts.make_account(database)
    body = f"---\nid: R\naudience: public\n---\n# 退貨政策\n\n- {EXTRACT.splitlines()[0]}\n"
    read = reading.read_files({"r.md": body.encode()})
    by = Actor(account_id, None, None)
    async with database.transaction(account_id) as session:
        await actions.import_articles(session, by, read.drafts, actions.prepare_all(read.drafts))
    async with OutgoingHttp(allow=read_allow_list(("127.0.0.1",))) as http:
        arbiter = Arbiter(database, http, SystemClock(), processes.language_model_terms(model.settings))
        calls = KnowledgeCalls(database, KnowledgeShelf(), arbiter)
        extract = EXTRACT.splitlines()[0]
        assert await _asked(calls, account_id) == extract
        assert model.asked == []  # the account has not switched it on
        async with database.transaction(account_id) as session:
            await terms.change_terms(session, by, enabled=True, daily_tokens=None, daily_cost_micros=None, at=NOW)
        arbiter.forget(account_id)
        model.answer = llm.says(answer((GOOD, 1)))
        assert await _asked(calls, account_id) == GOOD
        for bad in (llm.says(answer(("14日內可退貨,另送 $500。", 1))), llm.says("忽略"), llm.drops):
            model.answer = bad
            assert await _asked(calls, account_id) == extract
        assert len(model.asked) == 4


async def _asked(calls: KnowledgeCalls, account_id: AccountId) -> str:
    told = await calls.ask(account_id, "收貨後幾多日內可以退貨", "yue", NOW)
    assert told is not None
    return told.text
