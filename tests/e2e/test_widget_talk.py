"""A talk in the widget: the person who takes over, what came unread, what was said before, files, the rating."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.office import Inbox, Office
from tests.e2e.widget_window import WidgetWindow

Picture = Callable[[Page, str], None]


def test_a_person_who_takes_over_is_plain_to_see(
    window: WidgetWindow, office: Office, inbox: Inbox, picture: Picture
) -> None:
    window.open()
    window.say("有人嗎")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    talk = office.only_conversation(inbox)
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
    talk = office.only_conversation(inbox)
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


def test_earlier_messages_come_when_scrolling_up(window: WidgetWindow, office: Office, inbox: Inbox) -> None:
    window.open()
    window.say("開始")
    expect(window.panel.get_by_text("已傳送")).to_be_visible()
    talk = office.only_conversation(inbox)
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
    talk = office.only_conversation(inbox)
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
    csat = office.only_conversation(inbox).csat
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
    assert office.incoming(inbox) == ["見圖"]
    assert window.page.evaluate("violations") == []


def png(width: int, height: int) -> bytes:
    """A plain picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x0e\x7c\x86" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
