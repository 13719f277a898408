"""Finding messages: any script and width, every word, newest first, only what the viewer may see, nothing forgotten."""

from __future__ import annotations

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from kaitak.accounts.policy import Role
from kaitak.conversations import search, search_index
from kaitak.conversations.errors import SearchTooShortError
from tests.factories import accounts
from tests.factories.stage import Stage

LINES = ("我張單HK25-100234去咗邊呀", "我想退貨 100%唔啱", "退款幾時到", "想退货可以吗", "ＷｈａｔsApp refund please")


@pytest.fixture
async def told(stage: Stage) -> Stage:
    """One conversation with five lines that can be found."""
    customer, _ = await stage.conversation(LINES[0])
    for line in LINES[1:]:
        await customer.say(line)
    assert await search_index.index_messages(stage.database) == len(LINES)
    return stage


async def find(stage: Stage, q: str, **more: str | int) -> dict[str, JsonValue]:
    answer = await stage.admin.get(stage.path("/search/messages"), params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, JsonValue] = answer.json()
    return found


def messages(page: dict[str, JsonValue]) -> list[dict[str, JsonValue]]:
    payload = page["payload"]
    assert isinstance(payload, list)
    return [each for each in payload if isinstance(each, dict)]


async def texts(stage: Stage, q: str) -> list[str]:
    return [str(each["content"]) for each in messages(await find(stage, q))]


async def test_every_way_of_writing_finds_the_same_newest_first(told: Stage) -> None:
    assert await texts(told, "退貨") == await texts(told, "退货") == [LINES[3], LINES[1]]
    assert await texts(told, "whatsapp") == await texts(told, "ＷＨＡＴＳ") == [LINES[4]]
    for part in ("hk25-100234", "k25-1", "張單hk2", "0023", "4去", "單hk25-100234去"):
        assert await texts(told, part) == [LINES[0]], part
    assert await texts(told, "atsapp refun") == await texts(told, "app leas") == [LINES[4]]
    assert await texts(told, "退 唔啱") == [LINES[1]]
    assert await texts(told, "100%") == [LINES[1]]
    assert await texts(told, "0_%") == await texts(told, "退貨 refund") == []
    (first,) = messages(await find(told, "去咗邊"))
    assert (first["display_id"], first["seq"], first["message_type"]) == (1, 1, "incoming")


async def test_pages_go_on_through_older_stretches(told: Stage) -> None:
    async with told.database.transaction(told.account_id) as session:  # as if 50,000 messages lay between each
        await session.execute(text("update message_text set block = (select count(*) from message_text o "
                                   "where o.message_id < message_text.message_id)"))  # fmt: skip
        await session.execute(text("update message_text_state set texts = 6 * 50000"))
    seen: list[JsonValue] = []
    more: dict[str, str] = {}
    for _ in range(3):
        page = await find(told, "想退", limit=1, **more)
        seen += [each["content"] for each in messages(page)]
        assert isinstance(page["meta"], dict)
        if page["meta"]["next_cursor"] is None:
            break
        more = {"cursor": str(page["meta"]["next_cursor"])}
    assert seen == [LINES[3], LINES[1]]


async def test_search_keeps_one_plan_and_that_by_its_index(told: Stage) -> None:
    """What a later `create or replace function` must not forget: an account's history is a hundred looks and more."""
    async with told.database.transaction() as session:
        kept = await session.scalar(text("select proconfig from pg_proc where proname = 'search_messages'"))
    assert {"plan_cache_mode=force_generic_plan", "enable_seqscan=off"} <= set(kept or ())


async def test_agents_find_what_their_inboxes_hold_and_other_accounts_nothing(told: Stage) -> None:
    path = told.path("/search/messages")
    assert (await told.agent_http.get(path, params={"q": "退貨"})).json()["payload"] == []
    await told.admin.patch(told.path(f"/inboxes/{told.inbox.id}"), json={"member_ids": [told.agent.user_id]})
    assert len((await told.agent_http.get(path, params={"q": "退貨"})).json()["payload"]) == 2
    other = await accounts.make_account(told.database, "Other")
    stranger = await accounts.make_member(told.database, other, Role.ADMINISTRATOR)
    async with accounts.signed_in(told.app, stranger) as http:
        mine = await http.get(f"/api/v1/accounts/{other}/search/messages", params={"q": "退貨"})
        theirs = await http.get(path, params={"q": "退貨"})
    assert mine.json()["payload"] == []
    assert theirs.status_code == 404


async def test_search_of_one_character_says_what_to_do(told: Stage) -> None:
    answer = await told.admin.get(told.path("/search/messages"), params={"q": " 退 貨 "})
    assert (answer.status_code, answer.json()["code"]) == (422, SearchTooShortError.code)


async def test_message_that_was_committed_late_is_found_and_settled_ones_are_left_alone(told: Stage) -> None:
    async with told.database.transaction(told.account_id) as session:
        await session.execute(text("delete from message_text where folded like '%refund%'"))
    assert await search_index.index_messages(told.database) == 1
    assert await texts(told, "refund") == [LINES[4]]
    async with told.database.transaction(told.account_id) as session:
        await session.execute(text("update message set created_at = now() - interval '1 minute'"))
    assert await search_index.index_messages(told.database) == 0
    async with told.database.transaction(told.account_id) as session:
        await session.execute(text("delete from message_text"))
    assert await search_index.index_messages(told.database) == 0


async def test_long_history_is_taken_in_batches(stage: Stage) -> None:
    customer, _ = await stage.conversation("第一句說話")
    for number in range(4):
        await customer.say(f"第{number}件事情")
    assert [await search_index.index_messages(stage.database, batch=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(await texts(stage, "件事情")) == 4


def test_words_are_folded_and_need_two_characters() -> None:
    assert search.words_of("  退貨\n ＨＫ ") == ["退货", "hk"]
    with pytest.raises(SearchTooShortError):
        search.words_of("退")
