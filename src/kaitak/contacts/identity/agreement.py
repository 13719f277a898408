"""Owns whether two names may be one person's: agreeing in full, in part, saying nothing, or contradicting."""

from collections.abc import Sequence
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final

from kaitak.contacts.identity import readings
from kaitak.contacts.identity.names import ChineseName, LatinName, Names

_SHORT: Final[tuple[frozenset[str], ...]] = tuple(
    frozenset(names.split())
    for names in (
        "david dave davey",
        "robert bob rob bobby robbie",
        "william bill will billy willie",
        "elizabeth liz eliza beth betty lizzie elisabeth",
        "james jim jimmy jamie",
        "john johnny jon jack",
        "michael mike mickey",
        "richard rick dick ricky",
        "thomas tom tommy",
        "joseph joe joey",
        "daniel dan danny",
        "samuel sam sammy samantha",
        "katherine catherine kate kathy cathy katie kathryn",
        "margaret maggie peggy meg",
        "jennifer jenny jen",
        "christopher chris",
        "christine chris christina tina",
        "anthony tony antony",
        "andrew andy",
        "edward ed eddie eddy ted",
        "alexander alex",
        "alexandra alex sandra",
        "patrick pat",
        "patricia pat patty",
        "stephen steven steve",
        "kenneth ken kenny",
        "benjamin ben benny",
        "matthew matt",
        "nicholas nick nicky",
        "susan sue susie suzy",
        "rebecca becky",
        "victoria vicky vicki",
        "peter pete",
        "gregory greg",
        "jeffrey jeff geoffrey",
        "timothy tim",
        "jonathan jon",
        "vivian vivien vivienne",
        "angela angie",
        "frederick fred freddie freddy",
        "raymond ray",
        "philip phil phillip",
        "jacqueline jackie",
        "deborah debbie",
        "theresa teresa terri",
        "ann anne annie anna",
        "helen helena",
        "stephanie steph",
        "ronald ron",
        "donald don",
        "lawrence larry laurence",
    )
)


class Agreement(IntEnum):
    """How far two names agree."""

    CONTRADICTED = -1
    UNKNOWN = 0
    SURNAME = 1  # the same surname and nothing more
    PART = 2  # an English name beside the surname, a given name alone, initials that fit
    FULL = 3


def compare(left: Names, right: Names) -> Agreement:
    """The agreement of all that two records say: the same script decides, another script where that says nothing."""
    found = [_chinese(a, b) for a in left.chinese for b in right.chinese]
    found += [_latin(a, b) for a in left.latin for b in right.latin]
    if found and (min(found) is Agreement.CONTRADICTED or max(found) is Agreement.FULL):
        return min(found) if min(found) is Agreement.CONTRADICTED else Agreement.FULL
    found += [_across(a, b) for a in left.chinese for b in right.latin]
    found += [_across(b, a) for a in left.latin for b in right.chinese]
    if not found:
        return Agreement.UNKNOWN
    return Agreement.CONTRADICTED if min(found) is Agreement.CONTRADICTED else max(found)


def _chinese(left: ChineseName, right: ChineseName) -> Agreement:
    if left.title or right.title:
        same = {part[0] for part in left.parts} & {part[0] for part in right.parts}
        return Agreement.SURNAME if same else Agreement.UNKNOWN
    if left.text == right.text or set(left.parts) & set(right.parts):
        is_full = left.is_full or right.is_full or len(left.text) > 2
        return Agreement.FULL if is_full else Agreement.PART
    for one, other in ((left, right), (right, left)):
        if len(one.text) >= 2 and any(given == one.text for _, given in other.parts):
            return Agreement.PART
    return Agreement.CONTRADICTED if left.is_full and right.is_full else Agreement.UNKNOWN


def _across(chinese: ChineseName, latin: LatinName) -> Agreement:
    parts = chinese.parts or (("", chinese.text),)
    return max(_against_part(surname, given, latin) for surname, given in parts)


def _against_part(surname: str, given: str, latin: LatinName) -> Agreement:
    """One way to part a Chinese name against Latin words: where the surname stands, what the rest says."""
    if not surname or (latin.is_wife and len(latin.words) < 3):
        return Agreement.PART if _spells(given, latin.words) else Agreement.UNKNOWN
    best = Agreement.UNKNOWN
    for start, end in _surname_places(surname, latin.words):
        rest = latin.words[:start] + latin.words[end:]
        best = max(best, _against_given(given, rest, latin.initials) if given else Agreement.SURNAME)
        if best is Agreement.FULL:
            return best
    if best is not Agreement.UNKNOWN:
        return best
    if given and len(latin.words) <= len(given) and _spells(given, latin.words):
        return Agreement.PART
    has_surname_word = bool(_surname_places(surname, latin.words))
    return Agreement.CONTRADICTED if (latin.is_full or has_surname_word) and given and latin.is_full else best


def _surname_places(surname: str, words: Sequence[str]) -> list[tuple[int, int]]:
    spelt = surname_spelt(surname)
    places = [(i, i + 1) for i, word in enumerate(words) if word in spelt]
    places += [(i, i + 2) for i in range(len(words) - 1) if len(surname) == 2 and words[i] + words[i + 1] in spelt]
    return places


@cache
def surname_spelt(surname: str) -> frozenset[str]:
    """Every spelling of a Chinese surname, usual or by its sounds."""
    usual = readings.surnames().get(surname, frozenset())
    if len(surname) == 1:
        return usual | readings.spellings().get(surname, frozenset())
    first, second = (readings.spellings().get(c, frozenset()) for c in surname)
    return usual | {a + b for a in first for b in second}


def _against_given(given: str, rest: tuple[str, ...], initials: tuple[str, ...]) -> Agreement:
    """The words beside a surname that fits, against the Chinese given name."""
    if any(_spells(given, rest[i:j]) for i in range(len(rest)) for j in range(i + 1, len(rest) + 1)):
        return Agreement.FULL
    if not rest:
        if not initials:
            return Agreement.SURNAME
        letters = [{spelt[0] for spelt in readings.spellings().get(c, frozenset())} for c in given]
        fits = len(initials) == len(letters) and all(i in s for i, s in zip(initials, letters, strict=True))
        return Agreement.PART if fits else Agreement.SURNAME
    chinese = [word for word in rest if not is_english(word)]
    if not chinese:
        return Agreement.PART
    if len(chinese) == 1 and len(rest) > 1 and chinese[0] in readings.surname_spellings():
        return Agreement.PART
    return Agreement.CONTRADICTED


@lru_cache(maxsize=4096)
def _spells(given: str, words: tuple[str, ...]) -> bool:
    """Whether the words, in order and with or without blanks, spell these characters."""
    letters = "".join(words)
    return bool(given) and len(words) <= len(given) and _spells_letters(given, letters)


def _spells_letters(given: str, letters: str) -> bool:
    if not given:
        return not letters
    return any(
        letters.startswith(spelt) and _spells_letters(given[1:], letters[len(spelt) :])
        for spelt in readings.spellings().get(given[0], frozenset())
    )


def _one_surname(left: str, right: str) -> bool:
    return any(left in spelt and right in spelt for spelt in readings.surnames().values())


def is_english(word: str) -> bool:
    """Whether a word is no Chinese syllables: an English given name, or something that cannot be Chinese."""
    return word in readings.english_names() or not readings.is_chinese_word(word)


def _latin(left: LatinName, right: LatinName) -> Agreement:
    if left.words == right.words or (
        sorted("".join(left.words)) == sorted("".join(right.words)) and _same_letters(left, right)
    ):
        return Agreement.FULL if left.is_full else Agreement.PART
    rest_left, rest_right = list(left.words), list(right.words)
    shared: list[str] = []
    for exact in (True, False):
        for word in list(rest_left):
            twin = next((w for w in rest_right if (w == word if exact else _same_sound(word, w))), None)
            if twin is not None:
                rest_left.remove(word)
                rest_right.remove(twin)
                shared.append(word)
    if not shared:
        return _nothing_shared(left, right)
    if not rest_left or not rest_right:
        return _one_in_the_other(left, right, shared, rest_left or rest_right)
    return _rests_compared(rest_left, rest_right, shared)


def _same_letters(left: LatinName, right: LatinName) -> bool:
    """Chan Taiman and Chan Tai Man: the same words with other blanks, the surname at either end."""
    one, other = "".join(left.words), "".join(right.words)
    turned = {"".join(right.words[i:] + right.words[:i]) for i in range(len(right.words))}
    back = {"".join(left.words[i:] + left.words[:i]) for i in range(len(left.words))}
    return one == other or one in turned or other in back


def _same_sound(left: str, right: str) -> bool:
    """Kar and Ka, Lee and Li: two Chinese spellings with a sound in common; English names only as short forms."""
    if any(left in names and right in names for names in _SHORT):
        return True
    if left in readings.english_names() or right in readings.english_names():
        return False
    sounds = readings.sounds()
    return any(sound.startswith("c:") for sound in sounds.get(left, frozenset()) & sounds.get(right, frozenset()))


def _two_romanisations(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether characters exist that Hong Kong spells as the one and pinyin as the other (Tai Man and Dawen)."""
    return any(
        _may_be_same(one, other) for one, other in (("".join(left), "".join(right)), ("".join(right), "".join(left)))
    )


@lru_cache(maxsize=4096)
def _may_be_same(cantonese: str, mandarin: str) -> bool:
    known, other = readings.cantonese_characters(), readings.mandarin_characters()
    none: frozenset[str] = frozenset()
    if known.get(cantonese, none) & other.get(mandarin, none):
        return True
    return any(
        known.get(cantonese[:i], none) & other.get(mandarin[:j], none)
        and known.get(cantonese[i:], none) & other.get(mandarin[j:], none)
        for i in range(1, len(cantonese))
        for j in range(1, len(mandarin))
    )


def _nothing_shared(left: LatinName, right: LatinName) -> Agreement:
    """Two full names without a common word contradict, unless they spell the same characters in two ways."""
    for one, other in ((left.words, right.words), (right.words, left.words)):
        chinese, pinyin = [w for w in one if not is_english(w)], [w for w in other if not is_english(w)]
        for i, surname in enumerate(chinese):
            for j in (0, len(pinyin) - 1) if len(pinyin) > 1 else ():
                given, given_pinyin = chinese[:i] + chinese[i + 1 :], pinyin[:j] + pinyin[j + 1 :]
                if given and _one_surname(surname, pinyin[j]) and _may_be_same("".join(given), "".join(given_pinyin)):
                    return Agreement.PART
    return Agreement.CONTRADICTED if left.is_full and right.is_full else Agreement.UNKNOWN


def _one_in_the_other(left: LatinName, right: LatinName, shared: Sequence[str], rest: Sequence[str]) -> Agreement:
    if len(shared) >= 2:
        return Agreement.FULL
    is_surname = shared[0] in readings.surname_spellings() and shared[0] not in readings.english_names()
    if not is_surname:
        return Agreement.PART
    shorter = left if len(left.words) == len(shared) else right
    letters = [word[0] for word in rest]
    fits = bool(shorter.initials) and list(shorter.initials) in (letters, letters[1:], letters[:1])
    return Agreement.PART if fits else Agreement.SURNAME


def _rests_compared(rest_left: Sequence[str], rest_right: Sequence[str], shared: Sequence[str]) -> Agreement:
    """Beside shared words both say more: an English name here and a Chinese one there do not contradict."""
    english_left = [is_english(word) for word in rest_left]
    english_right = [is_english(word) for word in rest_right]
    if not any(word in readings.surname_spellings() or word == shared[-1] for word in shared):
        return Agreement.CONTRADICTED
    if not any(english_left) and not any(english_right) and _two_romanisations(rest_left, rest_right):
        return Agreement.PART
    if (all(english_left) and not any(english_right)) or (all(english_right) and not any(english_left)):
        return Agreement.FULL if len(shared) >= 3 else Agreement.PART
    return Agreement.CONTRADICTED
