"""One customer on WhatsApp, WeChat and by mail: proven once, one contact and one timeline, answered on each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import post_office
from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Office
from tests.e2e.phone_page import PhonePage
from tests.e2e.post_office import PostOffice
from tests.e2e.workbench_page import WorkbenchPage

pytestmark = pytest.mark.dovecot
CUSTOMER, NUMBER, MAIL = "陳美玲", "60001234", "meiling.chan@example.com"  # as the shop has her on file
OTHER = "阿明"
ORDER, QUOTED = "HK25-100234", "HK25-100198"
SHIPPED = re.compile(f"{ORDER}.*寄出")
ASKED_BY_MAIL = "嗰張單送到邊喇？"
OTHERS_WORDS = "想問下你哋幾點開門"
LATE_WORDS = "之前嗰張單想改地址"
DESK = {
    "WhatsApp": "WhatsApp 收到，我係客服。",
    "微信公眾號": "微信都收到，多謝等候。",
    "電郵": "電郵亦已收悉，正在跟進。",
}
Picture = Callable[[Page, str], None]


@pytest.fixture
def post(office: Office) -> Iterator[PostOffice]:
    """The shop's mailbox, which a worker reads."""
    with post_office.opened() as opened, office.mailbox(opened.config):
        yield opened


@pytest.fixture
def phone(demo: DemoRun, chromium: Browser) -> Iterator[PhonePage]:
    """The customer's phone."""
    context = chromium.new_context(locale="zh-HK", viewport={"width": 430, "height": 820})
    context.set_default_timeout(15_000)
    held = PhonePage(context.new_page())
    held.take(demo.phone_url, CUSTOMER)
    yield held
    context.close()


@pytest.fixture
def desk(demo: DemoRun, chromium: Browser) -> Iterator[WorkbenchPage]:
    """A supervisor at the workbench: they may join and part contacts."""
    context = chromium.new_context(locale="zh-HK", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    workbench = WorkbenchPage(context.new_page())
    workbench.enter(demo.let_in(context, "supervisor"))
    yield workbench
    context.close()


def test_one_customer_on_three_channels(
    *, phone: PhonePage, post: PostOffice, desk: WorkbenchPage, office: Office, picture: Picture
) -> None:
    code = proves_herself_on_wechat(phone, picture)
    quoted = f"在 2026年11月20日，啟德百貨 <cs@harbour.example> 寫道：\n> 單號 {QUOTED} 已送達。\n"
    post.bring(f"{CUSTOMER} <{MAIL}>", "查詢", f"{ASKED_BY_MAIL}\n\n{quoted}")
    answer = post.received(MAIL, ORDER)
    assert "寄出" in answer
    assert QUOTED not in answer
    page = opens_her_page(desk)
    sees_one_timeline(page, code)
    picture(page, "3-contact")
    answers_on_each(desk, phone, post, picture)
    sees_why_a_fourth_is_closed(desk, phone, office, picture)
    joins_and_parts_another(desk, phone, picture)


def proves_herself_on_wechat(phone: PhonePage, picture: Picture) -> str:
    """By WhatsApp she is known by her number; on WeChat a code proves her, and what she asked about is remembered."""
    phone.open("WhatsApp")
    phone.hears(f"我張單{ORDER}去咗邊呀", SHIPPED)
    picture(phone.page, "1-whatsapp")
    phone.open("微信")
    phone.hears("嗰張單去到邊", "俾個單號")
    phone.hears("冇單號喺手", "驗證碼")
    phone.hears(NUMBER, f"•••• {NUMBER[-4:]}")
    phone.open("SMS")
    expect(phone.heard.last).to_contain_text("驗證碼")
    code = re.search(r"\d{6}", phone.heard.last.inner_text())
    assert code is not None
    phone.open("微信")
    phone.hears(code[0], SHIPPED)
    picture(phone.page, "2-wechat")
    return code[0]


def opens_her_page(desk: WorkbenchPage) -> Page:
    """From the queue to the page of the customer."""
    page = desk.page
    desk.show_bots()
    desk.row_of(CUSTOMER).first.click()
    page.get_by_role("complementary").get_by_role("link", name="所有互動").click()
    expect(timeline(page)).to_be_visible()
    return page


def number_in(address: str) -> int:
    """The number at the end of a page's address: a contact's or a conversation's."""
    return int(address.partition("?")[0].rpartition("/")[2])


def timeline(page: Page) -> Locator:
    return page.get_by_role("region", name="所有互動")


def sees_one_timeline(page: Page, code: str) -> None:
    """All three channels in one stream, the mail without what it quotes, and nobody's code."""
    stream = timeline(page)
    for channel in DESK:
        expect(stream).to_contain_text(channel)
    expect(stream).to_contain_text(ASKED_BY_MAIL)
    expect(stream).not_to_contain_text(QUOTED)
    expect(stream).not_to_contain_text(code)
    identities = page.get_by_role("region", name="身分資料")
    expect(identities).to_contain_text(f"+852{NUMBER}")
    expect(identities).to_contain_text(MAIL)


def answers_on_each(desk: WorkbenchPage, phone: PhonePage, post: PostOffice, picture: Picture) -> None:
    """The supervisor writes where the customer wrote; each platform brings it to her."""
    page, hers = desk.page, desk.page.url
    for channel, words in DESK.items():
        page.goto(hers)
        timeline(page).get_by_text("訊息", exact=True).click()
        timeline(page).get_by_role("link").filter(has_text=channel).first.click()
        desk.answer(words)
        expect(desk.said_by("person").last).to_contain_text(words)
        picture(page, f"4-answered-{channel}")
    page.goto(hers)
    for app, channel in (("WhatsApp", "WhatsApp"), ("微信", "微信公眾號")):
        phone.open(app)
        expect(phone.heard.last).to_have_text(DESK[channel], timeout=20_000)
    assert ORDER not in post.received(MAIL, DESK["電郵"]).split("\n")[0]


def sees_why_a_fourth_is_closed(desk: WorkbenchPage, phone: PhonePage, office: Office, picture: Picture) -> None:
    """What she wrote on Messenger eight days ago came late: hers too, but Messenger takes no answer any more."""
    page, hers = desk.page, desk.page.url
    phone.open("Messenger")
    phone.say(LATE_WORDS, written="192")
    page.goto(f"{hers.partition('/contacts/')[0]}/conversations")
    desk.show_bots()
    desk.row_of("Messenger").first.click()
    expect(desk.said_by("customer").first).to_contain_text("延遲送達")
    office.join(number_in(hers), office.contact_of(number_in(page.url)))
    expect(page.get_by_role("complementary").get_by_role("link", name=CUSTOMER)).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="渠道不接受回覆")).to_contain_text("客戶再次留言後便可回覆")
    expect(page.get_by_role("textbox", name="回覆", exact=True)).to_be_disabled()
    picture(page, "5-closed")
    page.goto(hers)


def joins_and_parts_another(desk: WorkbenchPage, phone: PhonePage, picture: Picture) -> None:
    """Another man's telephone was noted as hers and the two joined; it is undone, and his words are his again."""
    page, hers = desk.page, desk.page.url
    phone.take(phone.page.url, OTHER)
    phone.open("WhatsApp")
    phone.say(OTHERS_WORDS, written="25")
    page.goto(f"{hers.partition('/contacts/')[0]}/conversations")
    desk.show_all()
    desk.row_of(OTHER).first.click()
    closed = page.get_by_role("alert").filter(has_text="渠道不接受回覆")
    closed.get_by_role("button", name="選擇範本").click()
    page.get_by_role("dialog").get_by_label("範本").click()
    page.get_by_title("shipped (zh_HK)").click()
    expect(page.get_by_role("dialog")).to_contain_text("你的訂單 {{2}} 已寄出")
    picture(page, "6-template")
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    beside = page.get_by_role("complementary")
    beside.get_by_role("button", name="修改客戶資料").click()
    beside.get_by_role("textbox", name="電話", exact=True).fill(f"+852{NUMBER}")
    beside.get_by_role("button", name="儲存").click()
    expect(beside.get_by_role("region", name="身分資料")).to_contain_text(f"+852{NUMBER}")
    page.goto(hers)
    page.reload()
    page.get_by_role("region", name="可能是同一人").get_by_role("article", name=OTHER).get_by_role(
        "button", name="合併"
    ).click()
    expect(timeline(page)).to_contain_text(OTHERS_WORDS)
    picture(page, "7-joined")
    merge = page.get_by_role("region", name="身分資料").locator("div").filter(has_text=OTHER).filter(has_text="由").last
    merge.get_by_role("button", name="撤銷合併").click()
    page.get_by_role("tooltip").get_by_role("button", name="撤銷合併").click()
    expect(timeline(page)).not_to_contain_text(OTHERS_WORDS)
    for words in DESK.values():
        expect(timeline(page)).to_contain_text(words)
    picture(page, "8-parted")
    page.goto(f"{hers.partition('/contacts/')[0]}/conversations")
    desk.show_all()
    desk.row_of(OTHER).first.click()
    expect(page.get_by_role("complementary").get_by_role("heading", name=OTHER)).to_be_visible()
    expect(desk.said_by("customer").last).to_contain_text(OTHERS_WORDS)
