"""The widget as a part of somebody's page: a strict policy, its styles, its keyboard, its customers, its address."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import host_page
from tests.e2e.demo_run import DemoRun
from tests.e2e.office import Inbox, Office
from tests.e2e.widget_window import WidgetWindow

Picture = Callable[[Page, str], None]


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
    assert office.incoming(inbox) == ["我想問下 <b>退貨</b> & 換貨"]
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
    talk = office.only_conversation(inbox)
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
