"""Articles over HTTP: writing, versions, archiving, import with its preview, search, trying, and who may."""

from __future__ import annotations

import httpx

from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge import actions
from tests.factories.accounts import SetClock

WARRANTY = {"title": "保養期", "body": "- 小型家電 **12個月**。", "audience": "public", "key": "warranty"}


async def test_article_is_written_changed_and_keeps_its_versions(supervisor: httpx.AsyncClient) -> None:
    made = await supervisor.post("articles", json=WARRANTY)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    changed = await supervisor.patch(f"articles/{number}", json={"body": "- 小型家電 18個月。"})
    assert (changed.json()["version"], changed.json()["audience"]) == (2, "public")
    facts_only = await supervisor.patch(f"articles/{number}", json={"review_at": "2026-06-01"})
    assert (facts_only.json()["version"], facts_only.json()["review_at"]) == (2, "2026-06-01")
    versions = (await supervisor.get(f"articles/{number}/versions")).json()["payload"]
    assert [(each["number"], each["body"]) for each in versions] == [
        (2, "- 小型家電 18個月。"),
        (1, "- 小型家電 **12個月**。"),
    ]
    assert [each["key"] for each in (await supervisor.get("articles")).json()["payload"]] == ["warranty"]


async def test_archived_article_answers_no_more(supervisor: httpx.AsyncClient) -> None:
    number = (await supervisor.post("articles", json=WARRANTY)).json()["id"]
    question = {"question": "小型家電保養期幾耐"}
    assert (await supervisor.post("answer", json=question)).json()["text"] == "小型家電 12個月。"
    assert (await supervisor.post(f"articles/{number}/archive", json={})).json()["status"] == "archived"
    assert (await supervisor.post("answer", json=question)).json()["behaviour"] == "abstain"
    await supervisor.post(f"articles/{number}/archive", json={"archived": False})
    assert (await supervisor.post("answer", json=question)).json()["source"]["key"] == "warranty"


async def test_key_that_is_taken_and_unknown_article(supervisor: httpx.AsyncClient) -> None:
    await supervisor.post("articles", json=WARRANTY)
    again = await supervisor.post("articles", json=WARRANTY)
    assert (again.status_code, again.json()["code"]) == (409, "article_key_taken")
    for answer in (await supervisor.get("articles/999999"), await supervisor.patch("articles/999999", json={})):
        assert (answer.status_code, answer.json()["code"]) == (404, "article_not_found")


async def test_bad_articles_are_refused(supervisor: httpx.AsyncClient) -> None:
    turned = {**WARRANTY, "valid_from": "2025-02-01", "valid_to": "2025-01-01"}
    for bad in ({**WARRANTY, "body": "# only a heading"}, turned, {**WARRANTY, "audience": "all"}, {"title": "x"}):
        assert (await supervisor.post("articles", json=bad)).status_code == 422


async def test_import_shows_first_and_keeps_then(supervisor: httpx.AsyncClient) -> None:
    good = (
        "files",
        ("a.md", "---\nid: A\naudience: public\n---\n# 送貨\n\n- 離島送貨費 $50。".encode(), "text/markdown"),
    )
    bad = ("files", ("b.md", b"---\naudience: all\n---\ntext", "text/markdown"))
    seen = (await supervisor.post("import", files=[good, bad], data={"dry_run": "true"})).json()
    assert [(each["key"], each["change"], each["pieces"]) for each in seen["articles"]] == [("A", "new", 1)]
    assert seen["articles"][0]["preview"][0]["text"] == "離島送貨費 $50。"
    assert [(each["file"], each["line"]) for each in seen["faults"]] == [("b.md", 2)]
    assert (await supervisor.get("articles")).json()["payload"] == []
    kept = (await supervisor.post("import", files=[good, bad], data={"dry_run": "false"})).json()["articles"]
    listed = (await supervisor.get("articles")).json()["payload"]
    assert [(each["id"], each["title"]) for each in listed] == [(kept[0]["article_id"], "送貨")]
    again = (await supervisor.post("import", files=[good], data={"dry_run": "false"})).json()
    assert again["articles"][0]["change"] == "same"


async def test_agents_read_and_do_not_write(supervisor: httpx.AsyncClient, agent: httpx.AsyncClient) -> None:
    await supervisor.post("articles", json={**WARRANTY, "audience": "internal"})
    found = (await agent.get("search", params={"q": "小型家電保養"})).json()["payload"]
    assert [(each["key"], each["audience"]) for each in found] == [("warranty", "internal")]
    assert (await agent.post("answer", json={"question": "小型家電保養幾耐"})).json()["behaviour"] == "abstain"
    for refused in (
        await agent.post("articles", json=WARRANTY),
        await agent.post("import", files=[("files", ("a.md", b"x"))]),
        await agent.get("gaps"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")


async def test_pages_of_articles(supervisor: httpx.AsyncClient) -> None:
    for number in range(3):
        await supervisor.post("articles", json={**WARRANTY, "key": f"k{number}"})
    first = (await supervisor.get("articles", params={"limit": 2})).json()
    rest = (await supervisor.get("articles", params={"cursor": first["meta"]["next_cursor"], "limit": 2})).json()
    assert [each["key"] for each in first["payload"] + rest["payload"]] == ["k2", "k1", "k0"]
    assert rest["meta"]["next_cursor"] is None


async def test_articles_are_found_by_their_facts(supervisor: httpx.AsyncClient) -> None:
    facts = {"valid_to": "2020-01-01", "review_at": "2020-01-01", "category": "保養", "tags": ["家電", "家電", "收費"]}
    old = (await supervisor.post("articles", json={**WARRANTY, **facts})).json()
    assert (old["category"], old["tags"]) == ("保養", ["家電", "收費"])
    await supervisor.post("articles", json={**WARRANTY, "key": "now", "locale": "en", "valid_from": "2020-01-02"})
    await supervisor.post("articles", json={**WARRANTY, "key": "later", "valid_from": "2099-01-01"})

    async def keys(**wanted: str) -> list[str]:
        return [each["key"] for each in (await supervisor.get("articles", params=wanted)).json()["payload"]]

    assert await keys(validity="expired") == ["warranty"]
    assert await keys(validity="current") == ["now"]
    assert await keys(validity="upcoming") == ["later"]
    assert await keys(review_due="true") == ["warranty"]
    assert await keys(locale="en") == ["now"]
    assert await keys(tag="收費") == await keys(category="保養") == ["warranty"]
    assert await keys(owner_id=str(old["owner_id"]), q="warr") == ["warranty"]
    assert await keys(q="小型家電", validity="expired") == ["warranty"]
    assert await keys(q="100%_") == []
    facets = (await supervisor.get("facets")).json()
    assert facets["categories"] == [{"name": "保養", "articles": 1}]
    assert {each["name"] for each in facets["tags"]} == {"家電", "收費"}
    kept = (await supervisor.patch(f"articles/{old['id']}", json={"title": "新名", "owner_id": None})).json()
    assert (kept["category"], kept["tags"], kept["owner_id"]) == ("保養", ["家電", "收費"], None)
    stranger = await supervisor.patch(f"articles/{old['id']}", json={"owner_id": 999_999})
    assert (stranger.status_code, stranger.json()["code"]) == (404, "agent_not_found")


async def test_preview_shows_what_readers_see_and_what_is_understood(supervisor: httpx.AsyncClient) -> None:
    seen = (await supervisor.post("preview", json={"title": "送貨", "body": "- 離島 **$50**。<script>"})).json()
    assert (seen["pieces"], seen["preview"][0]["text"]) == (1, "離島 $50。")
    assert "<strong>$50</strong>" in seen["html"]
    assert "<script" not in seen["html"]


async def test_gap_is_closed_and_put_back(
    supervisor: httpx.AsyncClient, database: Database, account_id: AccountId, clock: SetClock
) -> None:
    async with database.transaction(account_id) as session:
        await actions.note_gap(session, account_id, "有冇代客泊車", locale="zh-HK", at=clock.now())
    gap = (await supervisor.get("gaps")).json()["payload"][0]["id"]
    assert (await supervisor.post(f"gaps/{gap}/close", json={})).json()["question"] == "有冇代客泊車"
    assert (await supervisor.get("gaps")).json()["payload"] == []
    await supervisor.post(f"gaps/{gap}/close", json={"closed": False})
    assert len((await supervisor.get("gaps")).json()["payload"]) == 1
    assert (await supervisor.post("gaps/999999/close", json={})).json()["code"] == "knowledge_gap_not_found"
