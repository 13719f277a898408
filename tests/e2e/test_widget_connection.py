"""The widget when the connection fails: what was written arrives once and in order, across reloads, losses and tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Inbox, Office
from tests.e2e.widget_window import WidgetWindow

Picture = Callable[[Page, str], None]


@contextmanager
def cut_off(context: BrowserContext, demo: DemoRun) -> Iterator[None]:
    """Kaitak's API cannot be reached, the shop's page and the script can: what a reload during an outage needs."""
    address = f"{demo.workbench_url}/public/**"
    context.route(address, lambda route: route.abort())
    try:
        yield
    finally:
        context.unroute(address)


def test_messages_written_offline_arrive_once_and_in_order(
    window: WidgetWindow, profile: BrowserContext, office: Office, inbox: Inbox, picture: Picture
) -> None:
    window.open()
    window.say("第一句")
    window.expect_own("第一句")
    window.expect_stored()
    profile.set_offline(True)
    for text in ("第二句", "第三句", "第四句"):
        window.say(text)
    window.expect_own("第一句", "第二句", "第三句", "第四句")
    expect(window.panel.get_by_text("連線後會自動傳送")).to_have_count(3)
    expect(window.panel.get_by_role("status").filter(has_text="網絡已中斷")).to_be_visible()
    picture(window.page, "offline")
    profile.set_offline(False)
    expect(window.panel.get_by_text("連線後會自動傳送")).to_have_count(0, timeout=20_000)
    window.expect_own("第一句", "第二句", "第三句", "第四句")
    window.expect_stored()
    assert office.incoming(inbox) == ["第一句", "第二句", "第三句", "第四句"]
    office.say(office.only_conversation(inbox).id, "返嚟喇")
    expect(window.from_person).to_have_text(["返嚟喇"])


def test_what_waits_survives_a_reload(
    window: WidgetWindow, profile: BrowserContext, demo: DemoRun, office: Office, inbox: Inbox
) -> None:
    with cut_off(profile, demo):
        window.open()
        window.say("重新載入之前")
        window.field.fill("未寫完")
        window.page.reload()
        window.expect_own("重新載入之前")
        expect(window.field).to_have_value("未寫完")
        assert office.conversations(inbox.id) == []
    expect(window.panel.get_by_text("已傳送")).to_be_visible(timeout=40_000)
    assert office.incoming(inbox) == ["重新載入之前"]
    window.page.reload()
    window.expect_own("重新載入之前")


def test_a_lost_answer_makes_no_double(
    window: WidgetWindow, profile: BrowserContext, demo: DemoRun, office: Office, inbox: Inbox
) -> None:
    lost: list[int] = []

    def lose_twice(route: Route) -> None:
        if route.request.method != "POST" or len(lost) == 2:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    profile.route(f"{demo.workbench_url}/public/api/v1/widget/messages", lose_twice)
    window.open()
    window.say("得一次")
    expect(window.panel.get_by_text("已傳送")).to_be_visible(timeout=20_000)
    window.say("之後")
    window.expect_own("得一次", "之後")
    window.expect_stored()
    assert lost == [200, 200]
    assert office.incoming(inbox) == ["得一次", "之後"]


def test_two_tabs_share_one_talk_without_doubles(
    *, window: WidgetWindow, profile: BrowserContext, shop: str, demo: DemoRun, office: Office, inbox: Inbox
) -> None:
    other = WidgetWindow(profile.new_page())
    other.page.goto(shop)
    window.open()
    other.open()
    with cut_off(profile, demo):
        for text in ("甲一", "甲二"):
            window.say(text)
        other.say("乙一")
        window.say("甲三")
        window.expect_own("甲一", "甲二", "乙一", "甲三")
        other.expect_own("甲一", "甲二", "乙一", "甲三")
    window.page.evaluate("dispatchEvent(new Event('online'))")
    other.page.evaluate("dispatchEvent(new Event('online'))")
    for tab in (window, other):
        expect(tab.panel.get_by_text("已傳送")).to_be_visible(timeout=40_000)
        tab.expect_own("甲一", "甲二", "乙一", "甲三")
    assert office.incoming(inbox) == ["甲一", "甲二", "乙一", "甲三"]
    office.say(office.only_conversation(inbox).id, "兩邊都見到")
    for tab in (window, other):
        expect(tab.from_person).to_have_text(["兩邊都見到"])


def test_answers_come_without_a_socket_too(profile: BrowserContext, shop: str, office: Office, inbox: Inbox) -> None:
    page = profile.new_page()
    page.route_web_socket("**/widget/stream", lambda socket: socket.close(code=1011))
    page.goto(shop)
    window = WidgetWindow(page)
    window.open()
    window.say("冇 WebSocket")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    office.say(office.only_conversation(inbox).id, "都收到")
    expect(window.from_person).to_have_text(["都收到"], timeout=25_000)
    expect(window.panel.get_by_text("正在重新連線…")).to_have_count(0)
