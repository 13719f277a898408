"""Owns how a browser test uses the pages about understanding: by what a supervisor sees and does."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FilePayload, Locator, Page, expect

TRAINING_MS = 900_000  # on two idle cores it takes a fraction of a minute; a busy machine is no fault of the page
ANSWER_MS = 240_000  # the first look at a pack makes its own model ready


@dataclass(frozen=True, slots=True)
class UnderstandingPage:
    """The pages of one signed-in supervisor."""

    page: Page

    def enter(self, address: str) -> None:
        """Open the workbench, by a one-time link or signed in already, and go to the versions."""
        self.page.goto(address)
        self.page.get_by_role("link", name="理解").click()
        expect(self.page.get_by_role("heading", name="模型版本")).to_be_visible(timeout=30_000)
        expect(self.page.locator("[data-model=pack]")).to_contain_text("正在使用", timeout=ANSWER_MS)

    def go(self, section: str) -> None:
        """Open one of the sections."""
        self.page.get_by_role("link", name=section, exact=True).click()
        expect(self.page.get_by_role("heading", name=section, level=2)).to_be_visible()

    def look_at(self, file: FilePayload) -> Locator:
        """Choose a file, and return the dialog with what it holds."""
        self.page.get_by_role("button", name="匯入 CSV").first.click()
        self.page.locator("input[type=file]").set_input_files(file)
        dialog = self.page.get_by_role("dialog")
        expect(dialog.get_by_text("將會匯入")).to_be_visible(timeout=ANSWER_MS)
        return dialog

    def begin_training(self) -> None:
        """Train, and see that it goes on."""
        self.page.get_by_role("button", name="開始訓練").click()
        expect(self.page.get_by_role("progressbar", name="訓練進度")).to_be_visible()
        expect(self.page.get_by_role("button", name="開始訓練")).to_be_disabled()

    def trained(self) -> Locator:
        """The new version's card, once it is there."""
        card = self.page.locator("[data-model='1']")
        expect(card).to_be_visible(timeout=TRAINING_MS)
        return card

    def cancel_training(self) -> None:
        """Begin a training and think better of it."""
        start = self.page.get_by_role("button", name="開始訓練")
        start.click()
        self.page.get_by_role("button", name="取消訓練").click()
        self.page.get_by_role("tooltip").get_by_role("button", name="取消訓練").click()
        expect(self.page.get_by_role("alert").filter(has_text="訓練已取消")).to_be_visible()
        expect(start).to_be_enabled()

    def try_message(self, text: str) -> Locator:
        """What is understood of a message."""
        self.page.get_by_role("textbox", name="客戶的訊息").fill(text)
        self.page.get_by_role("button", name="看看如何理解").click()
        answer = self.page.get_by_role("region", name="理解到的內容")
        expect(answer).to_be_visible(timeout=ANSWER_MS)
        return answer

    def roll_back(self) -> None:
        """Go back to the model before, and say yes."""
        self.page.get_by_role("button", name="還原至上一個").click()
        self.page.get_by_role("tooltip").get_by_role("button", name="還原至上一個").click()
        expect(self.page.locator("[data-model=pack]")).to_contain_text("正在使用")
