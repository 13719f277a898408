"""An account's flows and wording over HTTP: edited as a draft, checked, published, answering, taken back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kaitak.bot import pack_overlay
from kaitak.bot.errors import PackFileForbiddenError
from kaitak.db.urls import ServerUrls
from tests.factories import mini_pack, school
from tests.factories.school import School

WORDING = "wording/zh-HK.yaml"
FLOW = "flows/order_status.yaml"
ASKING = """flow: order_status
intent: order_status
slots:
  order_no: {entity: order_no, ask: not_understood}
start: ask
steps:
  ask: {collect: order_no, next: give}
  give: {hand_over: flow}
"""


@pytest.fixture(scope="module")
def pack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mini_pack.write(tmp_path_factory.mktemp("packs") / "retail")


@pytest.fixture
async def console(fresh_urls: ServerUrls, tmp_path: Path, models: Path, pack_folder: Path) -> AsyncIterator[School]:
    async with school.opened(fresh_urls, tmp_path, (models, pack_folder)) as opened:
        yield opened


def path(console: School, rest: str = "") -> str:
    return f"/api/v1/accounts/{console.road.account_id}/packs/retail{rest}"


async def get(console: School, rest: str = "", **query: str) -> Any:
    answer = await console.admin.get(path(console, rest), params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def save(console: School, file: str, text: str | None, edition: int) -> httpx.Response:
    return await console.admin.put(path(console, "/file"), json={"path": file, "text": text, "edition": edition})


async def post(console: School, rest: str, **body: object) -> httpx.Response:
    return await console.admin.post(path(console, rest), json=body)


async def ask(console: School, external_id: str, text: str) -> list[object]:
    """What the customer reads after a message."""
    await console.road.say(external_id, text)
    turner = console.turner()
    while await turner.step():
        await turner.drain()
    return [said for kind, said in await console.road.texts() if kind == "outgoing"]


async def test_wording_is_edited_checked_published_answers_and_is_taken_back(console: School) -> None:
    shown = await get(console)
    assert (shown["published"], shown["draft"], shown["is_default"]) == (None, None, True)
    assert [(flow["name"], flow["file"]["origin"], flow["file"]["draft"]) for flow in shown["flows"]] == [
        ("order_status", "shipped", "none")
    ]
    text = (await get(console, "/file", path=WORDING))["text"]
    before = await ask(console, "m-1", "今日天氣點")

    broken = text.replace('"out_of_scope":', '"out_of_scopes":')
    assert (await save(console, WORDING, broken, 0)).json()["draft"]["edition"] == 1
    (fault, *_) = (await post(console, "/check")).json()["faults"]
    assert fault["file"] == WORDING
    assert fault["line"] >= 1
    assert fault["problem"]
    refused = await post(console, "/publish", edition=1)
    assert (refused.status_code, refused.json()["code"], refused.json()["file"]) == (409, "pack_draft_faulty", WORDING)

    words = "呢樣我答唔到，轉頭有同事幫你。"
    said = (await get(console, "/file", path=WORDING))["shipped_text"].splitlines()
    fixed = "\n".join(f' "out_of_scope": "{words}",' if '"out_of_scope"' in line else line for line in said)
    assert (await post(console, "/check", files={WORDING: fixed})).json() == {"faults": []}
    stale = await save(console, WORDING, fixed, 0)
    assert (stale.status_code, stale.json()["code"], stale.json()["edition"]) == (409, "pack_draft_changed", 1)
    assert (await save(console, WORDING, fixed, 1)).json()["draft"]["paths"] == [WORDING]
    assert await ask(console, "m-2", "講個笑話") == [*before, *before], "a draft answers nobody"
    published = (await post(console, "/publish", edition=2, note="清楚一點")).json()
    assert (published["draft"], published["published"]["number"], published["published"]["note"]) == (
        None,
        1,
        "清楚一點",
    )
    assert await ask(console, "m-3", "股票升未") == [*before, *before, words]

    assert (await post(console, "/use", version_id=None)).json()["published"] is None
    assert (await ask(console, "m-4", "世界盃邊隊贏"))[-1] == before[0]
    (version,) = (await get(console, "/versions"))["payload"]
    (difference,) = (await get(console, f"/versions/{version['id']}"))["files"]
    assert (difference["text"], difference["published_text"]) == (fixed, text)
    actions = await console.road.column("select action from audit_log where target_type = 'pack' order by id")
    assert actions == ["pack_draft.saved", "pack_draft.saved", "pack_version.published", "pack_version.published"]


async def test_message_is_tried_with_what_is_typed_and_nothing_is_kept(console: School) -> None:
    message = {"text": "我張單去咗邊", "files": {FLOW: ASKING}}
    first = (await post(console, "/try", **message)).json()
    assert [reply["text"] for reply in first["replies"]] == ["text"]
    assert (first["understanding"]["intents"][0]["name"], first["hand_over"]) == ("order_status", None)
    second = (await post(console, "/try", **{**message, "text": "HK100234", "state": first["state"]})).json()
    assert second["hand_over"]["reason"] == "flow"
    assert second["state"]["number"] == first["state"]["number"]
    garbage = await post(console, "/try", **{**message, "state": {"dialogue": {"version": "?"}, "number": "1"}})
    assert garbage.status_code == 200
    broken = await post(console, "/try", text="你好", files={FLOW: "flow: ["})
    assert (broken.status_code, broken.json()["code"]) == (409, "pack_draft_faulty")
    kept = [
        await console.road.one(f"select count(*) from {table}") for table in ("conversation", "turn", "knowledge_gap")
    ]
    assert kept == [0, 0, 0]
    assert (await console.supervisor_http.post(path(console, "/try"), json=message)).status_code == 403


async def test_running_conversation_survives_a_changed_flow(console: School) -> None:
    await save(console, FLOW, ASKING, 0)
    await post(console, "/publish", edition=1)
    assert len(await ask(console, "m-1", "我張單去咗邊")) == 1
    renamed = ASKING.replace("ask:", "ask_again:").replace("start: ask", "start: ask_again")
    await save(console, FLOW, renamed.replace("ask_again: not_understood", "ask: not_understood"), 0)
    assert (await post(console, "/publish", edition=1)).status_code == 200
    assert len(await ask(console, "m-2", "我張單去咗邊")) == 2
    assert await console.road.column("select distinct outcome from turn order by 1") == ["answered"]


async def test_added_flow_can_be_taken_away_and_what_is_as_shipped_leaves_the_draft(console: School) -> None:
    added = "flows/store_hours.yaml"
    text = ASKING.replace("order_status", "store_hours")
    shown = (await save(console, added, text, 0)).json()
    assert {flow["name"]: flow["file"]["draft"] for flow in shown["flows"]}["store_hours"] == "added"
    drawn = (await post(console, "/drawing", text=text)).json()
    assert [(node["step"], node["kind"], node["line"]) for node in drawn["nodes"]] == [
        ("ask", "collect", 7),
        ("give", "hand_over", 8),
    ]
    assert [(edge["source"], edge["target"], edge["outcome"]) for edge in drawn["edges"]] == [("ask", "give", "next")]
    assert (await save(console, added, None, 1)).json()["draft"] is None
    refused = await save(console, WORDING, None, 0)
    assert (refused.status_code, refused.json()["code"]) == (422, "pack_file_forbidden")


@pytest.mark.parametrize(
    "bad", ["../x.yaml", "flows/../pack.yaml", "pack.yaml", "/etc/passwd", "flows/A.yaml", "flows/a.yml"]
)
def test_only_files_of_the_pack_that_people_write_can_be_edited(bad: str) -> None:
    with pytest.raises(PackFileForbiddenError):
        pack_overlay.check_path(bad)


TALKS = """conversations:
  - name: what_is_out_of_scope
    turns:
      - {say: 今日天氣點, reply: [text]}
"""


async def test_sample_talks_that_go_otherwise_must_be_waved_through(console: School) -> None:
    await save(console, "tests/own.yaml", TALKS, 0)
    assert (await post(console, "/talks")).json() == {"talks": 1, "failures": []}
    text = (await get(console, "/file", path=WORDING))["text"]
    changed = re.sub(r'"out_of_scope": "text"', '"out_of_scope": "呢樣我答唔到。"', text)
    await save(console, WORDING, changed, 1)
    (failure,) = (await post(console, "/talks")).json()["failures"]
    assert (failure["name"], failure["file"], failure["line"]) == ("what_is_out_of_scope", "tests/own.yaml", 4)
    assert failure["said"] == "呢樣我答唔到。"
    refused = await post(console, "/publish", edition=2)
    assert (refused.status_code, refused.json()["code"], refused.json()["failing"]) == (409, "pack_talks_failing", 1)
    assert (await get(console))["published"] is None
    published = await post(console, "/publish", edition=2, despite_failing=True)
    assert published.json()["published"]["number"] == 1
    said = await console.road.one("select details ->> 'despite_failing' from audit_log order by id desc limit 1")
    assert said == "true"
