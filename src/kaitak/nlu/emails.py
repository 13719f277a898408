"""Owns e-mail addresses in text, written and said: "ken 底線 lau 八八 at gmail 點 com", "a for apple"."""

import re
from dataclasses import dataclass

from kaitak.nlu import numerals


@dataclass(frozen=True, slots=True)
class FoundEmail:
    start: int
    end: int
    value: str
    spoken: bool = False


_WRITTEN = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_AT = (
    r"(?: at(?: sign| mark)? | ?(?:at|@) ?(?:sign|符[號号]|mark) ?"
    r"| ?(?:小老鼠|小蝸牛|小蜗牛|老鼠仔|圈a|a圈|花a|艾特)(?:符[號号])? ?| ?@ ?| at(?=[\u4e00-\u9fff]))"
)
_DOT = r"(?: ?(?:dot|[點点]|句[號号]|小[點点]) ?| ?\. ?)"
_END = r"(?:com|net|org|edu|gov|hk|cn|tw|uk|co|io|me|info|biz|asia|example|test|[a-z]{2,10})"
# Whose mail many people here have: the name alone, or with "com" said without its dot.
_HOUSES = {
    "gmail": "gmail.com", "g mail": "gmail.com", "outlook": "outlook.com", "hotmail": "hotmail.com",
    "hot mail": "hotmail.com", "icloud": "icloud.com", "i cloud": "icloud.com", "yahoo": "yahoo.com",
    "netvigator": "netvigator.com", "live": "live.com", "msn": "msn.com", "qq": "qq.com", "163": "163.com",
    "126": "126.com", "protonmail": "protonmail.com", "me": "me.com",
}  # fmt: skip
_HOUSE = "|".join(sorted((re.escape(name) for name in _HOUSES), key=len, reverse=True))
_PART = r"[a-z0-9-]{1,40}(?: (?:underscore|dash|hyphen) [a-z0-9-]{1,40})?"
_SPOKEN = re.compile(
    rf"(?P<at>{_AT})(?:(?P<domain>(?:{_PART}{_DOT}){{1,4}}{_END})"
    rf"|(?P<house>{_HOUSE})(?P<com>(?:{_DOT}| )?com(?P<hk>(?:{_DOT}| )?hk)?)?(?![a-z0-9]))(?![a-z0-9@])"
)
_JOINTS = {
    "dot": ".", "點": ".", "点": ".", "小點": ".", "小点": ".", "句號": ".", "句号": ".", "underscore": "_",
    "under score": "_", "underline": "_", "底線": "_", "底线": "_", "下底線": "_", "下底线": "_", "下劃線": "_",
    "下划线": "_", "下橫線": "_", "下横线": "_", "底劃": "_", "dash": "-", "hyphen": "-", "minus": "-", "減號": "-",
    "减号": "-", "橫線": "-", "横线": "-", "中線": "-", "中线": "-", "橫劃": "-", "槓": "-", "杠": "-", "一劃": "-",
    "一划": "-", "連字號": "-", "连字号": "-", "plus": "+", "加號": "+", "加号": "+",
}  # fmt: skip
_DIGITS = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "孖": 2, "雙": 2, "双": 2, "兩個": 2, "两个": 2, "三個": 3, "三个": 3}
_SAID_CASE = frozenset(
    [
        "capital",
        "cap",
        "small",
        "lowercase",
        "uppercase",
        "大楷",
        "細楷",
        "细楷",
        "大寫",
        "大写",
        "細寫",
        "小寫",
        "小写",
    ]
)
_AS_IN = re.compile(r"(?<![a-z])([a-z]),? (?:for|as in|like) [a-z]{2,12}(?![a-z])")
# One piece of what stands before "at", read from its end: a joint, a case, a word, figures, a Chinese figure.
_CHINESE = "|".join(sorted((w for w in (*_JOINTS, *_TIMES, *_SAID_CASE) if not w.isascii()), key=len, reverse=True))
_TOKEN = re.compile(rf"(?:(?P<said>{_CHINESE})|(?P<word>[a-z0-9._+-]{{1,40}})|(?P<digit>{numerals.SPOKEN_DIGIT}))$")
_MAX_TOKENS = 24
_MAX_LOCAL = 160
_MAX_WORDS = 3
# No part of an address, and what is none unless a joint stands before it or nothing but it.
_NEVER = frozenset(
    [
        "email",
        "mail",
        "e-mail",
        "is",
        "to",
        "at",
        "it's",
        "its",
        "be",
        "us",
        "you",
        "me",
        "i",
        "on",
        "with",
        "the",
        "by",
    ]
)
_HARDLY = frozenset(
    ["address", "use", "send", "as", "cc", "account", "gmail", "login", "id", "and", "or", "please", "my", "whatsapp",
     "wechat", "app", "number", "user", "contact", "call"]
)  # fmt: skip
_CUE = re.compile(r"(?:e-?mail|mail|address|account|it)(?: address)?(?:'s| is|:)?$|(?:^|[ ,])(?:to|is|it's|at|cc|use)$")


def find_emails(text: str) -> list[FoundEmail]:
    """E-mail addresses in folded text, also those said with "at" and "dot", in English or Chinese."""
    found = [FoundEmail(m.start(), m.end(), m.group().rstrip(".-")) for m in _WRITTEN.finditer(text)]
    for match in _SPOKEN.finditer(text):
        if any(f.start < match.end() and match.start() < f.end for f in found):
            continue
        is_bare = match["house"] is not None and match["com"] is None and match["at"].strip() == "at"
        read = _local(text, match.start(), is_bare=is_bare)
        if read is None:
            continue
        found.append(FoundEmail(read[0], match.end(), f"{read[1]}@{_domain(match)}", spoken=True))
    return found


def may_hold_one(text: str) -> bool:
    """Whether it is worth looking: a sign or a word for "at" is there."""
    return "@" in text or any(word in text for word in ("at", "老鼠", "蝸牛", "蜗牛", "圈a", "花a", "艾特"))


def house_of(word: str) -> str | None:
    """The domain of a mail house that is named alone: gmail."""
    return _HOUSES.get(word)


def _domain(match: re.Match[str]) -> str:
    if match["house"]:
        return _HOUSES[match["house"]] + (".hk" if match["hk"] else "")
    joined = re.sub(r" (?:dash|hyphen) ", "-", match["domain"])
    return re.sub(r" ", "", re.sub(_DOT, ".", joined))


def _local(text: str, end: int, *, is_bare: bool) -> tuple[int, str] | None:
    """Where the part before "at" begins, and what it is; None where nothing there can be one."""
    begin = max(0, end - _MAX_LOCAL)
    pieces = _pieces(text, begin, end)
    is_bound = bool(pieces) and _is_bound(text[: pieces[0][0]].rstrip(" ,:"))
    pieces = _of_address(pieces, is_bound=is_bound)
    if not pieces:
        return None
    if is_bare and not is_bound and all(_is_word(piece) for _, piece in pieces):  # i work at gmail
        return None
    value = _written([piece for _, piece in pieces])
    return (pieces[0][0], value) if re.fullmatch(r"[a-z0-9][a-z0-9._+-]*", value) else None


def _pieces(text: str, begin: int, end: int) -> list[tuple[int, str]]:
    """What stands unbroken before "at", with its places: letters, words, figures, joints."""
    pieces: list[tuple[int, str]] = []
    while end > begin and len(pieces) < _MAX_TOKENS:
        spelt = _spelt(text, begin, end)
        match = _TOKEN.search(text, begin, end) if spelt is None else None
        if spelt is None and match is None:
            break
        start, piece = spelt if spelt is not None else (match.start(), match.group()) if match else (end, "")
        if _begins_before(text[begin:start], piece, is_first=not pieces):
            break
        pieces.insert(0, (start, piece))
        end = start
        if end > begin and text[end - 1] == " ":
            end -= 1
    return pieces


def _begins_before(before: str, piece: str, *, is_first: bool) -> bool:
    """Whether the address begins behind this piece."""
    if before.rstrip().endswith(tuple(_JOINTS)) and not is_first:
        return False
    return (piece in _NEVER and len(piece) > 1) or (piece in _HARDLY and not is_first)


def _spelt(text: str, begin: int, end: int) -> tuple[int, str] | None:
    """A letter with the word that spells it right before a place: a for apple."""
    for match in _AS_IN.finditer(text, begin, end):
        if match.end() == end:
            return match.start(), match[1]
    return None


def _is_bound(before: str) -> bool:
    """Whether what stands before an address says that it begins there: another script, a cue."""
    return bool(before) and ("\u3400" <= before[-1] <= "\u9fff" or _CUE.search(before[-24:]) is not None)


def _of_address(pieces: list[tuple[int, str]], *, is_bound: bool) -> list[tuple[int, str]]:
    """The last pieces that make one address: words side by side only where something says that it begins there."""
    if not pieces or (is_bound and sum(_is_word(piece) for _, piece in pieces) <= _MAX_WORDS):
        return pieces
    kept = 1
    while kept < len(pieces) and _belongs(pieces[-kept - 1][1], pieces[-kept][1]):
        kept += 1
    return pieces[-kept:]


def _is_word(piece: str) -> bool:
    return len(piece) > 1 and piece.isalpha() and piece.isascii() and piece not in (*_JOINTS, *_DIGITS, *_TIMES)


def _belongs(piece: str, later: str) -> bool:
    """Whether a piece goes on with the one behind it: by a joint, or spelt out."""
    if piece in _JOINTS or later in (*_JOINTS, *_SAID_CASE) or piece in _SAID_CASE:
        return True
    is_count = piece in _DIGITS or piece in _TIMES or piece.isdigit() or numerals.read_digits(piece) != ""
    is_later_count = later in _DIGITS or later.isdigit() or numerals.read_digits(later) != ""
    return is_later_count or (len(piece) == 1 and len(later) == 1) or (is_count and len(later) == 1)


def _written(pieces: list[str]) -> str:
    """The pieces as they are written: joints as signs, figures as ASCII digits, doubled letters twice."""
    written, times = "", 1
    for piece in pieces:
        if piece in _SAID_CASE:
            continue
        if piece in _TIMES:
            times = _TIMES[piece]
            continue
        sign = _JOINTS.get(piece) or _DIGITS.get(piece) or (piece if piece.isascii() else numerals.read_digits(piece))
        written, times = written + sign * times, 1
    return written.strip(".")
