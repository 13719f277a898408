"""Owns how a browser test reads and uses the workbench: by what an agent sees and does."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True, slots=True)
class WorkbenchPage:
    """The workbench of one signed-in person."""

    page: Page

    @property
    def queue(self) -> Locator:
        """The rows of the conversation list."""
        return self.page.locator("button[data-conversation]")

    @property
    def log(self) -> Locator:
        """The open conversation."""
        return self.page.get_by_role("log")

    @property
    def take_over_button(self) -> Locator:
        return self.page.locator("[data-action=take-over]")

    def said_by(self, author: str) -> Locator:
        """Messages in the open conversation by `customer`, `bot` or `person`."""
        return self.log.locator(f"article[data-author={author}]")

    def enter(self, address: str) -> None:
        """Open the workbench, by a one-time link or signed in already."""
        self.page.goto(address)
        expect(self.queue.first).to_be_visible(timeout=30_000)
        self.page.get_by_text("全部", exact=False).first.click()

    def show_bots(self) -> None:
        """List what the bot answers."""
        self.page.get_by_role("tab", name="機械人").click()

    def show_all(self) -> None:
        """List everything, whoever has it."""
        self.page.get_by_role("tab", name="全部").click()

    def row_of(self, text: str) -> Locator:
        """The rows that show these words."""
        return self.queue.filter(has_text=text)

    def answer(self, text: str) -> None:
        """Write to the customer and send."""
        field = self.page.get_by_role("textbox", name="回覆", exact=True)
        field.fill(text)
        field.press("Enter")

    def resolve(self) -> None:
        self.page.get_by_role("button", name="完成", exact=False).first.click()
