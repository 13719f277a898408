"""Owns how a browser test holds a customer's phone: the demo's page with one talk for each app."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True, slots=True)
class PhonePage:
    """The phone of one person."""

    page: Page

    @property
    def heard(self) -> Locator:
        """What the shop has written in the app that is open."""
        return self.page.locator("ol li:not(.mine):not(.error)")

    def take(self, address: str, person: str) -> None:
        """Hold this person's phone."""
        self.page.goto(address)
        self.page.get_by_label("我是").select_option(person)

    def open(self, app: str) -> None:
        self.page.get_by_role("tab", name=app, exact=True).click()
        expect(self.page.get_by_role("tab", name=app, exact=True)).to_have_attribute("aria-selected", "true")

    def say(self, text: str, *, written: str = "0") -> None:
        """Write in the open app, perhaps hours ago."""
        self.page.get_by_label("寫於").select_option(written)
        self.page.get_by_label("訊息").fill(text)
        self.page.get_by_role("button", name="傳送", exact=True).click()
        expect(self.page.locator("ol li.mine").last).to_have_text(text)
        expect(self.page.locator("ol li.error")).to_have_count(0)

    def hears(self, text: str, answer: str | re.Pattern[str]) -> None:
        """Write, and read among the newest answers what holds this."""
        before = self.heard.count()
        self.say(text)
        expect(self.heard.nth(before)).to_be_visible(timeout=20_000)
        expect(self.heard.filter(has_text=answer).last).to_be_visible(timeout=20_000)
