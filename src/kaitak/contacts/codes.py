"""Owns one-time codes: made with a key that no database holds, read from what people write, hidden in it. Pure."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kaitak.core import crypto
from kaitak.core.crypto import Keyring

LENGTH: Final = 6
DOTS: Final = "●" * LENGTH
_CHINESE: Final = str.maketrans(
    "零〇○一幺二兩两三四五六七八九０１２３４５６７８９", "00011222" + "3456789" + "0123456789"
)
_WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGIT: Final = "[0-9０-９零〇○一二三四五六七八九兩两幺]"
_SPELT: Final = "(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_RUN = re.compile(rf"{_DIGIT}(?:[ \t\n\u3000_.,，、。·-]*{_DIGIT}){{2,60}}")
_SPELT_RUN = re.compile(rf"\b{_SPELT}(?:[ \t\n.,-]+{_SPELT}\b){{2,60}}", re.IGNORECASE)
_HEADED = re.compile(r"[A-Za-z]-?$")  # KC-600017 is the number of a claim
_SHORTEST, _LONGEST = 4, 9  # a run of so many digits is meant as a code, if perhaps a wrong one


class Reading(Enum):
    """What a message is in which a code was awaited and none was found."""

    NOTHING_LIKE_IT = "nothing like it"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class OneTimeCodes:
    """Makes the code of a check from its salt: it can be made again to be sent and compared, and is stored nowhere."""

    keyring: Keyring

    def code_of(self, account_id: int, verification_id: int, salt: bytes) -> str:
        """The six digits."""
        said = b"%d/%d/" % (account_id, verification_id) + salt
        digest = hmac.digest(self.keyring.key("one-time-code"), said, "sha256")
        return f"{int.from_bytes(digest[:8], 'big') % 10**LENGTH:0{LENGTH}d}"

    def is_right(self, account_id: int, verification_id: int, salt: bytes, digits: str) -> bool:
        """Whether these are the digits; takes the same time whatever they are."""
        return crypto.is_same(self.code_of(account_id, verification_id, salt), digits)


def hidden(text: str) -> str:
    """A text with dots for every run of digits, as the database function `hide_codes` has it."""
    return _SPELT_RUN.sub(DOTS, _RUN.sub(DOTS, text))


def read(text: str) -> str | Reading:
    """The six digits of a code in a message, in whatever script: 123456, 12 34 56, 一二三四五六, one two three …"""
    plain = _SPELT_RUN.sub(lambda run: _spelt(run[0]), text)
    runs = [
        re.sub(r"\D", "", run[0].translate(_CHINESE))
        for run in _RUN.finditer(plain)
        if not _HEADED.search(plain[: run.start()])
    ]
    whole = "".join(runs)
    if len(whole) == LENGTH:
        return whole
    right = [run for run in runs if len(run) == LENGTH]
    if len(right) == 1:
        return right[0]
    is_meant = any(_SHORTEST <= len(run) <= _LONGEST for run in runs)
    return Reading.MALFORMED if is_meant else Reading.NOTHING_LIKE_IT


def _spelt(words: str) -> str:
    return "".join(
        "0" if word == "oh" else str(_WORDS.index(word)) for word in re.split(r"[^a-z]+", words.lower()) if word
    )
