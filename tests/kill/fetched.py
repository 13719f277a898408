"""Owns the customers whose messages nobody brings: they lie in a real mailbox, or in WeCom's pages behind a cursor."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pydantic import JsonValue

from tests.channels.connectors.wecom import case
from tests.platforms import mail as servers
from tests.platforms import server
from tests.platforms.mail import ADDRESS, PASSWORD, Mailbox, Sink
from tests.platforms.wecom import WeCom

CUSTOMERS = 8  # of each
MAIL_ROUNDS = (0, 7, 14)  # six answers an hour go to one address, whoever may be a machine
_OURS = re.compile(rb"^Message-ID: <k(\d+)-(\d+)-", re.MULTILINE | re.IGNORECASE)


@dataclass
class Post:
    """A mailbox, and the server that takes what is sent from it."""

    box: Mailbox
    sink: Sink
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def config(self) -> Mapping[str, JsonValue]:
        """The inbox's."""
        return {
            "address": ADDRESS,
            "password": PASSWORD,
            "imap_host": "127.0.0.1",
            "imap_port": self.box.port,
            "smtp_host": "127.0.0.1",
            "smtp_port": self.sink.port,
            "ca_certificate": self.box.tls.pem,
            "thread_secret": self.secret,
        }

    def put(self, sender: str, number: str, text: str) -> None:
        """A mail of this number arrives; the same again is the same mail."""
        head = f"From: {sender}\r\nTo: {ADDRESS}\r\nMessage-ID: <{number}@customer.example>\r\nSubject: {text}\r\n"
        head += "Date: Mon, 23 Nov 2026 09:00:00 +0800\r\nMIME-Version: 1.0\r\n"
        head += "Content-Type: text/plain; charset=utf-8\r\n"
        self.box.put(f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n".encode())

    def taken(self) -> dict[str, list[int]]:
        """Our messages' numbers in the mails to each address, in the order in which they came; repetitions too."""
        found: dict[str, list[int]] = {}
        for mail, (_, people) in zip(self.sink.mails, self.sink.envelopes, strict=True):
            ours = _OURS.search(mail)
            assert ours is not None
            found.setdefault(people[0], []).append(int(ours[2]))
        return found


def wecom_config(platform: WeCom) -> Mapping[str, JsonValue]:
    """The inbox's."""
    return {**case.CASE.config, "api_base": platform.url}


def check_mails(said: Mapping[str, list[int]], post: Post) -> int:
    """Each address got what was said to it, in order; how often something came again, at once after the first time."""
    taken = post.taken()
    assert set(taken) == {address for address, numbers in said.items() if numbers}
    repeated = 0
    for address, numbers in taken.items():
        assert list(dict.fromkeys(numbers)) == said[address]
        assert numbers == sorted(numbers)
        repeated += sum(count - 1 for count in Counter(numbers).values())
    return repeated


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[WeCom, Post | None]]:
    """Both; no mailbox on a machine without Dovecot."""
    async with server.running(WeCom(quota=None)) as wecom:
        if servers.DOVECOT is None:
            yield wecom, None
            return
        with servers.dovecot() as box:
            async with servers.sink(box.tls) as sink:
                yield wecom, Post(box, sink)
