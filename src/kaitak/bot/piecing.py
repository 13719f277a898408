"""Owns values of which a message puts only a part right: 唔係880係808, 尾兩個字調轉咗, m not n. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

Known = tuple[str, str]  # kind and value, the one spoken of last first

# A run of figures by itself; one that counts something or is a day is no part of a number.
_FIGURES = (
    r"(?<![0-9a-z.-])[0-9][0-9-]{0,14}"
    r"(?![0-9a-z]|[.-][0-9]| ?(?:码|号(?!码)|日|月|年|天|点|件|个(?!字)|张|对|条|支|岁|楼|%|°|am|pm))"
)
_LETTERS = r"(?<![a-z0-9@.])[a-z]{1,12}(?![a-z0-9@.])"
_NO = r"(?:唔[系是]|不是|并非|非|而唔系|而不是|(?<![a-z])(?:not|isn't|instead of|rather than))"
_YES = r"(?:而?[系是]|应该?[系是为]?|先[系是]|(?<![a-z])(?:it's|it is|is|but|should be|make it|rather))"
_REST = "[,，、。;； 呀啊嚟来㗎喎]*"
_SLIP = "(?:打|写|讲|说|抄|入|输|睇|听|读|念|报|记|揿|按)"


def _contrasts(part: str) -> tuple[re.Pattern[str], ...]:
    """How a wrong and a right part stand beside each other."""
    wrong, right = rf"(?P<wrong>{part})", rf"(?P<right>{part})"
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"{_NO} ?{wrong}{_REST}{_YES}? ?{right}",
            rf"{right}{_REST}(?:先至?啱|至啱|才对)?{_REST}(?:and )?{_NO} ?{wrong}",
            rf"{wrong}{_REST}[系是]?{_SLIP}?(?:错[咗了]?|唔啱|不对|is wrong|was wrong){_REST}{_YES} ?{right}",
            rf"(?:将|把)? ?{right} ?{_SLIP}(?:咗|了|错|成|做)+ ?{wrong}",
            rf"{_SLIP}(?:咗|了|错)* ?{wrong}{_REST}(?:其实|实际|应该?|正确)+(?:[系是为])* ?{right}",
            rf"(?:typed|wrote|put|said|gave|entered) {wrong} (?:instead of|for|where it should be) {right}",
            rf"{wrong} ?(?:should be|should read|should have been|ought to be|应该[系是]|应为|改返?[做为成]) ?{right}",
        )
    )


_FIGURE_CONTRASTS, _LETTER_CONTRASTS = _contrasts(_FIGURES), _contrasts(_LETTERS)
_OF_MAIL = re.compile("电邮|邮箱|邮件|mail|字母|letter|拼")
_AT_END = re.compile("尾|最后|末|后面|last|final|end")
_SWAPPED = re.compile(
    "[调倒反掉对](?:返)?[转乱换调](?!头)|颠倒"
    "|(?<![a-z])(?:swapped|transposed|reversed|switched|jumbled|wrong way a?round|mixed up)"
)
_LAST_TWO = re.compile("(?:尾|最后|末|后面)(?:[嗰那果])?(?:[两二2])|(?:last|final) (?:two|2)")
_FIRST_PART = re.compile(
    r"(?:头|开头|最前|最头)(?:嗰|那|果)?(?:[一二两三四1-4])?(?:个|位)+(?:字|数字|数|号码)?[^0-9]{0,6}?"
    r"(?P<part>\d{1,4})(?!\d)"
    r"|(?:first|leading) (?:one |two |three |four )?(?:digits?|numbers?|figures?) (?:is|are|should be) "
    r"(?P<other>\d{1,4})(?!\d)"
)
_RUN = re.compile(_FIGURES)


def put_right(text: str, known: Sequence[Known]) -> Known | None:
    """The value that a message of figures written out means by a part of one of the known ones; None if it does not."""
    return next((found for reader in (_contrasted, _swapped, _of_head) if (found := reader(text, known))), None)


def _contrasted(text: str, known: Sequence[Known]) -> Known | None:
    """唔係880係808, 係76唔係67, the 3 should be an 8: the wrong part must stand in the value once, or at its end."""
    for wrong, right in _pairs(text, _FIGURE_CONTRASTS):
        whole = next(((kind, right) for kind, value in known if value == wrong), None)
        if whole is not None:
            return whole
        numbers = [(kind, value) for kind, value in known if kind != "date" and value[-1:].isdigit()]
        found = _replaced(numbers, wrong, right, at_end=_AT_END.search(text) is not None)
        if found is not None:
            return found
    if _OF_MAIL.search(text) is None:
        return None
    mails = [(kind, value) for kind, value in known if "@" in value]
    pairs = _pairs(text, _LETTER_CONTRASTS)
    return next((found for pair in pairs if (found := _replaced(mails, *pair, at_end=False))), None)


def _pairs(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            if match["wrong"] != match["right"]:
                yield match["wrong"], match["right"]


def _replaced(known: Sequence[Known], wrong: str, right: str, *, at_end: bool) -> Known | None:
    for kind, value in known:
        if value.endswith(wrong) and (at_end or value.count(wrong) == 1):
            return kind, value[: -len(wrong)] + right
        head, at, domain = value.partition("@")
        if head.count(wrong) == 1 and not at_end:
            return kind, head.replace(wrong, right) + at + domain
    return None


def _swapped(text: str, known: Sequence[Known]) -> Known | None:
    """Two figures in the wrong order: 尾兩個字調轉咗, swapped two digits, it's 76."""
    if _SWAPPED.search(text) is None:
        return None
    numbers = [(kind, value) for kind, value in known if kind not in ("date", "amount") and value[-2:].isdigit()]
    parts = [match[0] for match in _RUN.finditer(text) if len(match[0]) > 1]
    if len(parts) == 1:
        part = parts[0]
        places = ((kind, value, place) for kind, value in numbers for place in _places(value, part))
        return next(((k, value[:at] + part + value[at + len(part) :]) for k, value, at in places), None)
    if parts or _LAST_TWO.search(text) is None or not numbers:
        return None
    kind, value = numbers[0]
    return kind, value[:-2] + value[-1] + value[-2]


def _places(value: str, part: str) -> list[int]:
    """Where in a value the same figures stand in another order, the last place first."""
    size = len(part)
    same = [at for at in range(len(value) - size + 1) if sorted(value[at : at + size]) == sorted(part)]
    return [] if any(value[at : at + size] == part for at in same) else same[::-1]


def _of_head(text: str, known: Sequence[Known]) -> Known | None:
    """頭兩個字係61: of a number that is nothing but figures."""
    match = _FIRST_PART.search(text)
    part = (match["part"] or match["other"]) if match is not None else ""
    bare = [(kind, value) for kind, value in known if value.isdigit() and len(value) > len(part) + 1]
    if not part or not bare or bare[0][1].startswith(part):
        return None
    kind, value = bare[0]
    return kind, part + value[len(part) :]
