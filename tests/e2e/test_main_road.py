"""The main road as people walk it: a customer in the shop, the bot, an agent; in fair weather and in foul."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.demo_run import DemoRun
from tests.e2e.widget_window import WidgetWindow
from tests.e2e.workbench_page import WorkbenchPage

ORDER = "HK25-100234"
QUESTION = f"我張單{ORDER}去咗邊呀"
WANTS_PERSON = "我想同真人講"
DIGITS = "1234"  # of the buyer's telephone; the bot asks for them before it tells anything
CHECKS = re.compile("最尾 4 個數字")
SHIPPED = re.compile(rf"{ORDER}.*寄出.*順豐", re.DOTALL)
Picture = Callable[[Page, str], None]


class Desk(NamedTuple):
    """An agent at the workbench, and where their browser keeps who they are."""

    workbench: WorkbenchPage
    context: BrowserContext


@pytest.fixture(scope="module")
def agent(demo: DemoRun, chromium: Browser) -> Iterator[Desk]:
    """One agent who signs in once and works through all of these talks."""
    context = chromium.new_context(locale="zh-HK", viewport={"width": 1440, "height": 900})
    workbench = WorkbenchPage(context.new_page())
    workbench.enter(demo.sign_in("agent"))
    yield Desk(workbench, context)
    context.close()


@pytest.fixture
def customer(demo: DemoRun, profile: BrowserContext) -> WidgetWindow:
    """A customer on the shop's page with the widget open."""
    return enters(demo, profile)


def enters(demo: DemoRun, context: BrowserContext) -> WidgetWindow:
    page = context.new_page()
    page.goto(demo.shop_url)
    window = WidgetWindow(page)
    window.open()
    return window


def test_from_the_first_question_to_the_rating(customer: WidgetWindow, agent: Desk, picture: Picture) -> None:
    workbench = agent.workbench
    asks_for_the_order(customer)
    picture(customer.page, "1-order")
    asks_for_a_person(customer, workbench)
    picture(workbench.page, "2-arrived")
    takes_over(workbench)
    picture(workbench.page, "3-taken-over")
    expect(customer.panel.get_by_text("林嘉文 已加入對話")).to_be_visible()
    said_by_bot = customer.from_bot.all_inner_texts()
    customer.say("喂，有人嗎？")
    answers(customer, workbench, "你好，我係嘉文，幫緊你睇。")
    picture(customer.page, "4-answered")
    picture(workbench.page, "4-answered-workbench")
    resolves_and_rates(customer, workbench)
    picture(customer.page, "5-rated")
    picture(workbench.page, "5-rated-workbench")
    assert_nothing_doubled(customer, QUESTION, DIGITS, WANTS_PERSON, "喂，有人嗎？")
    expect(customer.from_bot).to_have_text(said_by_bot)  # what is said to a person, the bot leaves alone


def test_with_the_network_dropped_and_returned(customer: WidgetWindow, agent: Desk, profile: BrowserContext) -> None:
    workbench = agent.workbench
    asks_for_the_order(customer)
    asks_for_a_person(customer, workbench)
    takes_over(workbench)
    answers(customer, workbench, "你好，請問想點改？")
    profile.set_offline(True)
    customer.say("改送去公司")
    customer.say("聽日先送")
    expect(customer.panel.get_by_text("連線後會自動傳送")).to_have_count(2)
    workbench.answer("唔該畀個地址我")
    expect(workbench.said_by("person").last).to_contain_text("唔該畀個地址我")
    agent.context.set_offline(True)
    profile.set_offline(False)
    customer.expect_own(QUESTION, DIGITS, WANTS_PERSON, "改送去公司", "聽日先送")
    expect(customer.panel.get_by_text("已傳送")).to_be_visible(timeout=40_000)
    expect(customer.from_person).to_have_text(["你好，請問想點改？", "唔該畀個地址我"], timeout=40_000)
    workbench.answer("我斷咗線寫呢句")
    expect(workbench.page.get_by_text("連線後會自動傳送")).to_be_visible()
    agent.context.set_offline(False)
    expect(customer.from_person).to_contain_text(["我斷咗線寫呢句"], timeout=40_000)
    expect(workbench.said_by("customer")).to_contain_text(
        [QUESTION, DIGITS, WANTS_PERSON, "改送去公司", "聽日先送"], timeout=40_000
    )
    answers(customer, workbench, "收到晒")
    resolves_and_rates(customer, workbench)
    assert_nothing_doubled(customer, QUESTION, DIGITS, WANTS_PERSON, "改送去公司", "聽日先送")


def test_with_the_server_killed_and_started_again(
    *, customer: WidgetWindow, agent: Desk, demo: DemoRun, chromium: Browser, picture: Picture
) -> None:
    workbench = agent.workbench
    asks_for_the_order(customer)
    asks_for_a_person(customer, workbench)
    takes_over(workbench)
    answers(customer, workbench, "你好，我喺度")
    newcomer = enters(demo, chromium.new_context(locale="zh-HK", viewport={"width": 1280, "height": 800}))
    demo.kill()
    customer.say("死機期間寫嘅一句")
    expect(customer.panel.get_by_text("連線後會自動傳送")).to_be_visible()
    picture(customer.page, "killed")
    newcomer.say(QUESTION)
    expect(newcomer.own).to_have_text([QUESTION])
    demo.start()
    expect(customer.panel.get_by_text("已傳送")).to_be_visible(timeout=60_000)
    expect(workbench.said_by("customer")).to_contain_text(
        [QUESTION, DIGITS, WANTS_PERSON, "死機期間寫嘅一句"], timeout=60_000
    )
    is_answered_by_the_bot_once(newcomer)
    answers(customer, workbench, "返嚟喇，冇走失")
    expect(customer.from_person).to_have_text(["你好，我喺度", "返嚟喇，冇走失"])
    resolves_and_rates(customer, workbench)
    assert_nothing_doubled(customer, QUESTION, DIGITS, WANTS_PERSON, "死機期間寫嘅一句")


def is_answered_by_the_bot_once(newcomer: WidgetWindow) -> None:
    """A first question that was asked while the server was down."""
    expect(newcomer.from_bot).to_have_text([CHECKS], timeout=60_000)
    assert_nothing_doubled(newcomer, QUESTION)
    newcomer.page.context.close()


def asks_for_the_order(customer: WidgetWindow) -> None:
    """The customer asks in Cantonese; the bot checks whose order it is, and tells its true state, once."""
    customer.say(QUESTION)
    expect(customer.from_bot).to_have_text([CHECKS], timeout=15_000)
    customer.say(DIGITS)
    expect(customer.from_bot).to_have_text([CHECKS, SHIPPED, re.compile("最新物流")], timeout=15_000)


def asks_for_a_person(customer: WidgetWindow, workbench: WorkbenchPage) -> None:
    """The talk arrives at the workbench without a reload, with all that was said and the order beside it."""
    workbench.page.evaluate("window.sameLife = true")
    known = set(rows(workbench))
    customer.say(WANTS_PERSON)
    expect(customer.from_bot).to_have_count(4, timeout=15_000)
    expect(customer.panel.get_by_text("正在為你安排服務員")).to_be_visible()
    fresh = workbench.row_of("轉俾同事").first
    expect(fresh).to_be_visible(timeout=15_000)
    expect(fresh).not_to_have_attribute("data-conversation", re.compile(f"^({'|'.join(known) or '-'})$"))
    fresh.click()
    expect(workbench.said_by("customer")).to_contain_text([QUESTION, DIGITS, WANTS_PERSON])
    expect(workbench.said_by("bot").nth(1)).to_contain_text(SHIPPED)
    beside = workbench.page.get_by_role("complementary")
    expect(beside.get_by_text(ORDER).first).to_be_visible(timeout=10_000)
    assert workbench.page.evaluate("window.sameLife") is True


def takes_over(workbench: WorkbenchPage) -> None:
    workbench.take_over_button.click()
    expect(workbench.take_over_button).to_have_count(0)


def answers(customer: WidgetWindow, workbench: WorkbenchPage, text: str) -> None:
    """The agent writes; the customer sees it live."""
    workbench.answer(text)
    expect(customer.from_person.last).to_have_text(text, timeout=20_000)


def resolves_and_rates(customer: WidgetWindow, workbench: WorkbenchPage) -> None:
    """The agent ends the talk; the customer rates it with one tap, and the agent sees the rating."""
    workbench.resolve()
    faces = customer.panel.get_by_role("group", name="你對今次服務滿意嗎？").get_by_role("button")
    faces.nth(4).click(timeout=20_000)
    expect(customer.panel.get_by_text("多謝你的評分")).to_be_visible()
    expect(workbench.page.get_by_text("5 / 5").first).to_be_visible(timeout=15_000)


def assert_nothing_doubled(customer: WidgetWindow, *own: str) -> None:
    """After a reload, from the server alone: what the customer said, each once and in order."""
    customer.expect_own(*own)
    customer.page.reload()
    customer.expect_own(*own)


def rows(workbench: WorkbenchPage) -> list[str]:
    """The conversations that the list shows."""
    return [row.get_attribute("data-conversation") or "" for row in workbench.queue.all()]
