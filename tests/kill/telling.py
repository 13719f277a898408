"""Owns the platforms that tell more than what customers write: our own words again, what became of them, a STOP."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import aiohttp

from tests.kill.channels import ROUNDS, AtPlatform, Call
from tests.platforms.meta import Pages, WhatsApp
from tests.platforms.server import Shown
from tests.platforms.sms import Sms


class Echoing(AtPlatform):
    """Meta posts back to us what we said on Messenger and Instagram: it is counted and becomes no message."""

    def __init__(self, inbox: str, platform: Pages, address: str) -> None:
        super().__init__(inbox, platform, address)
        self._pages = platform

    async def show(self, shown: Shown) -> None:
        await super().show(shown)
        self.tells("echo", "ignored", partial(self.signed, self._pages.echo(shown)))


class Receipted(AtPlatform):
    """WhatsApp says of each message that it has arrived, and that it was read."""

    reports = True

    def __init__(self, platform: WhatsApp) -> None:
        super().__init__("whatsapp", platform, "8526{:07d}")
        self._whatsapp = platform

    async def show(self, shown: Shown) -> None:
        await super().show(shown)
        key = self._whatsapp.keys[shown.number]
        for status in ("delivered", "read"):
            event = self._whatsapp.report(shown, key, status)
            self.tells("delivery_report", "applied", partial(self.signed, event))


class Texting(AtPlatform):
    """Twilio says of each message that it has arrived. Half of its customers write STOP in the end; it heeds that."""

    reports = True

    def __init__(self, platform: Sms) -> None:
        super().__init__("sms", platform, "+8526{:07d}")
        self._sms = platform
        self._stopped: set[int] = set()

    def rounds(self, conversation: int) -> Sequence[int]:
        return range(ROUNDS + 1 - conversation % 2)

    def text(self, conversation: int, number: int) -> str:
        return super().text(conversation, number) if self.is_message(conversation, number) else "STOP"

    def is_message(self, conversation: int, number: int) -> bool:
        return number < ROUNDS

    async def bring(self, http: aiohttp.ClientSession, conversation: int, number: int) -> int:
        if not self.is_message(conversation, number):
            self._stopped.add(conversation)
            self.noted["consent", "applied"] = len(self._stopped)
        return await super().bring(http, conversation, number)

    async def show(self, shown: Shown) -> None:
        await super().show(shown)
        event = self._sms.report(shown, "delivered")
        self.tells("delivery_report", "applied", partial(self._reported, event, self._sms.hooks[shown.number]))

    def _reported(self, event: bytes, url: str) -> Call:
        self._sms.reported = url
        body, headers, _ = self._sms.call(event)
        return Call(url, body, headers, {})
