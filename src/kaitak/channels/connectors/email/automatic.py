"""Owns which mails a machine wrote and how often we answer by machine: two robots must not talk for ever."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from kaitak.channels.connectors.email.reading import Mail

MOST_AN_HOUR = 6
MOST_A_DAY = 30
_KEPT = 10_000
_ROBOTS = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|noreply[.+_-].*|no-reply[.+_-].*|bounces?([+=_-].*)?"
    r"|notifications?"
    r"|listserv|majordomo|autoreply|auto-reply|mail\.daemon|owner-.*|.*-(?:request|owner|bounces))@",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response|answer)|out of (?:the )?office|away from (?:the )?office"
    r"|on (?:annual )?leave\s*[:：]"
    r"|自动(?:回复|答复)|自動(?:回覆|回復|答覆)|外出自動|不在辦公室|不在办公室|休假自|假期自|系统自动|系統自動)",
    re.IGNORECASE,
)


def reason(mail: Mail, own_addresses: frozenset[str], is_own: Callable[[str], bool]) -> str:
    """Why a mail is taken for a machine's: answer none of these by machine. Empty for a person's."""
    signs = {
        "own": is_own(mail.message_id) or mail.sender.address in own_addresses,
        "bounce": bool(mail.report[0] or _has_null_path(mail) or mail.header("x-failed-recipients")),
        "auto_submitted": _first_word(mail, "auto-submitted") not in ("", "no"),
        "auto_reply": any(mail.header(name) for name in ("x-autoreply", "x-autorespond", "x-auto-response-id")),
        "bulk": _first_word(mail, "precedence") in ("bulk", "junk", "auto_reply"),
        "list": bool(mail.header("list-id") or mail.header("list-unsubscribe"))
        or _first_word(mail, "precedence") == "list",
        "no_sender": not mail.sender.address,
        "robot": bool(_ROBOTS.match(mail.sender.address)),
        "auto_subject": bool(_SUBJECT.match(mail.subject)),
    }
    return next((name for name, holds in signs.items() if holds), "")


def _first_word(mail: Mail, header: str) -> str:
    return mail.header(header).partition(";")[0].strip().lower()


def _has_null_path(mail: Mail) -> bool:
    return mail.header("return-path").replace(" ", "") == "<>"


def is_silent_wish(mail: Mail) -> bool:
    """Whether the sender asks machines not to answer (Exchange sets it on ordinary mails too)."""
    wish = mail.header("x-auto-response-suppress").lower()
    return "all" in wish or "autoreply" in wish


class Brake:
    """Counts what we send by machine to each address, whatever was recognised; forgets the oldest addresses."""

    def __init__(self, *, hour: int = MOST_AN_HOUR, day: int = MOST_A_DAY) -> None:
        self._hour = hour
        self._day = day
        self._sent: dict[str, deque[datetime]] = {}

    def lets(self, address: str, now: datetime) -> bool:
        """Whether one more may go to this address; counts it if so."""
        times = self._sent.pop(address, None)
        if times is None:
            times = deque()
            while len(self._sent) >= _KEPT:
                self._sent.pop(next(iter(self._sent)))
        self._sent[address] = times
        while times and now - times[0] > timedelta(days=1):
            times.popleft()
        recent = sum(now - each < timedelta(hours=1) for each in times)
        if recent >= self._hour or len(times) >= self._day:
            return False
        times.append(now)
        return True
