"""Owns telephone numbers and e-mail addresses in text, written and spoken."""

import re
from dataclasses import dataclass

from kaitak.nlu import spoken


@dataclass(frozen=True, slots=True)
class FoundContact:
    start: int
    end: int
    value: str
    spoken: bool = False


_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_AT = r"(?: at | ?at ?sign |[ ]?小老鼠[ ]?| ?@ ?)"
_SPOKEN_AT = re.compile(
    _AT + r"((?:[a-z0-9-]{1,40}(?: ?(?:dot|點|点) ?|\.)){1,4}[a-z]{2,10}"
    r"|(?:gmail|outlook|hotmail|icloud|yahoo)(?![a-z]))"
)
_SPOKEN_TOKEN = re.compile(r"[a-z0-9._-]{1,40}$")
_JOINTS = {"dot": ".", "underscore": "_", "dash": "-", "hyphen": "-", "點": ".", "点": "."}
_DOTS = re.compile(r" ?(?:dot|點|点) ?")
_MAX_SPOKEN_TOKENS = 20
_HONG_KONG = re.compile(r"(?:(?:00|\+)?852)?([2-9]\d{7})$")
# Digits in groups as people write and say a telephone number, with or without a country code.
_PHONE = re.compile(
    r"(?<![a-z0-9$.-])(?:\+\d{1,3}[ -]?)?(?:\(?\d{1,5}\)?[ -]?){1,5}\d{2,8}(?![a-z0-9%]|[.-]\d|[年月日號号蚊元])"
)
_MAINLAND = re.compile(r"(?:內地|内地|大陸|大陆|國內|国内|微信|wechat)")
_CUES = re.compile(
    r"電話|电话|手機|手机|致電|打俾|打畀|打比|打返|whatsapp|call|phone|tel|mobile|聯絡|联络|number is|cell|contact"
)


def find_emails(text: str) -> list[FoundContact]:
    """E-mail addresses in folded text, also those said with "at" and "dot"."""
    found = [FoundContact(m.start(), m.end(), m.group().rstrip(".")) for m in _EMAIL.finditer(text)]
    for match in _SPOKEN_AT.finditer(text):
        if any(f.start <= match.start() < f.end for f in found):
            continue
        start = _local_start(text, match.start())
        local = text[start : match.start()]
        for word, sign in _JOINTS.items():
            local = re.sub(rf" ?(?<![a-z]){word}(?![a-z]) ?", sign, local)
        domain = _DOTS.sub(".", match[1])
        if start < match.start():
            value = f"{local.replace(' ', '')}@{domain if '.' in domain else domain + '.com'}"
            found.append(FoundContact(start, match.end(), value, spoken=True))
    return found


def _local_start(text: str, end: int) -> int:
    """Where a spelt-out name before " at " begins: single letters and figures, and words joined by "dot"."""
    start, later = end, ""
    for _ in range(_MAX_SPOKEN_TOKENS):
        match = _SPOKEN_TOKEN.search(text, max(0, start - 41), start)
        word = match.group() if match else ""
        is_spelt = (len(word) == 1 or word.isdigit()) and (len(later) == 1 or later.isdigit())
        if not word or not (later in ("", *_JOINTS) or word in _JOINTS or is_spelt):
            break
        start, later = start - len(word), word
        if start == 0 or text[start - 1] != " ":
            break
        start -= 1
    return start + 1 if text[start : start + 1] == " " else start


def find_phones(view: spoken.CodeView) -> list[tuple[FoundContact, bool]]:
    """Telephone numbers of a code view, each with whether a sign or a word nearby says that it is one."""
    found: list[tuple[FoundContact, bool]] = []
    for match in _PHONE.finditer(view.text):
        written = match.group()
        digits = re.sub(r"\D", "", written)
        if digits.startswith("00") and len(digits) >= 11:
            written, digits = f"+{digits[2:]}", digits[2:]
        near = view.text[max(0, match.start() - 16) : match.start()]
        home = _HONG_KONG.fullmatch(digits)
        said = _CUES.search(near) is not None
        if home is not None:
            value = home[1]
        elif written.startswith("+") and 8 <= len(digits) <= 15:
            value, said = f"+{digits}", True
        elif (len(digits) == 13 and digits.startswith("861")) or (len(digits) == 11 and digits.startswith("8536")):
            value = f"+{digits}"
        elif len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789":
            value, said = f"+86{digits}", said or _MAINLAND.search(near) is not None
        else:
            continue
        sure = said or written.startswith("+") or digits.startswith("852")
        found.append((FoundContact(match.start(), match.end(), value), sure))
    return found
