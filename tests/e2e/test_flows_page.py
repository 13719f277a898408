"""Words that an administrator changes: a fault at its line, tried, published, said, explained, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e import host_page
from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Office
from tests.e2e.widget_window import WidgetWindow
from tests.e2e.workbench_page import WorkbenchPage

Picture = Callable[[Page, str], None]
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
WORDS = "多謝光臨啟德，下次見！"
THANKS = "唔該晒"
READY_MS = 240_000  # the first look at a pack makes its model ready


@pytest.fixture
def desk(demo: DemoRun, office: Office, chromium: Browser) -> Iterator[Page]:
    """The workbench of the office's administrator."""
    context = chromium.new_context(locale="zh-HK", viewport=DESKTOP, color_scheme="light")
    context.set_default_timeout(15_000)
    for name, value in office.http.cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": demo.workbench_url}])
    page = context.new_page()
    page.goto(demo.workbench_url)
    yield page
    context.close()


@pytest.fixture
def window(demo: DemoRun, office: Office, chromium: Browser) -> Iterator[WidgetWindow]:
    inbox = office.make_widget_inbox("widget of flows", {"locale": "zh-HK"}, bot_enabled=True)
    context = chromium.new_context(locale="zh-HK", viewport=DESKTOP)
    with host_page.serving(demo.workbench_url, inbox.identifier) as address:
        page = context.new_page()
        page.goto(address)
        yield WidgetWindow(page)
    context.close()


def test_words_are_changed_tried_published_explained_and_taken_back(
    desk: Page, window: WidgetWindow, picture: Picture
) -> None:
    sees_a_fault_at_its_line(desk, picture)
    tries_the_words(desk, picture)
    publishes(desk, picture)
    window.open()
    window.say(THANKS)
    expect(window.from_bot).to_have_text([WORDS], timeout=20_000)
    reads_why(desk, picture)
    takes_it_back(desk, picture)
    window.say(THANKS)
    expect(window.from_bot).to_have_count(2, timeout=20_000)
    expect(window.from_bot.last).not_to_have_text(WORDS)


def sees_a_fault_at_its_line(desk: Page, picture: Picture) -> None:
    desk.get_by_role("link", name="流程").click()
    expect(desk.locator("[data-flow=order_status]")).to_be_visible(timeout=READY_MS)
    desk.get_by_role("link", name="用語").click()
    line = desk.locator(".cm-line").filter(has_text="goodbye:")
    line.click()
    desk.keyboard.press("End")
    desk.keyboard.press("Shift+Home")
    desk.keyboard.insert_text(f"greeting: {WORDS}")
    faults = desk.get_by_role("status", name="檢查結果")
    expect(faults).to_contain_text("第 4 行", timeout=20_000)
    expect(faults).to_contain_text("同一名稱寫了兩次")
    expect(desk.locator(".cm-lint-marker-error")).to_be_visible()
    picture(desk, "1-fault")
    desk.keyboard.press("Shift+Home")
    desk.keyboard.insert_text(f"goodbye: {WORDS}")
    expect(faults).to_contain_text("沒有錯誤", timeout=20_000)


def tries_the_words(desk: Page, picture: Picture) -> None:
    field = desk.get_by_role("textbox", name="客戶的訊息")
    field.fill(THANKS)
    field.press("Enter")
    expect(desk.get_by_role("log").get_by_text(WORDS)).to_be_visible(timeout=READY_MS)
    picture(desk, "2-tried")


def publishes(desk: Page, picture: Picture) -> None:
    desk.get_by_role("button", name="儲存草稿").click()
    desk.get_by_role("button", name="查看並發佈").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text(WORDS)
    dialog.get_by_role("textbox", name="這次改了甚麼").fill("親切一點")
    picture(desk, "3-changes")
    dialog.get_by_role("button", name="發佈", exact=True).click()
    failing = desk.get_by_role("dialog", name="對話樣本")
    expect(failing).to_contain_text("small_talk_keeps_the_question", timeout=READY_MS)
    expect(failing).to_contain_text(f"機械人說：{WORDS}")
    picture(desk, "3-failing-talks")
    failing.get_by_role("button", name="仍然發佈").click()
    expect(desk.get_by_text("已發佈第 1 版").first).to_be_visible(timeout=20_000)


def reads_why(desk: Page, picture: Picture) -> None:
    desk.get_by_role("link", name="對話").click()
    desk.get_by_text("機械人", exact=False).first.click()
    WorkbenchPage(desk).row_of(WORDS[:6]).first.click()
    desk.get_by_role("button", name="為何這樣答").last.click()
    why = desk.get_by_role("dialog")
    expect(why).to_contain_text("決定步驟")
    expect(why).to_contain_text("goodbye")
    picture(desk, "4-why")
    desk.keyboard.press("Escape")


def takes_it_back(desk: Page, picture: Picture) -> None:
    desk.get_by_role("link", name="流程").click()
    desk.get_by_role("link", name="版本").click()
    shipped = desk.locator("[data-version=shipped]")
    expect(desk.locator("[data-version='1']")).to_contain_text("正在使用")
    shipped.get_by_role("button", name="還原至此版本").click()
    expect(shipped).to_contain_text("正在使用")
    desk.locator("[data-version='1']").get_by_role("button", name="與現時比較").click()
    expect(desk.locator("[data-version='1']")).to_contain_text(WORDS)
    for size, name in ((DESKTOP, "desktop"), (PHONE, "phone")):
        desk.set_viewport_size(size)
        picture(desk, f"5-versions-{name}")
        assert desk.evaluate("document.querySelector('main').scrollWidth") <= size["width"]
    desk.set_viewport_size(DESKTOP)
