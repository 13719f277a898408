"""The public help centre: who may read what, in which language, and that nothing can run or follow readers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from kaitak.accounts.policy import Role
from kaitak.db.session import Database
from kaitak.knowledge import help_centre_words as words
from tests.factories import accounts

ARTICLE = {
    "title": "退貨期限",
    "body": "# 退貨期限\n\n- 貨品可於收貨後 **14日** 內退回。",
    "audience": "public",
    "key": "returns",
}
CENTRE = {"slug": "harbour", "is_open": True, "titles": {"zh-HK": "海港百貨", "en": "Harbour"}}


@pytest.fixture
async def reader(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kaitak.test/hc/") as client:
        yield client


async def test_shut_and_unknown_help_centres_are_alike(
    supervisor: httpx.AsyncClient, reader: httpx.AsyncClient
) -> None:
    await supervisor.post("articles", json=ARTICLE)
    assert (await supervisor.get("help_centre")).json()["slug"] == ""
    await supervisor.put("help_centre", json={**CENTRE, "is_open": False})
    shut, unknown = await reader.get("harbour/zh-hk"), await reader.get("nowhere/zh-hk")
    assert (shut.status_code, shut.text) == (unknown.status_code, unknown.text) == (404, unknown.text)
    assert (await reader.get("harbour/sitemap.xml")).status_code == 404
    opened = (await supervisor.put("help_centre", json=CENTRE)).json()
    assert (opened["is_open"], opened["articles"]) == (True, 1)
    assert "退貨期限" in (await reader.get("harbour/zh-hk")).text


async def test_only_public_articles_that_hold_today_are_shown_listed_and_found(
    supervisor: httpx.AsyncClient, reader: httpx.AsyncClient
) -> None:
    await supervisor.put("help_centre", json=CENTRE)
    hidden = (
        {"audience": "internal", "key": "a", "title": "內部退貨"},
        {"valid_to": "2020-01-01", "key": "b", "title": "過期退貨"},
        {"valid_from": "2099-01-01", "key": "c", "title": "未來退貨"},
        {"key": "d", "title": "封存退貨"},
    )
    ids = [(await supervisor.post("articles", json={**ARTICLE, **each})).json()["id"] for each in hidden]
    await supervisor.post(f"articles/{ids[3]}/archive", json={})
    shown = (await supervisor.post("articles", json={**ARTICLE, "category": "退換/退款"})).json()["id"]
    pages = [
        await reader.get("harbour/zh-hk"),
        await reader.get("harbour/zh-hk/search", params={"q": "2019年退貨期限係幾耐"}),
        await reader.get("harbour/zh-hk/search", params={"q": "退貨期限"}),
        await reader.get("harbour/sitemap.xml"),
        await reader.get("harbour/zh-hk/category/%E9%80%80%E6%8F%9B%2F%E9%80%80%E6%AC%BE"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert not re.search("內部退貨|過期退貨|未來退貨|封存退貨", page.text)
    assert "14日" in pages[2].text
    assert f"/zh-hk/articles/{shown}-returns" in pages[3].text
    for number in ids:
        assert (await reader.get(f"harbour/zh-hk/articles/{number}")).status_code == 404
    read = await reader.get(f"harbour/zh-hk/articles/{shown}-returns")
    assert "<strong>14日</strong>" in read.text
    assert read.text.count("退貨期限</h1>") == 1
    assert read.text.count("退貨期限</h2>") == 0
    assert f'rel="canonical" href="https://kaitak.test/hc/harbour/zh-hk/articles/{shown}-returns"' in read.text.replace(
        accounts.PUBLIC_URL, "https://kaitak.test"
    )


async def test_one_account_never_shows_anothers_articles(
    app: FastAPI, database: Database, supervisor: httpx.AsyncClient, reader: httpx.AsyncClient
) -> None:
    other = await accounts.make_account(database)
    member = await accounts.make_member(database, other, Role.SUPERVISOR)
    async with accounts.signed_in(app, member) as stranger:
        stranger.base_url = stranger.base_url.join(f"/api/v1/accounts/{other}/knowledge/")
        theirs = (await stranger.post("articles", json={**ARTICLE, "title": "別家的退貨期限"})).json()["id"]
        await supervisor.put("help_centre", json=CENTRE)
        taken = await stranger.put("help_centre", json=CENTRE)
        assert (taken.status_code, taken.json()["code"]) == (409, "help_centre_address_taken")
    assert (await reader.get(f"harbour/zh-hk/articles/{theirs}")).status_code == 404
    for path in ("harbour/zh-hk", "harbour/zh-hk/search?q=退貨期限", "harbour/sitemap.xml"):
        assert "別家" not in (await reader.get(path)).text


async def test_pages_are_without_cookie_or_script_and_nothing_written_can_run(
    supervisor: httpx.AsyncClient, reader: httpx.AsyncClient
) -> None:
    await supervisor.put("help_centre", json={**CENTRE, "titles": {"zh-HK": "<script>alert(1)</script>"}})
    evil = {
        "title": "<img src=x onerror=alert(1)>",
        "body": "退貨。\n\n<script>alert(2)</script> [按](javascript:alert(3))",
    }
    number = (await supervisor.post("articles", json={**ARTICLE, **evil, "category": '"><b>'})).json()["id"]
    paths = ["harbour/zh-hk", f"harbour/zh-hk/articles/{number}", 'harbour/zh-hk/search?q="><script>alert(4)</script>']
    for path in paths:
        page = await reader.get(path)
        assert not re.search(r"<script|<img|<b>|onerror=\"|href=\"javascript", page.text)
        assert "set-cookie" not in page.headers
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "script" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
    style = re.search(r'rel="stylesheet" href="/hc/(-/\w+\.css)"', page.text)
    assert style is not None
    assert (await reader.get(style.group(1))).headers["cache-control"].endswith("immutable")


async def test_reader_is_led_to_a_language_and_can_change_it(
    supervisor: httpx.AsyncClient, reader: httpx.AsyncClient
) -> None:
    await supervisor.put("help_centre", json=CENTRE)
    await supervisor.post("articles", json=ARTICLE)
    english = {**ARTICLE, "key": "en", "title": "Returns", "body": "Return goods within 14 days.", "locale": "en"}
    await supervisor.post("articles", json=english)
    led = await reader.get("harbour", headers={"accept-language": "fr, en;q=0.8, zh-HK;q=0.3"})
    assert (led.status_code, led.headers["location"]) == (302, "/hc/harbour/en")
    page = (await reader.get("harbour/en")).text
    assert '<html lang="en">' in page
    assert "退貨期限" not in page
    assert 'href="/hc/harbour/zh-hk"' in page
    for wrong in ("harbour/fr", "HARBOUR/en", "%00/en", "harbour/en/articles/1e9", "harbour/en/category/%00"):
        assert (await reader.get(wrong)).status_code == 404
    assert (await reader.get("harbour/en/search?q=%00")).status_code == 200
    first = await reader.get("harbour/en")
    again = await reader.get("harbour/en", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_searching_too_fast_is_told_as_a_page(supervisor: httpx.AsyncClient, reader: httpx.AsyncClient) -> None:
    await supervisor.put("help_centre", json=CENTRE)
    answers = [await reader.get("harbour/zh-hk/search") for _ in range(16)]
    assert [each.status_code for each in answers] == [200] * 15 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("accepted", ["zh-CN,zh;q=0.9", "fr;q=1, zh-Hans;q=0.5", "zh;q=x, zh-SG"])
def test_simplified_readers_are_known(accepted: str) -> None:
    assert words.preferred(accepted, "en") == "zh-Hans"


def test_every_phrase_exists_in_every_language() -> None:
    keys = {locale: {key for key in told if not key.endswith("_one")} for locale, told in words.WORDS.items()}
    assert keys["zh-HK"] == keys["zh-Hans"] == keys["en"]
