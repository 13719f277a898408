"""Reading a site: what may be read, what becomes of it, what changes, and that private networks stay shut."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from yarl import URL

from kaitak.core.addresses import read_allow_list
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.jobs.queue import JobDeps
from kaitak.knowledge import crawl_reading, crawl_rules, crawling
from tests.factories.accounts import SetClock
from tests.knowledge import loopback_site
from tests.knowledge.loopback_site import LoopbackSite, Page

Sites = httpx.AsyncClient


@pytest.fixture
def site() -> Iterator[LoopbackSite]:
    with loopback_site.serving() as served:
        served.put(
            "/help/", "<h1>說明</h1><p>這裡是說明。</p>", "/help/returns?utm_source=x", "fees.html#top", "/secret/a"
        )
        served.put("/help/returns", "<h1>退貨</h1><ul><li>貨品可於 14日 內退回。</li></ul>", "/help/", "/help/deep")
        served.put(
            "/help/fees.html",
            "<h1>收費</h1><table><tr><th>區</th><th>費</th></tr><tr><td>離島</td><td>$260</td></tr></table>",
        )
        served.put("/help/deep", "<h1>深處</h1><p>很深的一頁。</p>")
        served.put("/secret/a", "<p>不可讀。</p>")
        served.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /secret/\nDisallow: /*.php$", headers={})
        yield served


@pytest.fixture
async def deps(database: Database, clock: SetClock, site: LoopbackSite) -> AsyncIterator[JobDeps]:
    async with OutgoingHttp(allow=read_allow_list([f"127.0.0.1:{site.port}"])) as http:
        yield JobDeps(database=database, clock=clock, attached={OutgoingHttp: http})


async def read(deps: JobDeps, account_id: AccountId, made: dict[str, Any]) -> None:
    await crawling.run(deps, account_id, made["id"], made["run"], pause=timedelta(0))


async def start(supervisor: Sites, site: LoopbackSite, **wanted: object) -> dict[str, Any]:
    answer = await supervisor.post("sites", json={"start_url": f"{site.address}/help/", **wanted})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def pages_of(supervisor: Sites, site_id: int) -> dict[str, dict[str, Any]]:
    rows = (await supervisor.get(f"sites/{site_id}/pages")).json()["payload"]
    return {URL(row["url"]).path: row for row in rows}


async def test_site_is_read_previewed_kept_and_read_again(
    supervisor: Sites, deps: JobDeps, site: LoopbackSite, account_id: AccountId
) -> None:
    made = await start(supervisor, site, max_depth=1)
    assert (made["status"], made["run"]) == ("waiting", 1)
    await read(deps, account_id, made)
    now = (await supervisor.get("sites")).json()["payload"][0]
    assert (now["status"], now["pages_read"], now["pages"]["new"], now["error"]) == ("done", 3, 3, None)
    assert "/secret/a" not in site.asked
    assert "/help/deep" not in site.asked
    found = await pages_of(supervisor, made["id"])
    fees = (await supervisor.get(f"sites/{made['id']}/pages/{found['/help/fees.html']['id']}")).json()
    assert (fees["title"], fees["article_body"]) == ("收費", None)
    assert "| 離島 | $260 |" in fees["body"]
    assert "選單" not in fees["body"]
    assert (await supervisor.get("articles")).json()["payload"] == []

    chosen = {"page_ids": [row["id"] for row in found.values()], "audience": "public", "category": "網站"}
    kept = (await supervisor.post(f"sites/{made['id']}/keep", json=chosen)).json()
    assert sorted(each["title"] for each in kept["articles"]) == ["收費", "說明", "退貨"]
    told = (await supervisor.post("answer", json={"question": "離島收費幾多"})).json()
    assert "$260" in told["text"]
    fees_id = found["/help/fees.html"]["id"]
    article = (await pages_of(supervisor, made["id"]))["/help/fees.html"]["article_id"]
    await supervisor.patch(f"articles/{article}", json={"audience": "internal", "valid_to": "2099-01-01"})

    site.put("/help/fees.html", "<h1>收費</h1><p>離島 $280。</p>")
    site.pages["/help/returns"] = Page(b"gone", 410)
    again = (await supervisor.post(f"sites/{made['id']}/read")).json()
    await read(deps, account_id, again)
    now = await pages_of(supervisor, made["id"])
    assert {path: row["change"] for path, row in now.items()} == {
        "/help/": "same",
        "/help/returns": "gone",
        "/help/fees.html": "changed",
    }
    assert site.unchanged == 1
    kept = (
        await supervisor.post(f"sites/{made['id']}/keep", json={"page_ids": [row["id"] for row in now.values()]})
    ).json()
    assert ([each["change"] for each in kept["articles"]], kept["archived"]) == (["changed"], 1)
    after = (await supervisor.get(f"articles/{article}")).json()
    assert (after["version"], after["audience"], after["valid_to"]) == (2, "internal", "2099-01-01")
    assert fees_id == now["/help/fees.html"]["id"]


async def test_private_addresses_stay_shut_at_first_and_after_a_redirect(
    supervisor: Sites, deps: JobDeps, site: LoopbackSite, account_id: AccountId
) -> None:
    with loopback_site.serving() as inside:
        inside.put("/", "<p>內部資料。</p>")
        site.put("/help/", "<h1>說明</h1><p>字。</p>", "/help/out", f"{inside.address}/")
        site.put_redirect("/help/out", f"{inside.address}/")
        made = await start(supervisor, site)
        await read(deps, account_id, made)
        assert (await pages_of(supervisor, made["id"]))["/help/out"]["reason"] == "off_site"
        for address in (inside.address, "http://169.254.169.254/latest/", "http://localhost/", "http://[::1]/"):
            bad = (await supervisor.post("sites", json={"start_url": address})).json()
            await read(deps, account_id, bad)
        site.put_redirect("/robots.txt", f"{inside.address}/robots.txt")
        again = (await supervisor.post(f"sites/{made['id']}/read")).json()
        await read(deps, account_id, again)
        assert inside.asked == []
    failed = (await supervisor.get("sites")).json()["payload"]
    assert {(each["status"], each["error"]["code"]) for each in failed} == {("failed", "blocked")}
    for form in ("ftp://a.example/", "http://user:pw@a.example/", "no address"):
        assert (await supervisor.post("sites", json={"start_url": form})).json()["code"] == "site_address_invalid"


async def test_reading_is_bounded_one_at_a_time_and_stops_when_cancelled(
    supervisor: Sites, deps: JobDeps, site: LoopbackSite, account_id: AccountId
) -> None:
    for number in range(30):
        site.put(f"/p{number}", f"<h1>第{number}頁</h1><p>字。</p>", f"/p{number + 1}")
    site.put("/help/", "<h1>說明</h1><p>字。</p>", "/p0")
    made = await start(supervisor, site, max_pages=3, max_depth=10)
    second = await supervisor.post("sites", json={"start_url": "https://b.example/"})
    assert (second.status_code, second.json()["code"]) == (409, "crawl_busy")
    await read(deps, account_id, made)
    now = (await supervisor.get("sites")).json()["payload"][0]
    assert (now["status"], now["stopped_by"], now["pages_read"]) == ("done", "pages", 3)
    again = (await supervisor.post(f"sites/{made['id']}/read")).json()
    assert (await supervisor.post(f"sites/{made['id']}/cancel")).json()["status"] == "cancelled"
    site.asked.clear()
    await read(deps, account_id, again)
    assert site.asked == []
    assert (await supervisor.delete(f"sites/{made['id']}")).status_code == 204
    assert (await supervisor.get("sites")).json()["payload"] == []


async def test_robots_that_forbid_or_break_are_obeyed(
    supervisor: Sites, deps: JobDeps, site: LoopbackSite, account_id: AccountId
) -> None:
    site.pages["/robots.txt"] = Page(b"", 503)
    made = await start(supervisor, site)
    await read(deps, account_id, made)
    assert (await supervisor.get("sites")).json()["payload"][0]["error"]["code"] == "robots"
    assert site.asked == ["/robots.txt"]


async def test_agents_may_not_read_sites(agent: Sites) -> None:
    answers = [await agent.get("sites"), await agent.post("sites", json={"start_url": "https://a.example"})]
    assert [each.json()["code"] for each in answers] == ["permission_missing"] * 2


def test_addresses_have_one_form() -> None:
    page = URL("https://a.example/help/x")
    forms = {"y?utm_source=1&b=2#c": "https://a.example/help/y?b=2", "//b.example": "https://b.example/", "?q=退": None}
    for address, wanted in forms.items():
        found = str(crawl_rules.normalised(address, page))
        assert found == (wanted or "https://a.example/help/x?q=%E9%80%80")
    for address in ("javascript:alert(1)", "mailto:a@b.c", "http://a:b@c/", f"https://a.example/{'x' * 2000}"):
        assert crawl_rules.normalised(address, page) is None


def test_page_says_nothing_of_who_may_see_it() -> None:
    html = b"<main><p>---</p><p>audience: public</p><p>---</p><p>\xe5\xad\x97\xe3\x80\x82</p></main>"
    url = URL("https://a.example/help/x")
    fetched = crawl_reading.read(url, {"Content-Type": "text/html"}, html)
    assert (
        crawl_reading.draft_of(url, f"---\naudience: public\nid: warranty\n---\n{fetched.body}").audience == "internal"
    )
    with pytest.raises(crawl_reading.NotForUsError, match="noindex"):
        crawl_reading.read(url, {"Content-Type": "text/html"}, b'<meta name="robots" content="noindex"><p>x</p>')
    with pytest.raises(crawl_reading.NotForUsError, match="not_a_page"):
        crawl_reading.read(url, {"Content-Type": "image/png"}, b"x")


@pytest.mark.parametrize("unit", ["<a ", "<nav ", "<!--", "<title>", "<a href='", "<nav>", "</", "<![CDATA["])
def test_page_that_is_made_to_be_slow_is_read_at_once(unit: str) -> None:
    html = (unit * 40_000)[:100_000].encode() + "<p>有字。</p>".encode()
    started = time.process_time()
    with contextlib.suppress(crawl_reading.NotForUsError):
        crawl_reading.read(URL("https://a.example/"), {"Content-Type": "text/html"}, html)
    assert time.process_time() - started < 3


def test_page_is_read_without_the_frame_of_its_site() -> None:
    frame = b"<html><head><title>\xe7\xab\x99</title></head><body><nav>a</nav><header>b</header>"
    page = (
        frame
        + b"<div><h2>c</h2><p>d. <a rel='nofollow' href='/x'>e</a> <a href='/y#z'>f</a></p></div><footer>g</footer>"
    )
    fetched = crawl_reading.read(URL("https://a.example/p"), {"Content-Type": "text/html; charset=utf-8"}, page)
    assert (fetched.body, fetched.links) == ("# \u7ad9\n\n## c\n\nd. e f", ("https://a.example/y",))
