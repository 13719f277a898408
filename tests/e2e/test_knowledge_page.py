"""An article in the browser: imported from a file, made public, asked about, and found in the public help centre."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from tests.e2e.demo_run import DemoRun
from tests.e2e.knowledge_page import KnowledgePage

Picture = Callable[[Page, str], None]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
GOOD: FilePayload = {
    "name": "滑水板租借.html",
    "mimeType": "text/html",
    "buffer": "<h1>滑水板租借</h1><ul><li>滑水板每日租金 $180，按金 $500。</li></ul><script>x</script>".encode(),
}
BAD: FilePayload = {"name": "壞檔.md", "mimeType": "text/markdown", "buffer": b"---\naudience: all\n---\ntext"}
QUESTION = "租一日滑水板幾錢"


@pytest.fixture
def desk(demo: DemoRun, chromium: Browser) -> Iterator[KnowledgePage]:
    context = chromium.new_context(locale="zh-HK", viewport=DESKTOP, color_scheme="light")
    context.set_default_timeout(15_000)
    knowledge = KnowledgePage(context.new_page())
    knowledge.enter(demo.let_in(context, "supervisor"))
    yield knowledge
    context.close()


def test_file_becomes_an_answer_and_a_page_of_the_help_centre(
    desk: KnowledgePage, demo: DemoRun, chromium: Browser, picture: Picture
) -> None:
    dialog = desk.look_at(GOOD, BAD)
    expect(dialog).to_contain_text("1 個檔案有問題")
    picture(desk.page, "1-import")
    dialog.get_by_role("button", name="匯入 1 篇").click()
    expect(desk.page.get_by_role("link", name="滑水板租借")).to_be_visible()
    expect(desk.ask(QUESTION)).to_contain_text("不會回答")
    desk.make_public("滑水板租借")
    answer = desk.ask(QUESTION)
    expect(answer).to_contain_text("$180")
    expect(answer).to_contain_text("滑水板租借")
    picture(desk.page, "2-answer")
    desk.open_centre("harbour-e2e")
    reads_the_help_centre(chromium, demo, picture)


def reads_the_help_centre(chromium: Browser, demo: DemoRun, picture: Picture) -> None:
    """A reader who is not signed in, on a phone."""
    context = chromium.new_context(locale="zh-HK", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{demo.workbench_url}/hc/harbour-e2e")
    page.get_by_role("searchbox", name="搜尋").fill(QUESTION)
    page.get_by_role("searchbox", name="搜尋").press("Enter")
    expect(page.get_by_role("region", name="最接近的答案")).to_contain_text("$180")
    picture(page, "3-search")
    page.get_by_role("list").get_by_role("link", name="滑水板租借").click()
    expect(page.get_by_role("heading", name="滑水板租借", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert context.cookies() == []
    context.close()
