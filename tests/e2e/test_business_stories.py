"""What customers have done in business systems through the widget: goods go back, an order is cancelled, once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Office
from tests.e2e.widget_window import WidgetWindow
from tests.e2e.workbench_page import WorkbenchPage
from tests.systems.tryton import running, seed
from tests.systems.tryton.running import RunningTryton

Picture = Callable[[Page, str], None]
LANGUAGE, ZONE = "zh-HK", "Asia/Hong_Kong"


@pytest.fixture
def tryton(demo: DemoRun) -> Iterator[RunningTryton]:
    """A real Tryton where the demo's operator has opened a port to it."""
    with running.running(demo.further_port) as server:
        yield server


@pytest.fixture
def desk(demo: DemoRun, office: Office, chromium: Browser) -> Iterator[WorkbenchPage]:
    """The shop's administrator at the workbench."""
    context = chromium.new_context(locale=LANGUAGE, timezone_id=ZONE, viewport={"width": 1440, "height": 900})
    office.lend_to(context)
    page = context.new_page()
    page.goto(demo.workbench_url)
    yield WorkbenchPage(page)
    context.close()


def signed_in(context: BrowserContext, site: str) -> WidgetWindow:
    """The demo's customer, known to the site by name, with the widget open."""
    page = context.new_page()
    page.goto(site)
    page.get_by_role("button", name="登入").first.click()
    expect(page.get_by_role("button", name="登出")).to_be_visible()
    window = WidgetWindow(page)
    window.open()
    return window


def test_goods_go_back_an_order_is_cancelled_once_and_anger_reaches_a_person(
    demo: DemoRun, profile: BrowserContext, chromium: Browser, picture: Picture
) -> None:
    customer = signed_in(profile, demo.shop_url)
    sends_goods_back(customer)
    picture(customer.page, "1-returned")
    cancels_impatiently(customer)
    picture(customer.page, "2-cancelled")
    with psycopg.connect(demo.erp_dsn) as erp:
        done = erp.execute(
            "select request ->> 'order_no', request ->> 'sku', outcome from deeds order by at"
        ).fetchall()
        assert [row[0::2] for row in done] == [("HK25-100198", "done"), ("HK25-100235", "done")]
        (state,) = erp.execute("select status from orders where order_no = 'HK25-100235'").fetchone() or ("",)
        assert state == "cancelled"
    customer.page.goto(f"{demo.erp_url}/?q=HK25-100235")
    expect(customer.page.get_by_role("row").filter(has_text="HK25-100235")).to_contain_text("已取消")
    holder = signed_in(profile, demo.insurer_url)
    expect(holder.page.get_by_text("我的保單").first).to_be_visible()
    holder.hears("旅遊保險包唔包滑雪", re.compile("滑雪.*受保.*資料來源：", re.DOTALL))
    picture(holder.page, "3-source")
    holder.hears("拒賠？我交咗咁多年保費，你哋呃人㗎？叫經理出嚟！", "同事跟進")
    agent = WorkbenchPage(chromium.new_context(locale=LANGUAGE, viewport={"width": 1440, "height": 900}).new_page())
    agent.enter(demo.sign_in("agent", at_insurer=True))
    reads_packet_and_why(agent)
    picture(agent.page, "4-packet")
    agent.page.context.close()


def sends_goods_back(customer: WidgetWindow) -> None:
    """The wrong order first; what was withdrawn is not used, and what is sent back is told before it is done."""
    customer.hears("我想退貨", "邊一張單")
    customer.picks("HK25-100162", "點解想退")
    customer.hears("唔係，係HK25-100198先啱", "改返做 HK25-100198")
    customer.picks("荷露 保濕精華", "想退幾多件")
    customer.picks("一件", "點解想退")
    customer.hears("用咗敏感", re.compile("荷露 保濕精華 30ml」1 件（單號 HK25-100198）"))
    customer.picks("好，確認", re.compile(r"退貨編號 RT\d+.*標籤"))


def cancels_impatiently(customer: WidgetWindow) -> None:
    customer.hears("我要取消HK25-100235", "確定要取消")
    customer.picks("好，確認", "HK25-100235（HK$899）已經取消咗")
    customer.hears("喂 取消咗未呀！！", "HK25-100235 已經取消咗")
    customer.hears("幫我取消HK25-100235", "HK25-100235 已經取消咗")


def reads_packet_and_why(agent: WorkbenchPage) -> None:
    """Who takes over sees what was asked and answered, the mood, and why the bot handed over."""
    agent.row_of("陳美玲").first.click()
    packet = agent.page.get_by_role("region", name="轉交摘要")
    expect(packet).to_contain_text("客戶不滿")
    packet.get_by_text("已問已答").click()
    expect(packet).to_contain_text("旅遊保險包唔包滑雪")
    agent.page.get_by_role("button", name="為何這樣答").last.click()
    why = agent.page.get_by_role("dialog")
    expect(why).to_contain_text("憤怒")
    expect(why.locator("[data-step='hand over']")).to_contain_text("客戶不滿")


@pytest.mark.tryton
def test_an_order_in_tryton_is_told_and_cancelled_once(
    *,
    demo: DemoRun,
    office: Office,
    tryton: RunningTryton,
    profile: BrowserContext,
    desk: WorkbenchPage,
    picture: Picture,
) -> None:
    settings = {"base_url": tryton.url, "database": tryton.database, "user": tryton.user, "password": tryton.password}
    with office.connected_to("tryton", settings):
        customer = signed_in(profile, demo.shop_url)
        customer.hears("你好", "")
        talk = sees_orders_of_tryton(office)
        customer.hears("我張單而家去到邊", "邊一張單")
        customer.picks("HK25-200001", re.compile("HK25-200001 已經寄出"))
        # Tryton's parcels are due on the day it was filled: on a later day they are late, and chasing is offered.
        expect(customer.from_bot.filter(has_text=re.compile("貨件已交運送|即刻幫你追")).last).to_be_visible()
        customer.hears("幫我取消HK25-200003", "共 HK$1,798。取消咗還原唔到")
        customer.picks("好，確認", "HK25-200003（HK$1,798）已經取消咗")
        customer.hears("取消HK25-200003", "HK25-200003 已經取消咗")
        picture(customer.page, "1-cancelled")
        desk.page.goto(f"{demo.workbench_url}/#/a/{office.account.rpartition('/')[2]}/conversations/{talk}")
        expect(desk.page.locator("[data-order=HK25-200003]")).to_contain_text("已取消", timeout=20_000)
        picture(desk.page, "2-workbench")
    client = seed.Client(tryton.rpc_url, tryton.user, tryton.password)
    sale = client.find("sale.sale", ["number", "=", "HK25-200003"])
    found = str(client.call("model.sale.sale.read", [sale], ["state", "comment"], client.context))
    assert "'state': 'cancelled'" in found
    assert found.count("[kaitak ") == 1


def sees_orders_of_tryton(office: Office) -> int:
    """The newest talk's number, once its customer's orders are there: signing in at Tryton takes its time."""
    talk = office.newest_conversation()
    deadline = time.monotonic() + 20
    while "HK25-200003" not in office.orders_of(talk):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return talk
