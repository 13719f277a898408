"""Owns telephone numbers in text, written and spoken."""

import re
from dataclasses import dataclass

from kaitak.nlu import spoken


@dataclass(frozen=True, slots=True)
class FoundContact:
    start: int
    end: int
    value: str


_HONG_KONG = re.compile(r"(?:(?:00|\+)?852)?([2-9]\d{7})$")
# Digits in groups as people write and say a telephone number, with or without a country code.
_PHONE = re.compile(
    r"(?<![a-z0-9$.-])[2-9](?:-\d){7}(?![a-z0-9-])"
    r"|(?<![a-z0-9$.-])(?:(?:\+|加 ?|plus )\d{1,3}[ -]?)?(?:\(?\d{1,5}\)?[ -]?){1,5}\d{2,8}"
    r"(?![a-z0-9%]|[.-]\d|[年月日號号蚊元])"
)
_PLUS = re.compile("^(?:加 ?|plus )")
_MAINLAND = re.compile(r"(?:內地|内地|大陸|大陆|國內|国内|微信|wechat)")
_CUES = re.compile(
    r"電話|电话|手機|手机|致電|打俾|打畀|打比|打返|whatsapp|call|phone|tel|mobile|聯絡|联络|number is|cell|contact"
    r"|聯繫|联系|(?:有[事咩乜嘢野需要問问題题]{0,3}|隨時|随时|可以|即管|請|请|再|就|直接|麻煩|麻烦)"
    r"打(?:去|嚟|來|来)?[ :：]*$"
    r"|[搵揾找覆复](?:返|番|回)?我[ :：,，]*$|(?:reach|ring|text|get|try) me (?:on|at)"
)


def find_phones(view: spoken.CodeView) -> list[tuple[FoundContact, bool]]:
    """Telephone numbers of a code view, each with whether a sign or a word nearby says that it is one."""
    found: list[tuple[FoundContact, bool]] = []
    for match in _PHONE.finditer(view.text):
        written = _PLUS.sub("+", match.group())
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
