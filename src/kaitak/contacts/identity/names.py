"""Owns reading a name as written: the Chinese part, the Latin part, titles, and whether it names a person in full."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

import opencc

from kaitak.contacts.identity import readings

MAX_CHARACTERS: Final = 200
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
# Forms that people mix in names and opencc keeps apart.
_ONE_FORM = str.maketrans("羣汚寳鉄珎栢锺淸靑緖鄕硏姸尙吿槪颕嶋", "群污宝铁珍柏钟清青绪乡研妍尚告概颖岛")
_TITLES_AFTER = re.compile(
    r"(?:先生|小姐|女士|太太|夫人|师奶|经理|医生|律师|博士|教授|老师|师傅|主任|同学|生|太|姐|哥|嫂|伯|叔|姨|婆|仔)$"
)
_WIFE = re.compile(r"(?:太太|太|夫人|师奶)$")
_LATIN_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mister", "madam", "mdm", "dr", "prof", "sir", "rev"})
_CHINESE_NOT_PERSON = re.compile(
    "公司|有限|商店|店$|花店|集团|学校|教会|餐厅|办公|客服|妈妈|爸爸|妈咪|爹地|宝宝|家长|老公|老婆"
)


@dataclass(frozen=True, slots=True)
class ChineseName:
    """A Chinese name in simplified characters; `parts` are the ways to part it into surname and given name."""

    text: str
    parts: tuple[tuple[str, str], ...]
    title: bool = False

    @property
    def is_full(self) -> bool:
        return bool(self.parts) and not self.title


@dataclass(frozen=True, slots=True)
class LatinName:
    """A name in Latin letters as lower-case words; `initials` are single letters among them."""

    words: tuple[str, ...]
    initials: tuple[str, ...] = ()
    is_wife: bool = False

    @property
    def is_full(self) -> bool:
        return len(self.words) >= 2


@dataclass(frozen=True, slots=True)
class Names:
    """All that one record says of its person's name."""

    chinese: tuple[ChineseName, ...] = ()
    latin: tuple[LatinName, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.chinese and not self.latin


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def read(*formal: str | None, display: str | None = None) -> Names:
    """What names on file, and one that a person chose to show, say together; each may hold both scripts."""
    chinese: dict[ChineseName, None] = {}
    latin: dict[LatinName, None] = {}
    for text, is_formal in [*((text, True) for text in formal), (display, False)]:
        if not text:
            continue
        plain = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])
        simplified = _simplifier().convert(plain).translate(_ONE_FORM)
        run = "".join(_HAN.findall(simplified))
        if run and (name := _chinese(run, is_formal=is_formal)):
            chinese.setdefault(name)
        if name_in_latin := _latin(plain):
            latin.setdefault(name_in_latin)
    return Names(tuple(chinese), tuple(latin))


def _chinese(run: str, *, is_formal: bool) -> ChineseName | None:
    if _CHINESE_NOT_PERSON.search(run):
        return None
    known = readings.surnames()
    if _TITLES_AFTER.search(run) and (bare := _TITLES_AFTER.sub("", run)) in known:
        return None if _WIFE.search(run) else ChineseName(bare, ((bare, ""),), title=True)
    for title in ("先生", "小姐", "女士", "太太", "医生", "律师"):
        run = run.removesuffix(title)
    if run in known:
        return ChineseName(run, ((run, ""),), title=True)
    parts = [
        (run[start : start + size], run[start + size :])
        for start in (0, 1, 2)
        for size in (2, 1)
        if run[start : start + size] in known
        and (1 if start == 0 else 2) <= len(run) - start - size <= 2  # after a husband's surname a whole name
        and (start == 0 or run[:start] in known)
    ]
    if not parts and is_formal and 2 <= len(run) <= 4:
        parts = [(run[:1], run[1:])]  # a rare surname
    return ChineseName(run, tuple(dict.fromkeys(parts))) if len(run) <= 8 else None


def _latin(text: str) -> LatinName | None:
    without_marks = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    lower = without_marks.replace("’", "'").lower()
    found = _WORD.findall(re.sub(r"\(.*?\)", lambda m: m[0][1:-1] + " ", lower))
    words: list[str] = []
    initials: list[str] = []
    for word in found:
        plain = word.replace("'", "")
        if plain in _LATIN_TITLES:
            continue
        if word in readings.not_persons():
            return None
        if len(plain) == 1 or (len(plain) == 2 and not re.search("[aeiouy]", plain) and plain != "ng"):
            initials.extend(plain)
        else:
            words.append(plain)
    if not words or len(words) > 8:
        return None
    return LatinName(tuple(words), tuple(initials), is_wife="mrs" in found)
