"""Finding what one person said, on all their channels, in the stream of what happened with them."""

from __future__ import annotations

from kaitak.conversations import search_index
from tests.factories.stage import Stage

LINES = ("我張單HK25-100234去咗邊呀", "想退货可以吗", "退款幾時到", "折扣 100% 定 50_%")


async def _found(stage: Stage, contact: int, q: str, **more: str | int) -> list[str]:
    answer = await stage.admin.get(stage.path(f"/contacts/{contact}/timeline"), params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [each["words"] for each in answer.json()["payload"]]


async def test_words_of_one_person_are_found_in_any_script_and_of_nobody_else(stage: Stage) -> None:
    customer, number = await stage.conversation(LINES[0])
    for line in LINES[1:]:
        await customer.say(line)
    await stage.conversation("退貨，另一位客人")
    assert await search_index.index_messages(stage.database) == len(LINES) + 1
    shown = (await stage.admin.get(stage.path(f"/conversations/{number}"))).json()
    contact = shown["conversation"]["contact"]["id"]
    assert await _found(stage, contact, "退貨") == [LINES[1]]
    assert await _found(stage, contact, "hk25-1002") == [LINES[0]]
    assert await _found(stage, contact, "張單 去咗") == [LINES[0]]
    assert await _found(stage, contact, "0_%") == [LINES[3]]
    assert await _found(stage, contact, "%退") == []
    assert await _found(stage, contact, "退貨", kind="conversation") == [LINES[1]]
    short = await stage.admin.get(stage.path(f"/contacts/{contact}/timeline"), params={"q": "退"})
    assert (short.status_code, short.json()["code"]) == (422, "search_too_short")
