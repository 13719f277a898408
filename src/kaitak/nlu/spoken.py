"""Owns the code view of a message: letters and digits that people spell or say, as plain ASCII, with their places."""

import re
from dataclasses import dataclass

from kaitak.nlu import numerals

_CAUSE = re.compile(
    r"[0-9零〇○一二三四五六七八九幺洞廿]|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b| for "
)
_ENGLISH = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_TENS = {
    "twenty": 2, "thirty": 3, "forty": 4, "fifty": 5, "sixty": 6, "seventy": 7, "eighty": 8, "ninety": 9,
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "孖": 2, "双": 2, "雙": 2, "兩個": 2, "两个": 2, "三個": 3, "三个": 3, "四個": 4}
_ONE = rf"(?:{numerals.SPOKEN_DIGIT}|zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_WORD_END = r"(?![a-z])"
# The pieces of a spelt code, tried in this order at each place.
_PIECES = re.compile(
    rf"(?P<times>double|triple|孖|[双雙]|[兩两三四]個|[兩两三四]个)\s?(?P<timed>{_ONE}){_WORD_END}"
    r"|(?<![a-z])(?P<spelt>[a-z]) (?:for|as in) [a-z]{2,12}(?![a-z])"
    rf"|(?<![a-z])(?P<tens>{'|'.join(_TENS)})[ -]?(?P<unit>one|two|three|four|five|six|seven|eight|nine)?{_WORD_END}"
    rf"|(?<![a-z])(?P<word>zero|oh|one|two|three|four|five|six|seven|eight|nine){_WORD_END}"
    r"|(?P<twenty>(?:廿|二十)[一二三四五六七八九])|(?P<digit>[0-9零〇○一二三四五六七八九幺洞])"
    r"|(?<=[0-9a-z零〇一二三四五六七八九]) ?(?P<dash>[杠槓劃]|一[劃划]|橫線|横线|dash|hyphen|[–—－])"
    r"(?= ?[0-9a-z零〇一二三四五六七八九])"
)
_SPACED = re.compile(r"(?<![a-z0-9])[0-9a-z](?: [0-9a-z](?![a-z0-9]))+")
_GAP = re.compile(r"(?<=[0-9-]) (?=[0-9-])")
MAX_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class CodeView:
    """`text` in ASCII digits; its character i stands for the folded characters `starts[i]` up to `ends[i]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The folded span of a span of this view."""
        return self.starts[start], self.ends[end - 1]


def code_view(folded: str) -> CodeView | None:
    """The folded text with what was spelt or said turned into ASCII digits; None when it holds no digit at all."""
    folded = folded[:MAX_CHARACTERS]
    if _CAUSE.search(folded) is None:
        return None
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put(text: str, start: int, end: int) -> None:
        for character in text:
            characters.append(character)
            starts.append(start)
            ends.append(end)

    done = 0
    for match in _PIECES.finditer(folded):
        for place in range(done, match.start()):
            put(folded[place], place, place + 1)
        put(_read(match, folded), match.start(), match.end())
        done = match.end()
    for place in range(done, len(folded)):
        put(folded[place], place, place + 1)
    return _closed(CodeView("".join(characters), tuple(starts), tuple(ends)), folded)


def _read(match: re.Match[str], folded: str) -> str:
    """What one piece stands for; a digit word that stands alone stays a word."""
    said = match.group()
    if match["times"]:
        return _digit(match["timed"]) * _TIMES[match["times"]]
    if match["tens"]:
        return f"{_TENS[match['tens']]}{_ENGLISH.get(match['unit'] or '', '0')}"
    if match["word"] or (match["digit"] and not said.isascii()):
        return _digit(said) if _has_company(folded, match) else said
    if match["twenty"]:
        is_code = _BEFORE_YEAR.search(folded[max(0, match.start() - 8) : match.start()]) is not None
        return f"2{numerals.read_digits(said[-1])}" if is_code else said
    return "-" if match["dash"] else match["spelt"] or said


def _digit(text: str) -> str:
    return _ENGLISH.get(text) or numerals.read_digits(text)


_BEFORE_YEAR = re.compile(r"(?:(?<![a-z])(?:[a-z]{1,3}|[a-z](?: [a-z]){1,2}) ?|[a-z]|-)$")
_BEFORE = re.compile(rf"(?:{_ONE}|(?<![a-z])[a-z]|double|triple|dash|hyphen|[-杠槓劃])[ \-,，、]?$")
_AFTER = re.compile(rf"[ \-,，、]?(?:{_ONE}|double|triple|孖|[兩两三四]個{_ONE})")


def _has_company(folded: str, match: re.Match[str]) -> bool:
    """Whether a digit word stands among others, so that it is read out and does not count things (一張, one more)."""
    if not folded[max(0, match.start() - 1) : match.start()].strip() and _COUNTED_NEXT.match(folded, match.end()):
        return False  # 28804417 一直未到: a word of its own
    if _QUANTITY_NEXT.match(folded, match.end()) or (match.start() and folded[match.start() - 1] in "十百千萬万廿卅第"):
        return False
    before = folded[max(0, match.start() - 8) : match.start()]
    return _AFTER.match(folded, match.end()) is not None or _BEFORE.search(before) is not None


_QUANTITY_NEXT = re.compile("[十百千萬万億亿]")
_COUNTED_NEXT = re.compile(
    "[個个張张件日天直次陣阵定起齊齐月年點点對对條条隻只部支盒箱份間间位人款樣样蚊元塊块週周禮礼星歲岁共向切般半路]"
)


def _closed(view: CodeView, folded: str) -> CodeView:
    """Blanks inside a spelt code taken out: "h k 2 5" is read as "hk25", "one double two" as "122"."""
    dropped = {m.start() + i for m in _SPACED.finditer(view.text) for i, c in enumerate(m.group()) if c == " "}
    for match in _GAP.finditer(view.text):
        before, after = match.start() - 1, match.end()
        if any(folded[view.starts[i] : view.ends[i]] != view.text[i] for i in (before, after)):
            dropped.add(match.start())
    if not dropped:
        return view
    kept = [i for i in range(len(view.text)) if i not in dropped]
    return CodeView(
        "".join(view.text[i] for i in kept), tuple(view.starts[i] for i in kept), tuple(view.ends[i] for i in kept)
    )
