"""The widget in a real browser, on a strict page, against the real server."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e import host_page
from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Conversation, Inbox, Office
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


def the_conversation(office: Office, inbox: Inbox) -> Conversation:
    found = office.conversations(inbox.id)
    assert len(found) == 1
    return found[0]


def incoming(office: Office, inbox: Inbox) -> list[str]:
    """What the server has of the customer, in its order."""
    messages = office.messages(the_conversation(office, inbox).id)
    return [each.content for each in messages if each.message_type == "incoming"]


def test_works_on_a_page_with_a_strict_policy(
    window: WidgetWindow, office: Office, inbox: Inbox, picture: Picture
) -> None:
    page = window.page
    window.open()
    expect(window.panel.get_by_text("你好！有咩可以幫到你？")).to_be_visible()
    expect(window.panel.get_by_role("group", name="常見問題").get_by_role("button")).to_have_count(2)
    picture(page, "greeting")
    window.say("我想問下 <b>退貨</b> & 換貨")
    window.expect_own("我想問下 <b>退貨</b> & 換貨")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    assert incoming(office, inbox) == ["我想問下 <b>退貨</b> & 換貨"]
    assert page.evaluate("violations") == []
    assert [name for name, _ in page.evaluate("heard")] == ["ready", "opened", "on-start-conversation"]
    assert page.context.cookies() == []


def test_leaves_the_page_alone_and_is_left_alone_by_it(window: WidgetWindow) -> None:
    window.open()
    styles = window.page.evaluate("""() => {
      const [text, button] = ["#host-text", "#host-button"].map((name) => document.querySelector(name));
      const own = document.querySelector("#kaitak-widget").shadowRoot;
      const style = (element, name) => getComputedStyle(element)[name];
      return {
        host: style(text, "fontFamily") + style(button, "fontSize"),
        border: style(own.querySelector("textarea"), "borderTopWidth"),
        spacing: style(own.querySelector(".bubble"), "letterSpacing"),
        button: style(own.querySelector(".send"), "fontFamily"),
      };
    }""")
    assert styles["host"] == "serif40px"
    assert styles["border"] == "1px"
    assert styles["spacing"] == "normal"
    assert "cursive" not in styles["button"]


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
    assert incoming(office, inbox) == ["第一句", "第二句", "第三句", "第四句"]
    office.say(the_conversation(office, inbox).id, "返嚟喇")
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
    assert incoming(office, inbox) == ["重新載入之前"]
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
    assert incoming(office, inbox) == ["得一次", "之後"]


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
    assert incoming(office, inbox) == ["甲一", "甲二", "乙一", "甲三"]
    office.say(the_conversation(office, inbox).id, "兩邊都見到")
    for tab in (window, other):
        expect(tab.from_person).to_have_text(["兩邊都見到"])


def test_a_person_who_takes_over_is_plain_to_see(
    window: WidgetWindow, office: Office, inbox: Inbox, picture: Picture
) -> None:
    window.open()
    window.say("有人嗎")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    talk = the_conversation(office, inbox)
    office.act(talk.id, "toggle_typing_status", {"typing_status": "on", "is_private": False})
    expect(window.panel.locator(".typing")).to_contain_text("何芷晴 正在輸入")
    office.say(talk.id, "你好，我係芷晴")
    expect(window.from_person).to_have_text(["你好，我係芷晴"])
    expect(window.panel.locator(".typing")).to_have_count(0)
    expect(window.panel.get_by_text("何芷晴 已加入對話")).to_be_visible()
    expect(window.panel.get_by_role("banner").get_by_text("何芷晴 正在為你服務")).to_be_visible()
    office.say(talk.id, "只係同事睇", private=True)
    office.say(talk.id, "仲有冇其他？")
    expect(window.from_person).to_have_text(["你好，我係芷晴", "仲有冇其他？"])
    picture(window.page, "person")


def test_unread_messages_are_counted_while_closed_and_read_out_once(
    window: WidgetWindow, office: Office, inbox: Inbox
) -> None:
    page = window.page
    window.open()
    window.say("等陣返嚟睇")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    window.field.press("Escape")
    expect(window.panel).to_have_count(0)
    page.evaluate("""() => {
      window.spoken = [];
      const log = document.querySelector("#kaitak-widget").shadowRoot.querySelector("[aria-live]");
      const added = (records) => records.flatMap((record) => [...record.addedNodes]).map((node) => node.textContent);
      const watch = new MutationObserver((records) => spoken.push(...added(records)));
      watch.observe(log, { childList: true, subtree: true });
    }""")
    talk = the_conversation(office, inbox)
    office.say(talk.id, "第一個答案")
    office.say(talk.id, "第二個答案")
    expect(page.locator("#kaitak-widget .badge")).to_have_text("2")
    expect(page).to_have_title("(2) 啟德百貨")
    expect(window.launcher).to_have_accessible_name("開啟對話 (2 則未讀訊息)")
    spoken = "|".join(page.evaluate("spoken"))
    assert spoken.count("第一個答案") == 1
    assert spoken.count("第二個答案") == 1
    page.reload()
    expect(page.locator("#kaitak-widget .badge")).to_have_text("2")
    window.open()
    expect(page).to_have_title("啟德百貨")
    page.reload()
    expect(window.panel).to_be_visible()
    window.field.press("Escape")
    expect(page.locator("#kaitak-widget .badge")).to_have_count(0)


def test_everything_works_with_the_keyboard_alone(window: WidgetWindow, office: Office, inbox: Inbox) -> None:
    page = window.page
    page.locator("#host-button").focus()
    page.keyboard.press("Tab")
    expect(window.launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(window.field).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(window.panel.get_by_role("button", name="點樣退貨？")).to_be_focused()
    page.keyboard.press("Enter")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    window.expect_own("點樣退貨？")
    talk = the_conversation(office, inbox)
    choices = [{"title": "改地址", "value": "address"}, {"title": "改時間", "value": "time"}]
    office.say(talk.id, "想改咩？", content_type="input_select", content_attributes={"items": choices})
    group = window.panel.get_by_role("group", name="可選擇的回覆")
    expect(group.get_by_role("button")).to_have_count(2)
    window.field.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(group.get_by_role("button", name="改時間")).to_be_focused()
    page.keyboard.press("Space")
    window.expect_own("點樣退貨？", "改時間")
    expect(group.get_by_role("button", name="改時間")).to_be_disabled()
    expect(group.get_by_role("button", name="改時間")).to_have_attribute("aria-pressed", "true")
    expect(group.get_by_role("button", name="改地址")).to_be_disabled()
    assert ["postback", "time"] in page.evaluate("heard")
    page.keyboard.press("Escape")
    expect(window.panel).to_have_count(0)
    expect(window.launcher).to_be_focused()


def test_the_enter_of_an_input_method_does_not_send(window: WidgetWindow) -> None:
    window.open()
    window.field.fill("nei hou")
    for enter in ("{isComposing: true}", "{keyCode: 229}"):
        window.field.evaluate(
            f"(e) => e.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true, ...{enter}}}))"
        )
    expect(window.field).to_have_value("nei hou")
    expect(window.own).to_have_count(0)
    window.field.press("Shift+Enter")
    expect(window.field).to_have_value("nei hou\n")
    window.field.press("Enter")
    window.expect_own("nei hou")


def test_earlier_messages_come_when_scrolling_up(window: WidgetWindow, office: Office, inbox: Inbox) -> None:
    window.open()
    window.say("開始")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    talk = the_conversation(office, inbox)
    for number in range(40):
        office.say(talk.id, f"第 {number} 則")
    window.page.reload()
    expect(window.from_person.last).to_have_text("第 39 則")
    assert window.from_person.count() <= 30
    thread = window.panel.get_by_role("region", name="對話內容")
    before = window.from_person.first.inner_text()
    thread.evaluate("(e) => e.scrollTo(0, 0)")
    expect(window.from_person).to_have_count(40)
    expect(window.panel.get_by_text(before, exact=True)).to_be_in_viewport()
    texts = window.from_person.all_inner_texts()
    assert texts == [f"第 {number} 則" for number in range(40)]


def test_the_talk_ends_with_one_tap(window: WidgetWindow, office: Office, inbox: Inbox, picture: Picture) -> None:
    window.open()
    window.say("搞掂，唔該")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    talk = the_conversation(office, inbox)
    office.say(talk.id, "唔使客氣")
    office.act(talk.id, "toggle_status", {"status": "resolved"})
    expect(window.panel.get_by_text("對話已完結")).to_be_visible()
    faces = window.panel.get_by_role("group", name="你對今次服務滿意嗎？").get_by_role("button")
    expect(faces).to_have_text(["非常不滿意", "不滿意", "一般", "滿意", "非常滿意"])
    faces.nth(3).click()
    expect(faces.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(window.panel.get_by_text("多謝你的評分")).to_be_visible()
    window.panel.get_by_label("想補充的意見（可不填）").fill("好快手")
    picture(window.page, "rated")
    window.panel.get_by_role("button", name="送出意見").click()
    expect(window.panel.get_by_text("多謝你的意見")).to_be_visible()
    csat = the_conversation(office, inbox).csat
    assert csat is not None
    assert (csat.rating, csat.feedback_message) == (4, "好快手")
    window.say("又有問題")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    window.expect_own("搞掂，唔該", "又有問題")
    assert len(office.conversations(inbox.id)) == 2


def test_files_are_checked_uploaded_and_shown(
    window: WidgetWindow, office: Office, inbox: Inbox, picture: Picture
) -> None:
    window.open()
    picker = window.panel.locator("input[type=file]")
    picker.set_input_files({"name": "shop.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    expect(window.panel.get_by_role("alert")).to_have_text("不支援「shop.svg」的檔案類型")
    picker.set_input_files({"name": "外套.png", "mimeType": "image/png", "buffer": png(80, 60)})
    expect(window.panel.locator(".chip.done")).to_have_count(1)
    expect(window.panel.get_by_role("alert")).to_have_count(0)
    transfer = window.page.evaluate_handle("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["order,state\\n1,sent"], "orders.csv", { type: "text/csv" }));
      return data;
    }""")
    window.panel.dispatch_event("drop", {"dataTransfer": transfer})
    expect(window.panel.locator(".chip.done")).to_have_count(2)
    window.field.evaluate(
        """(field, data) => field.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))""",
        transfer,
    )
    expect(window.panel.locator(".chip.done")).to_have_count(3)
    window.panel.get_by_role("button", name="移除 orders.csv").first.click()
    expect(window.panel.locator(".chip")).to_have_count(2)
    window.say("見圖")
    shown = window.panel.get_by_role("img", name="外套.png")
    expect(shown).to_be_visible()
    expect(window.panel.locator("a.file")).to_contain_text("orders.csv")
    expect(shown).to_have_js_property("naturalWidth", 80)
    picture(window.page, "files")
    assert incoming(office, inbox) == ["見圖"]
    assert window.page.evaluate("violations") == []


def test_known_customers_must_be_signed(window: WidgetWindow, inbox: Inbox) -> None:
    page = window.page
    secret = (inbox.generated or {})["identity_secret"]
    page.evaluate("$kaitak.setUser('customer-42', {name: '陳大文'})")
    page.evaluate("$kaitak.setUser('customer-42', {name: '陳大文', identifier_hash: 'ab'.repeat(32)})")
    page.wait_for_function("() => heard.some(([name, code]) => name === 'error' && code === 'identity_invalid')")
    assert ["error", "identity_required"] in page.evaluate("heard")
    signature = hmac.new(secret.encode(), b"customer-42", hashlib.sha256).hexdigest()
    with page.expect_response("**/widget/identify") as answer:
        page.evaluate("(hash) => $kaitak.setUser('customer-42', {name: '陳大文', identifier_hash: hash})", signature)
    assert answer.value.json()["contact"] == {"name": "陳大文", "email": None, "identified": True}
    token = page.evaluate("Object.entries(localStorage).find(([key]) => key.endsWith(':visitor'))[1]")
    assert token not in page.url
    page.evaluate("$kaitak.reset()")
    page.wait_for_function(
        """(old) => Object.entries(localStorage).some(
          ([key, value]) => key.endsWith(":visitor") && value !== old)""",
        arg=token,
    )


def test_answers_come_without_a_socket_too(profile: BrowserContext, shop: str, office: Office, inbox: Inbox) -> None:
    page = profile.new_page()
    page.route_web_socket("**/widget/stream", lambda socket: socket.close(code=1011))
    page.goto(shop)
    window = WidgetWindow(page)
    window.open()
    window.say("冇 WebSocket")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    office.say(the_conversation(office, inbox).id, "都收到")
    expect(window.from_person).to_have_text(["都收到"], timeout=25_000)
    expect(window.panel.get_by_text("正在重新連線…")).to_have_count(0)


@pytest.mark.parametrize(
    ("tag", "words"), [("en-GB", "Write a message…"), ("zh-CN", "输入消息…"), ("zh-TW", "輸入訊息…")]
)
def test_speaks_the_browser_s_language(chromium: Browser, shop: str, tag: str, words: str) -> None:
    context = chromium.new_context(locale=tag)
    page = context.new_page()
    page.goto(shop)
    window = WidgetWindow(page)
    window.open()
    expect(window.field).to_have_attribute("placeholder", words)
    page.evaluate("$kaitak.setLocale('zh-HK')")
    expect(window.field).to_have_attribute("placeholder", "輸入訊息…")
    context.close()


@pytest.mark.parametrize("colour", ["#0e7c86", "#ffd400", "#111111", "#f4b6c2"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_is_readable_and_named_in_any_colour(
    *, chromium: Browser, shop: str, office: Office, inbox: Inbox, picture: Picture, colour: str, scheme: str
) -> None:
    context = chromium.new_context(locale="zh-HK", reduced_motion="reduce", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{shop}/?settings={quote(json.dumps({'color': colour, 'colorScheme': scheme}))}")
    window = WidgetWindow(page)
    window.open()
    window.say("睇下 https://shop.example/coat 呢件")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    talk = the_conversation(office, inbox)
    office.say(talk.id, "有貨：https://shop.example/coat")
    items = [{"title": "要", "value": "yes"}, {"title": "唔要", "value": "no"}]
    office.say(talk.id, "要唔要？", content_type="input_select", content_attributes={"items": items})
    expect(window.panel.get_by_role("button", name="唔要")).to_be_visible()
    picture(page, f"{colour[1:]}-{scheme}")
    found = page.evaluate(AUDIT)
    assert found["faint"] == []
    assert found["nameless"] == []
    assert found["small"] == []
    assert found["moving"] == []
    context.close()


def test_covers_a_phone_and_keeps_the_focus_inside(chromium: Browser, shop: str, picture: Picture) -> None:
    context = chromium.new_context(
        locale="zh-HK",
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        reduced_motion="reduce",
        device_scale_factor=2,
    )
    page = context.new_page()
    page.goto(shop)
    window = WidgetWindow(page)
    picture(page, "closed")
    window.launcher.tap()
    expect(window.panel).to_have_attribute("aria-modal", "true")
    assert window.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    expect(window.launcher).to_be_hidden()
    picture(page, "open")
    window.say("喺電話度寫嘅一句好長好長好長好長好長好長嘅說話，睇下會唔會爆版面")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    stops = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.add(page.evaluate("document.activeElement.id"))
    assert stops == {"kaitak-widget"}
    page.set_viewport_size({"width": 390, "height": 500})
    expect(window.field).to_be_in_viewport(ratio=1)
    picture(page, "with-keyboard")
    window.panel.get_by_role("button", name="關閉對話").tap()
    expect(window.launcher).to_be_visible()
    context.close()


def test_pages_that_were_written_for_chatwoot_work_when_the_alias_is_on(profile: BrowserContext, shop: str) -> None:
    page = profile.new_page()
    page.goto(f"{shop}/?settings={quote(json.dumps({'chatwootAlias': True, 'position': 'left'}))}")
    WidgetWindow(page).launcher.wait_for()
    page.evaluate("$chatwoot.toggle('open')")
    expect(WidgetWindow(page).panel).to_be_visible()
    assert page.evaluate("[$chatwoot.isOpen, typeof chatwootSDK.run]") == [True, "function"]
    page.evaluate("$chatwoot.toggleBubbleVisibility('hide'); $chatwoot.toggle('close')")
    expect(WidgetWindow(page).launcher).to_have_count(0)


def test_a_page_of_another_site_is_refused(demo: DemoRun, office: Office, profile: BrowserContext) -> None:
    from_elsewhere = office.make_widget_inbox(
        "elsewhere", {"allowed_origins": ["https://shop.example"]}, bot_enabled=False
    )
    with host_page.serving(demo.workbench_url, from_elsewhere.identifier) as address:
        page = profile.new_page()
        page.goto(address)
        page.wait_for_function("() => heard.some(([name]) => name === 'error')")
        assert page.locator("#kaitak-widget").count() == 0


def png(width: int, height: int) -> bytes:
    """A plain picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x0e\x7c\x86" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


AUDIT = """() => {
  const root = document.querySelector("#kaitak-widget").shadowRoot;
  const parse = (text) => {
    const [r, g, b, alpha = 1] = text.match(/[\\d.]+/g).map(Number);
    return [r, g, b, alpha];
  };
  const over = (top, under) => top.slice(0, 3).map((part, at) => part * top[3] + under[at] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (rgb) => rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const hidden = (element) => element.closest(".hidden") !== null;
  const said = { faint: [], nameless: [], small: [], moving: [] };
  for (const element of root.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
    if (text && !hidden(element) && !element.disabled) {
      const own = ratio(over(parse(style.color), ground(element)), ground(element));
      if (own < 4.5) said.faint.push(`${element.className} "${text}" ${own.toFixed(2)}`);
    }
    if (style.animationName !== "none" || parseFloat(style.transitionDuration) > 0) said.moving.push(element.className);
  }
  const named = "button, a[href], textarea, [role=dialog], [role=region], [role=group]";
  for (const element of root.querySelectorAll(named)) {
    const name = element.getAttribute("aria-label") || element.textContent.trim();
    if (!name) said.nameless.push(element.outerHTML);
    const box = element.getBoundingClientRect();
    const isSmall = box.width < 24 || box.height < 24;
    if (element.matches("button, textarea, a.file, a.picture") && isSmall) said.small.push(element.className);
  }
  return said;
}"""
