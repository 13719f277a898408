"""The sample app in a real browser: it writes, loses the network and an answer, resumes; nothing lost or twice."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Inbox, Office

PATIENCE = 20_000


def _sign_in(page: Page, demo: DemoRun) -> None:
    page.goto(f"{demo.shop_url}/app")
    page.get_by_role("button", name="登入示範客戶").click()
    expect(page.locator("#state")).to_have_text("已連線", timeout=PATIENCE)


def _write(page: Page, text: str) -> None:
    page.get_by_label("訊息", exact=True).fill(text)
    page.get_by_role("button", name="傳送", exact=True).click()


def _app_inbox(office: Office) -> Inbox:
    found = office.http.get(f"{office.account}/inboxes").json()["payload"]
    return Inbox.model_validate(next(each for each in found if each["channel"] == "app"))


def _all_delivered(office: Office, conversation_id: int) -> bool:
    """Whether the devices have said of every message to the customer that they have it."""
    sent = [each for each in office.messages(conversation_id) if each.message_type == "outgoing"]
    return {each.status for each in sent} <= {"delivered", "read"}


def test_app_loses_the_network_and_an_answer_and_goes_on_without_loss_or_doubles(
    demo: DemoRun,
    office: Office,
    profile: BrowserContext,
    chromium: Browser,
    picture: Callable[[Page, str], None],
) -> None:
    inbox = _app_inbox(office)
    page = profile.new_page()
    page.set_viewport_size({"width": 400, "height": 780})
    _sign_in(page, demo)
    _write(page, "我想搵真人")
    expect(page.locator("#messages .me")).to_have_text("我想搵真人", timeout=PATIENCE)
    conversation = office.only_conversation(inbox)
    office.say(conversation.id, "你好，我係客戶服務主任")
    expect(page.locator("#messages .agent").last).to_contain_text("客戶服務主任", timeout=PATIENCE)

    profile.set_offline(True)
    expect(page.locator("#state")).to_contain_text("離線", timeout=PATIENCE)
    for text in ("離線寫嘅第一句", "離線寫嘅第二句"):
        _write(page, text)
    expect(page.locator("#waiting .pending")).to_have_count(2, timeout=PATIENCE)
    office.say(conversation.id, "你離線嗰陣我覆咗你")
    picture(page, "offline")

    lost: list[str] = []

    def lose_the_answer(route: Route) -> None:
        """The first message arrives and is stored, and its answer never comes back."""
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    page.route("**/public/api/v1/app/*/messages", lose_the_answer)
    profile.set_offline(False)
    expect(page.locator("#waiting .pending")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("#messages")).to_contain_text("你離線嗰陣我覆咗你", timeout=PATIENCE)
    assert len(lost) == 1
    mine = ["我想搵真人", "離線寫嘅第一句", "離線寫嘅第二句"]
    assert office.incoming(inbox) == mine
    expect(page.locator("#messages .me")).to_have_text(mine, timeout=PATIENCE)
    expect(page.locator("#unread")).to_be_hidden(timeout=PATIENCE)
    picture(page, "online-again")

    with chromium.new_context(locale="zh-HK") as other:
        second = other.new_page()
        _sign_in(second, demo)
        expect(second.locator("#messages .me")).to_have_text(mine, timeout=PATIENCE)
        office.say(conversation.id, "兩部手機都見到")
        expect(second.locator("#messages")).to_contain_text("兩部手機都見到", timeout=PATIENCE)
    expect(page.locator("#messages")).to_contain_text("兩部手機都見到", timeout=PATIENCE)
    deadline = time.monotonic() + PATIENCE / 1000
    while not _all_delivered(office, conversation.id) and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert _all_delivered(office, conversation.id)
