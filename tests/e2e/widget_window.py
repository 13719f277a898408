"""Owns how a browser test reads and uses the widget: by what a customer sees and does, never by its insides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

READY_MS = 90_000  # the first turn of a process reads its models; a busy machine is no fault of the page


@dataclass(frozen=True, slots=True)
class WidgetWindow:
    """The widget on a page; Playwright's locators look into its shadow tree."""

    page: Page

    @property
    def launcher(self) -> Locator:
        return self.page.locator("#kaitak-widget .launcher")

    @property
    def panel(self) -> Locator:
        return self.page.locator("#kaitak-widget").get_by_role("dialog")

    @property
    def field(self) -> Locator:
        return self.panel.locator("form.composer textarea")

    @property
    def own(self) -> Locator:
        """What this customer said."""
        return self.panel.locator(".by-me .bubble")

    @property
    def from_bot(self) -> Locator:
        """What the bot said in this talk; its greeting stands apart."""
        return self.panel.locator("ol.messages .by-bot .bubble")

    @property
    def from_person(self) -> Locator:
        """What a person said."""
        return self.panel.locator(".by-agent .bubble")

    def open(self) -> None:
        self.launcher.click()
        expect(self.panel).to_be_visible()

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def hears(self, text: str, answer: str | re.Pattern[str]) -> None:
        """Say something, and be answered by the bot with these words."""
        before = self.from_bot.count()
        self.say(text)
        self.expect_answer(before, answer)

    def picks(self, choice: str, answer: str | re.Pattern[str]) -> None:
        """Tap one of the choices, and be answered by the bot with these words."""
        before = self.from_bot.count()
        self.panel.get_by_role("button", name=choice).last.click()
        self.expect_answer(before, answer)

    def expect_answer(self, before: int, answer: str | re.Pattern[str]) -> None:
        """The bot's next words, after as many as it had said before."""
        expect(self.from_bot.nth(before)).to_contain_text(answer, timeout=READY_MS)
        expect(self.panel.locator(".typing")).to_have_count(0)

    def expect_stored(self) -> None:
        """The server has everything that the customer said."""
        expect(self.panel.locator(".waiting")).to_have_count(0, timeout=15_000)

    def expect_own(self, *texts: str) -> None:
        """Exactly these messages of the customer, in this order."""
        expect(self.own).to_have_text(list(texts), timeout=15_000)
