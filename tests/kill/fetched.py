"""Owns the customers whose messages we fetch: from a mailbox, from WeCom's pages behind a cursor, by a stream."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from pydantic import JsonValue

from tests.kill.channels import AtPlatform, Channel, Showing, named
from tests.platforms import mail as servers
from tests.platforms import server
from tests.platforms.dingtalk import DingTalk
from tests.platforms.mail import ADDRESS, PASSWORD, Mailbox, Sink
from tests.platforms.wecom import WeCom

MAIL_ROUNDS = (0, 7, 14)  # six answers an hour go to one address, whoever may be a machine
ACKNOWLEDGED = 10.0  # seconds for a frame of a stream
_OURS = re.compile(rb"^Message-ID: <k(\d+)-(\d+)-", re.MULTILINE | re.IGNORECASE)


class Pulled(AtPlatform):
    """WeCom tells no more than that something waits; it knows our messages' numbers."""

    may_repeat = False
    may_be_unknown = False
    has_cursor = True

    def __init__(self) -> None:
        self._wecom = WeCom(quota=None)  # what waited for a worker may be more than five, as after an outage
        super().__init__("wecom", self._wecom, "wm{}")

    async def bring(self, http: aiohttp.ClientSession, conversation: int, number: int) -> int:
        self.event(conversation, number)  # lies there from the first time on
        return await self.signed(self._wecom.nudge()).made(http, 10.0)


class Streamed(AtPlatform):
    """DingTalk's Stream mode: a frame comes again on each new stream until one of them has acknowledged it."""

    def __init__(self) -> None:
        self._dingtalk = DingTalk()
        super().__init__("dingtalk-stream", self._dingtalk, "remote{}", channel="dingtalk")
        self._frames: dict[tuple[int, int], str] = {}

    async def bring(self, http: aiohttp.ClientSession, conversation: int, number: int) -> int:
        event, waiting = self.event(conversation, number), self._dingtalk.waiting
        assert isinstance(event, dict)
        frame = self._frames.get((conversation, number), "")
        if frame not in waiting:
            frame = self._frames[conversation, number] = await self._dingtalk.push(event)
        for _ in range(int(ACKNOWLEDGED / 0.05)):
            if frame not in self._dingtalk.waiting:
                return 200
            await asyncio.sleep(0.05)
        return 503


class Mails(Channel):
    """A mailbox, and the server that takes what is sent from it. Nobody tells us of a mail."""

    has_cursor = True

    def __init__(self, box: Mailbox, sink: Sink) -> None:
        super().__init__("email", "email", "c{}@customer.example")
        self._box, self._sink = box, sink
        self._secret = secrets.token_urlsafe(32)

    def config(self) -> Mapping[str, JsonValue]:
        return {
            "address": ADDRESS,
            "password": PASSWORD,
            "imap_host": "127.0.0.1",
            "imap_port": self._box.port,
            "smtp_host": "127.0.0.1",
            "smtp_port": self._sink.port,
            "ca_certificate": self._box.tls.pem,
            "thread_secret": self._secret,
        }

    def rounds(self, conversation: int) -> Sequence[int]:
        return MAIL_ROUNDS

    async def bring(self, http: aiohttp.ClientSession, conversation: int, number: int) -> int:
        sender, text = self.source(conversation), self.text(conversation, number)
        name = f"{named(conversation, number)}@customer.example"
        head = f"From: {sender}\r\nTo: {ADDRESS}\r\nMessage-ID: <{name}>\r\nSubject: {text}\r\n"
        head += "Date: Mon, 23 Nov 2026 09:00:00 +0800\r\nMIME-Version: 1.0\r\n"
        head += "Content-Type: text/plain; charset=utf-8\r\n"
        mail = f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n".encode()
        await asyncio.to_thread(self._box.put, mail)
        return 200

    async def look(self, http: aiohttp.ClientSession, conversation: int) -> None:
        """Read all that came to this address, by our messages' numbers in its Message-ID."""
        found = []
        taken = zip(self._sink.mails, self._sink.envelopes, self._sink.moments, strict=True)
        for mail, (_, people), at in taken:
            ours = _OURS.search(mail)
            assert ours is not None
            if people == [self.source(conversation)]:
                found.append(Showing(ours[2].decode(), at))
        self.phones[self.source(conversation)] = found


@asynccontextmanager
async def opened() -> AsyncIterator[list[Channel]]:
    """All of them; no mailbox on a machine without Dovecot."""
    pulled, streamed = Pulled(), Streamed()
    async with AsyncExitStack() as stack:
        for each in (pulled, streamed):
            await stack.enter_async_context(server.running(each.platform))
        if servers.DOVECOT is None:
            yield [pulled, streamed]
            return
        box = stack.enter_context(servers.dovecot())
        yield [pulled, streamed, Mails(box, await stack.enter_async_context(servers.sink(box.tls)))]
