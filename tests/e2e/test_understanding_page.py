"""A tenant's own lines in the browser: imported, looked at, trained, promoted, answering; and taken back again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from tests.e2e.conftest import PICTURES
from tests.e2e.demo_run import DemoRun
from tests.e2e.understanding_page import UnderstandingPage

Picture = Callable[[Page, str], None]
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
LINES = """text,intent
批貨卡咗喺深圳幾日喇,order_status
我件嘢係咪仲喺集運倉,order_status
集運單號點解一直冇更新,order_status
轉運倉話未收到貨喎,order_status
幾時先可以集運出貨,order_status
集運倉收咗件未呀,order_status
數單退返嘅錢幾時過數,refund_status
八達通退錢要等幾耐,refund_status
信用卡退數仲未見到,refund_status
退咗去邊個戶口㗎,refund_status
,refund_status
幾時退錢比我,refund_statu
"""
FILE: FilePayload = {"name": "集運.csv", "mimeType": "text/csv", "buffer": LINES.encode()}
MESSAGE = "我件嘢喺集運倉三日都未出喎"


@pytest.fixture
def desk(demo: DemoRun, chromium: Browser) -> Iterator[UnderstandingPage]:
    context = chromium.new_context(locale="zh-HK", viewport=DESKTOP, color_scheme="light")
    context.set_default_timeout(15_000)
    understanding = UnderstandingPage(context.new_page())
    understanding.enter(demo.let_in(context, "supervisor"))
    yield understanding
    context.close()


def pictures(desk: UnderstandingPage, picture: Picture, name: str) -> None:
    """The page at both widths, light and dark; nothing is wider than the window."""
    for size, width in ((DESKTOP, "desktop"), (PHONE, "phone")):
        desk.page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            desk.page.emulate_media(color_scheme=scheme)
            expect(desk.page.locator(f"html[data-theme={scheme}]")).to_be_attached()
            picture(desk.page, f"{name}-{width}-{scheme}")
        assert desk.page.evaluate("document.querySelector('main').scrollWidth") <= size["width"]
    desk.page.emulate_media(color_scheme="light")
    desk.page.set_viewport_size(DESKTOP)


@pytest.mark.timeout(1800)
def test_lines_of_a_tenant_are_imported_audited_trained_and_answer(desk: UnderstandingPage, picture: Picture) -> None:
    thinks_better_of_training(desk)
    began = monotonic()
    looking = imports_the_good_lines(desk, picture)
    begins_to_train(desk)
    sees_the_audit(desk)
    promotes_what_was_trained(desk)
    tries_a_message(desk)
    PICTURES.mkdir(exist_ok=True)
    told = f"{monotonic() - began - looking:.0f} s from the file to the answer, without the pictures of the file\n"
    (PICTURES / "understanding-seconds.txt").write_text(told, encoding="utf-8")
    looks_at_the_pages(desk, picture)
    reads_the_report(desk, picture)
    takes_everything_back(desk)


def thinks_better_of_training(desk: UnderstandingPage) -> None:
    desk.go("模型版本")
    desk.cancel_training()


def imports_the_good_lines(desk: UnderstandingPage, picture: Picture) -> float:
    """Returns the seconds that went to pictures: nobody takes them in a day's work."""
    desk.go("訓練句子")
    dialog = desk.look_at(FILE)
    expect(dialog).to_contain_text("2 行有問題")
    expect(dialog.get_by_role("row").filter(has_text="沒有句子")).to_contain_text("12")
    expect(dialog).to_contain_text("是否 refund_status")
    began = monotonic()
    pictures(desk, picture, "1-preview")
    looking = monotonic() - began
    dialog.get_by_role("button", name="匯入 10 句").click()
    expect(desk.page.get_by_text(MESSAGE[4:7]).first).to_be_visible()
    expect(desk.page.get_by_role("region", name="已匯入的檔案")).to_contain_text("10 句")
    return looking


def begins_to_train(desk: UnderstandingPage) -> None:
    """In a process of its own: what follows needs not wait for it."""
    desk.go("模型版本")
    desk.begin_training()


def sees_the_audit(desk: UnderstandingPage) -> None:
    desk.go("資料檢查")
    expect(desk.page.get_by_text("其中你的 10 句")).to_be_visible(timeout=240_000)
    expect(desk.page.get_by_role("region", name="各意圖的句子")).to_be_visible()


def promotes_what_was_trained(desk: UnderstandingPage) -> None:
    desk.go("模型版本")
    card = desk.trained()
    expect(card).to_contain_text("與「隨附模型」比較")
    expect(card).to_contain_text(re.compile(r"讀對\s*\d+\.\d%"))
    card.get_by_role("button", name="啟用").click()
    expect(card).to_have_attribute("data-status", "active")


def reads_the_report(desk: UnderstandingPage, picture: Picture) -> None:
    desk.go("模型版本")
    desk.page.locator("[data-model='1']").get_by_role("button", name="成績報告").click()
    chart = desk.page.get_by_role("figure").filter(has_text="回答多少，答對多少")
    expect(chart).to_be_visible(timeout=60_000)
    chart.get_by_text("以表格顯示").click()
    expect(chart.get_by_role("table")).to_contain_text("信心下限")
    expect(desk.page.get_by_role("region", name="按語言")).to_contain_text("廣東話")
    chart.get_by_text("以表格顯示").click()
    pictures(desk, picture, "5-report")


def tries_a_message(desk: UnderstandingPage) -> None:
    desk.go("試一試")
    answer = desk.try_message(MESSAGE)
    expect(answer.locator("[data-first=true]")).to_have_attribute("data-intent", "order_status")
    expect(answer.locator("[data-model]")).to_contain_text("第 1 版")


def looks_at_the_pages(desk: UnderstandingPage, picture: Picture) -> None:
    tried = desk.page.get_by_role("region", name="理解到的內容")
    expect(tried).to_be_visible()
    pictures(desk, picture, "6-tried")
    desk.go("模型版本")
    expect(desk.page.locator("[data-model='1']")).to_be_visible()
    pictures(desk, picture, "4-models")
    desk.go("資料檢查")
    expect(desk.page.get_by_role("region", name="各意圖的句子")).to_be_visible(timeout=240_000)
    pictures(desk, picture, "3-audit")
    desk.go("訓練句子")
    expect(desk.page.get_by_role("region", name="已匯入的檔案")).to_contain_text("10 句")
    pictures(desk, picture, "2-lines")


def takes_everything_back(desk: UnderstandingPage) -> None:
    desk.go("模型版本")
    desk.roll_back()
    desk.go("訓練句子")
    batches = desk.page.get_by_role("region", name="已匯入的檔案")
    batches.get_by_role("button", name="收回").click()
    desk.page.get_by_role("tooltip").get_by_role("button", name="收回").click()
    expect(desk.page.get_by_text("你未有自己的句子")).to_be_visible()
