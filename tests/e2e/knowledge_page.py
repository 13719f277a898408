"""Owns how a browser test uses the knowledge pages: by what a supervisor sees and does."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FilePayload, Locator, Page, expect


@dataclass(frozen=True, slots=True)
class KnowledgePage:
    """The knowledge pages of one signed-in supervisor."""

    page: Page

    def enter(self, address: str) -> None:
        """Open the workbench, by a one-time link or signed in already, and go to the articles."""
        self.page.goto(address)
        self.page.get_by_role("link", name="知識庫").click()
        expect(self.page.get_by_role("heading", name="文章", level=2)).to_be_visible(timeout=30_000)

    def go(self, section: str) -> None:
        """Open one of the sections."""
        self.page.get_by_role("link", name=section, exact=True).click()
        expect(self.page.get_by_role("heading", name=section, level=2)).to_be_visible()

    def look_at(self, *files: FilePayload) -> Locator:
        """Choose files, and return the dialog with what was understood of them."""
        self.page.get_by_role("button", name="匯入檔案").first.click()
        self.page.locator("input[type=file]").set_input_files(list(files))
        dialog = self.page.get_by_role("dialog")
        expect(dialog.get_by_role("region", name="讀到的內容")).to_be_visible(timeout=30_000)
        return dialog

    def ask(self, question: str) -> Locator:
        """What a customer who asks this would be told."""
        field = self.page.get_by_role("textbox", name="問題")
        if not field.is_visible():
            self.page.get_by_role("button", name="試問一問").click()
        field.fill(question)
        field.press("Enter")
        return self.page.get_by_role("region", name="回答")

    def make_public(self, title: str) -> None:
        """Open an article and let everybody read it."""
        self.page.get_by_role("link", name=title).first.click()
        self.page.get_by_role("button", name="編輯").click()
        self.page.get_by_text("對外", exact=True).click()
        self.page.get_by_role("button", name="儲存").click()
        expect(self.page.get_by_role("heading", name=title, level=2)).to_be_visible()
        expect(self.page.locator("[data-tone=good]", has_text="對外")).to_be_visible()

    def open_centre(self, slug: str) -> None:
        """Open the help centre to the public at an address."""
        self.go("說明中心")
        self.page.get_by_role("switch", name="對公眾開放").click()
        self.page.get_by_label("網址").fill(slug)
        self.page.get_by_role("button", name="儲存").click()
        expect(self.page.get_by_text("已開放")).to_be_visible()
