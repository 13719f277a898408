"""How the widget looks: the browser's language, any colour light and dark, a phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from urllib.parse import quote

from playwright.sync_api import Browser, Page, expect

from tests.e2e.office import Inbox, Office
from tests.e2e.widget_window import WidgetWindow

Picture = Callable[[Page, str], None]


def test_speaks_the_browser_s_language(chromium: Browser, shop: str) -> None:
    for tag, words in (("en-GB", "Write a message…"), ("zh-CN", "输入消息…"), ("zh-TW", "輸入訊息…")):
        context = chromium.new_context(locale=tag)
        page = context.new_page()
        page.goto(shop)
        window = WidgetWindow(page)
        window.open()
        expect(window.field).to_have_attribute("placeholder", words)
        page.evaluate("$kaitak.setLocale('zh-HK')")
        expect(window.field).to_have_attribute("placeholder", "輸入訊息…")
        context.close()


def test_is_readable_and_named_in_any_colour(
    chromium: Browser, shop: str, office: Office, inbox: Inbox, picture: Picture
) -> None:
    context = chromium.new_context(locale="zh-HK", reduced_motion="reduce", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(shop)
    window = WidgetWindow(page)
    window.open()
    window.say("睇下 https://shop.example/coat 呢件")
    window.expect_stored()
    talk = office.only_conversation(inbox)
    office.say(talk.id, "有貨：https://shop.example/coat")
    items = [{"title": "要", "value": "yes"}, {"title": "唔要", "value": "no"}]
    office.say(talk.id, "要唔要？", content_type="input_select", content_attributes={"items": items})
    for colour, scheme in product(("#0e7c86", "#ffd400", "#111111", "#f4b6c2"), ("light", "dark")):
        page.goto(f"{shop}/?settings={quote(json.dumps({'color': colour, 'colorScheme': scheme}))}")
        expect(window.panel.get_by_text("已傳送")).to_be_visible()
        expect(window.panel.get_by_role("button", name="唔要")).to_be_visible()
        picture(page, f"{colour[1:]}-{scheme}")
        expected: dict[str, list[str]] = {"faint": [], "nameless": [], "small": [], "moving": []}
        assert page.evaluate(AUDIT) == expected, f"{colour} {scheme}"
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
