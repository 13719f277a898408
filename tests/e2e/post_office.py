"""Owns the mailbox of a browser test: a real Dovecot, a real SMTP server, and the customer's own mail program."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr

from tests.platforms import mail
from tests.platforms.mail import ADDRESS, PASSWORD, Mailbox, Sink

PATIENCE = 30.0
TRUSTED = "mx.harbour.example"  # the server that the mailbox's owner believes about senders


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where the shop's mails come in and go out."""

    box: Mailbox
    sink: Sink

    @property
    def config(self) -> dict[str, object]:
        """What an administrator enters for this mailbox."""
        return {
            "address": ADDRESS,
            "password": PASSWORD,
            "imap_host": "localhost",
            "imap_port": self.box.port,
            "smtp_host": "localhost",
            "smtp_port": self.sink.port,
            "ca_certificate": self.box.tls.pem,
            "trusted_server": TRUSTED,
            "sender_name": "啟德百貨",
        }

    def bring(self, sender: str, subject: str, text: str) -> None:
        """A customer's mail arrives; the server that took it has found the sender's domain true."""
        made = EmailMessage(policy=SMTP)
        domain = parseaddr(sender)[1].rpartition("@")[2]
        made["Authentication-Results"] = f"{TRUSTED}; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={domain}"
        made["From"], made["To"], made["Subject"] = sender, ADDRESS, subject
        made["Date"], made["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain=domain)
        made.set_content(text)
        self.box.put(made.as_bytes())

    def received(self, address: str, words: str) -> str:
        """The text of the mail with these words that has come to an address, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for (_, to), raw in zip(list(self.sink.envelopes), list(self.sink.mails), strict=False):
                part = message_from_bytes(raw, policy=SMTP).get_body(("plain",))
                text = str(part.get_content()) if part is not None else ""
                if address in to and words in text:
                    return text
            time.sleep(0.1)
        raise AssertionError(f"no mail with {words!r} came to {address}")


@contextmanager
def opened() -> Iterator[PostOffice]:
    """A mailbox for the length of a block."""
    with mail.dovecot() as box, _sink(box) as sink:
        yield PostOffice(box, sink)


@contextmanager
def _sink(box: Mailbox) -> Iterator[Sink]:
    """An SMTP server on a thread of its own."""
    loop, ready, done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    made: list[Sink] = []

    async def serve() -> None:
        async with mail.sink(box.tls) as sink:
            made.append(sink)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield made[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
