"""Owns the reading of a slot's value out of a message: by entity, words of a closed list, free text, or an option."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from kaitak.bot.dialogue import Option
from kaitak.bot.flows import Slot
from kaitak.nlu import folding
from kaitak.nlu.understanding import Understanding

TAIL = 4
_DIGITS = re.compile(r"\d(?:[ -]?\d)*")
_CHINESE = str.maketrans("零〇○一二三四五六七八九", "000123456789")
_ORDINAL = re.compile(
    r"第([一二三四五六七八九1-9])[個个件張张項项份款]?"
    r"|(?<![a-z])(?:the )?(first|second|third|fourth|last|1st|2nd|3rd|4th)(?: one)?(?![a-z])"
    r"|(?:最尾|最后|尾)[嗰果那一]?[個个件張张項项份款]"
)
_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}
_LEAST = 2
# In folded characters: 唔係, 不是, 錯咗 in front of what is put right, 係 or 要 in front of the new value.
_DENIED = re.compile(
    r"(?:唔好意思|对唔住|sorry)?[,， ]*"
    r"(?:唔系|不系|不是|唔对|不对|唔啱|[讲写打搞弄]?错(?:咗|了)|[讲写]错|no|nope|wait|actually)(?![a-z])[呀啊㗎]*"
    r"[,，、 ]*"
    r"(?:not (?=\w))?(?P<rest>.+)"
)
_INSTEAD = re.compile(r"^(?:应该)?(?:而?系|而?是|要|得|先|只系|只是|净系|just|only|it's|it is|but|make it|退|换)*\s*")
# The new choice before the word that puts right: 家居嗰份先啱.
_RIGHT = re.compile(r"(?P<rest>.{2,24}?)(?:先至|先|至|才)(?:啱|对|系)[呀㗎啦嘅。.!！ ]*$")
# What is denied in front of what is meant: 唔係護手霜，係精華.
_NOT_THIS = re.compile(
    r"^(?:唔系|不系|不是|not)\s*(?:the )?(?P<old>[^,，、]{1,20})[,，、]\s*"
    r"(?:而?系|而?是|应该系|but|it's)?\s*(?P<rest>.{2,})$"
)
_WAIT = re.compile(r"^(?:等等|等阵|唔好意思|不好意思|对唔住|sorry|wait|no)[,，、 ]+")
_NOT = re.compile(r"唔系|不系|不是|唔好|除咗|(?<![a-z])(?:not|except|isn't)(?![a-z])")
_CODE = re.compile(r"[a-z]*[-_]?\d[\d-]*[a-z]*")
_TELLING = 3  # characters that a title and a message must share where no choice has been offered yet
_IT_IS = re.compile(r"^(?:it'?s|it is|係|系|是)[:：, ]*(?=.{4})", re.IGNORECASE)
_NUMBERED = re.compile(r"[A-Za-z]{2}\d{0,2}-\d{3,}")  # an order's, policy's or claim's number
_MANNERS = re.compile(
    r"(?:[,，。 ]*(?:唔該晒?|多謝晒?|麻煩(?:你|晒)?|謝謝|谢谢|得唔得|好唔好|可唔可以|可以嗎|可以吗|好嗎|好吗"
    r"|呀|啊|㗎|啦|吖|please|pls|thanks?|thank you)[?？!！]*)+$",
    re.IGNORECASE,
)
_REWORDED = re.compile(
    r"(?:(?:唔好意思|对唔住|不好意思|sorry|no|nope|wait|actually|my mistake|唔系|不系|不是|错咗|错了"
    r"|(?:打|讲|写|说)错(?:咗|了)?|等等|等阵)(?![a-z])[,，、。!！. ]*)+"
    r"(?P<marked>(?:应该|而|其实|先)?(?:系|是)|应该|改(?:做|返|为|成)"
    r"|(?:it's|it is|it should be|should be|i meant?|make it)(?![a-z]))?\s*(?P<rest>.+)",
    re.DOTALL,
)
_PARTICLES = r"[咋呀啊喎嚟就得先好罢了而已喇啦\s,，。.!！]*(?:please|only)?"


def values(slot: Slot, understanding: Understanding, *, asked: bool) -> tuple[str, ...]:
    """The values that a message gives a slot; free text only `asked` for; a choice is made by its options alone."""
    if slot.entity:
        return understanding.values(slot.entity)
    if slot.words is not None:
        return words_in(slot, understanding.text)
    if slot.text and asked and understanding.text.strip():
        said = understanding.text.strip()
        return ((_IT_IS.sub("", said) if slot.states else said)[: slot.max],)
    return ()


def told(slot: Slot, text: str) -> str | None:
    """The value of a slot of text that a message tells unasked: behind one of its words, or as a whole."""
    folded = fold(text)
    if len(folded) != len(text):
        return None
    behind = [place for word in slot.follows if (place := _find(fold(word), folded)) is not None]
    if behind:
        _, end = min(behind, key=lambda place: (place[0], -place[1]))
        rest = _MANNERS.sub("", text[end:].strip(" ,，。:：「」")).strip(" ,，。")
        return rest[: slot.max] if len(rest) >= _LEAST else None
    is_told = any(_find(fold(word), folded) is not None for word in slot.tells)
    return _NUMBERED.sub("", text).strip(" ,，。:：")[: slot.max] if is_told else None


def reworded(old: str, text: str) -> str | None:
    """The text that a message gives in the place of another: 打錯咗，應該係開源道56號7樓; no, it's 56 Hoi Yuen Road.

    It says so in words, or it shares a longer piece with what it replaces.
    """
    folded = fold(text)
    denied = _NOT_THIS.match(_WAIT.sub("", folded))
    if denied is not None and len(folded) == len(text):
        return _MANNERS.sub("", text[len(text) - len(denied["rest"]) :]).strip(" ,，。") or None
    found = _REWORDED.match(folded)
    if found is None or len(folded) != len(text):
        return None
    rest = _MANNERS.sub("", text[found.start("rest") :]).strip(" ,，。")
    is_said = bool(found["marked"]) or _longest_shared(fold(old), fold(rest)) > _TELLING
    return rest if len(rest) > _LEAST and is_said and rest != old else None


def denies(held: str, text: str) -> bool:
    """Whether a message gives something else for words that stand in a text: 唔係太大，係質地, of 太大."""
    found = _NOT_THIS.match(_WAIT.sub("", fold(text)))
    return found is not None and found["old"].strip() in fold(held)


def words_in(slot: Slot, text: str) -> tuple[str, ...]:
    """The values of a closed list whose words stand in a text; of words within others, the longer."""
    folded = fold(text)
    found: dict[str, tuple[int, int]] = {}
    for value, said in (slot.words or {}).items():
        for word in (value, *said):
            place = _find(fold(word), folded)
            if place is not None and (value not in found or len(fold(word)) > found[value][1] - found[value][0]):
                found[value] = place
    inside = {
        value
        for value, (start, end) in found.items()
        if any(a <= start and end <= b and (b - a) > (end - start) for a, b in found.values())
    }
    return tuple(value for value in found if value not in inside)


def put_right(slot: Slot, old: str, text: str) -> str | None:
    """The value of a closed list that a message gives in the place of another: 唔係兩件，一件咋; no, just one.

    The whole message must say this and nothing else.
    """
    denied = _DENIED.match(fold(text))
    if denied is None or slot.words is None:
        return None
    rest = denied["rest"]
    for word in sorted(map(fold, (old, *slot.words.get(old, ()))), key=len, reverse=True):
        if rest.startswith(word):
            rest = rest[len(word) :]
            break
    rest = _INSTEAD.sub("", rest.strip(" ,，、。."))
    for value, said in slot.words.items():
        if value != old and any(re.fullmatch(rf"{re.escape(fold(word))}{_PARTICLES}", rest) for word in (value, *said)):
            return value
    return None


def option_in(options: tuple[Option, ...], text: str, names: tuple[tuple[str, ...], ...] = ()) -> str | None:
    """The value of the one option that a text names; None if it is not one.

    It is named by its place, by words of its title, or by another of the `names` of what its title names.
    """
    said = fold(text)
    denied = _NOT_THIS.match(said)
    said = denied["rest"] if denied is not None else said
    ordinal = _ORDINAL.search(said)
    if ordinal is not None and options:
        place = int(ordinal[1].translate(_CHINESE)) - 1 if ordinal[1] else _PLACES[ordinal[2] or "last"]
        return options[place].value if place < len(options) else None
    if len(said.strip()) == 1 and not said.isascii():  # 車, of 汽車保險 and 家居保險
        holding = [option.value for option in options if said.strip() in fold(option.title)]
        return holding[0] if len(holding) == 1 else None
    meant = [(group, length) for group in names if (length := _named(group, said))]
    shared = [
        (
            max(_longest_shared(title, said), *(length for group, length in meant if _named(group, title)), 0),
            option.value,
        )
        for option in options
        for title in (fold(option.title),)
    ]
    best = max((length for length, _ in shared), default=0)
    named = [value for length, value in shared if length == best]
    return named[0] if best >= _LEAST and len(named) == 1 else None


def named_in(titles: Mapping[str, str], text: str, names: tuple[tuple[str, ...], ...] = ()) -> str | None:
    """The one of several values that a message of other words names in passing: 護手霜 in 支護手霜漏晒.

    It is named by another of the `names` of what its title names, or by a longer piece of the title; never by digits.
    """
    said = _CODE.sub(" ", fold(text))
    if _NOT.search(said) is not None:
        return None
    meant = [group for group in names if _named(group, said)]
    found = [
        value
        for value, title in ((value, _CODE.sub(" ", fold(title))) for value, title in titles.items())
        if any(_named(group, title) for group in meant) or _longest_shared_word(title, said) >= _TELLING
    ]
    return found[0] if len(found) == 1 else None


def is_place(text: str) -> bool:
    """Whether a text picks by place: 第二件, the first one; its number counts nothing."""
    return _ORDINAL.search(fold(text)) is not None


def chosen_instead(
    options: tuple[Option, ...], old: str, text: str, names: tuple[tuple[str, ...], ...] = ()
) -> str | None:
    """The value of the one option that a text names in the place of the chosen one: 唔係，係醫保嗰份."""
    said = fold(text)
    denied = _NOT_THIS.match(said) or _DENIED.match(said) or _RIGHT.match(said)
    named = option_in(options, denied["rest"], names) if denied is not None else None
    return named if named is not None and named != old else None


def phone_tail(text: str) -> str | None:
    """The last digits of a telephone number in a message: of the last run of four or more."""
    runs = [re.sub(r"\D", "", run) for run in _DIGITS.findall(fold(text).translate(_CHINESE))]
    long = [run for run in runs if len(run) >= TAIL]
    return long[-1][-TAIL:] if long else None


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """A text without differences of width, case and script."""
    return folding.plain(text).replace("枱", "台")  # the one that has no simplified form


def _find(word: str, text: str) -> tuple[int, int] | None:
    """Where a word stands; one of letters must stand alone."""
    if word.isascii():
        match = re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text)
        return match.span() if match else None
    place = text.find(word)
    return None if place < 0 else (place, place + len(word))


def _named(group: tuple[str, ...], text: str) -> int:
    """How long the longest of a thing's names is that stands in a text; 0 if none does."""
    words = [word for name in map(fold, group) for word in ((name, f"{name}s") if name.isascii() else (name,))]
    return max((len(word) for word in words if _find(word, text) is not None), default=0)


def _longest_shared_word(title: str, said: str) -> int:
    """The length of the longest piece without a space that two texts share; letters of an alphabet do not count."""
    parts = [part for part in re.split(r"[\s()（）、,×]+", title) if not part.isascii()]
    return max((_longest_shared(part, said) for part in parts), default=0)


def _longest_shared(title: str, said: str) -> int:
    """The length of the longest piece that two texts share; two letters of an alphabet are none."""
    best = ""
    for start in range(len(title)):
        while start + len(best) < len(title) and title[start : start + len(best) + 1] in said:
            best = title[start : start + len(best) + 1]
    piece = best.strip()
    return 0 if len(piece) <= _LEAST and piece.isascii() and piece.isalpha() else len(piece)
