"""Owns which conversation a mail belongs to: the ids and addresses that we mint carry a signed token. Pure.

A token proves that its bearer has seen a mail of ours, nothing about who the bearer is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from kaitak.channels.connectors.email.reading import Mail

HEADER = "x-kaitak-thread"
_TOKEN = re.compile(r"k(\d{1,18})-(\d{1,18})-([a-z2-7]{20})")
_PLUS = re.compile(r"^[^@]*\+(k\d{1,18}-\d{1,18}-[a-z2-7]{20})@")


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation and the message of ours that was answered."""

    conversation: str
    message: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Mints and reads the tokens of one inbox; `domain` is what stands behind the @ of its address."""

    secret: bytes
    domain: str

    def message_id(self, thread: str, message: str, part: int = 0) -> str:
        """The Message-ID of a mail of ours, without its brackets; the same message always has the same one."""
        suffix = f".{part}" if part else ""
        return f"{self.token(thread, message)}{suffix}@{self.domain}"

    def reply_address(self, address: str, thread: str, message: str) -> str:
        """Our address with the token behind a plus."""
        local, _, domain = address.rpartition("@")
        return f"{local}+{self.token(thread, message)}@{domain}"

    def token(self, thread: str, message: str) -> str:
        """Lower-case letters and digits only: addresses lose their case on the way."""
        digest = hmac.new(self.secret, f"mail-thread:{thread}:{message}".encode(), hashlib.sha256).digest()
        return f"k{thread}-{message}-{base64.b32encode(digest)[:20].decode().lower()}"

    def read(self, text: str) -> Thread | None:
        """The thread that a token in a text names; a forged one names none."""
        for found in _TOKEN.finditer(text.lower()):
            thread, message = found.group(1), found.group(2)
            if hmac.compare_digest(self.token(thread, message), found.group(0)):
                return Thread(thread, message)
        return None

    def is_own(self, message_id: str) -> bool:
        """Whether we sent the mail of this id."""
        local, _, domain = message_id.rpartition("@")
        return domain.lower() == self.domain and self.read(local) is not None

    def thread_of(self, mail: Mail) -> Thread | None:
        """By In-Reply-To, then References from the last, then the address that was written to, then our header."""
        for each in (*mail.in_reply_to, *reversed(mail.references)):
            if self.is_own(each):
                return self.read(each)
        for address in mail.recipients:
            plus = _PLUS.match(address)
            found = self.read(plus.group(1)) if plus else None
            if found:
                return found
        return self.read(mail.header(HEADER))


def answered(mail: Mail) -> str:
    """The Message-ID of the mail that this one answers; empty where it starts a thread."""
    return next(iter(mail.in_reply_to), "") or (mail.references[-1] if mail.references else "")


def headers_for_answer(message_id: str, references: tuple[str, ...]) -> dict[str, str]:
    """The headers by which mail programs put our answer below the mail that it answers."""
    if not message_id:
        return {}
    line = [*[each for each in references if each != message_id][-20:], message_id]
    return {"In-Reply-To": f"<{message_id}>", "References": " ".join(f"<{each}>" for each in line)}


def answer_subject(subject: str) -> str:
    """One Re: and no more, in whatever language the others were written."""
    bare = re.sub(
        r"(?i)^(?:\s*(?:re|aw|sv|回复|回復|回覆|答复|答覆|转发|轉寄|fw|fwd)\s*(?:\[\d+\])?\s*[:：]\s*)+", "", subject
    )
    return f"Re: {bare.strip()[:400]}".strip()
