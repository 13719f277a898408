"""Owns how a Chinese syllable is spelt in Latin letters: Hong Kong's habits, which follow no standard, and pinyin."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

_PARTS = re.compile(r"(gw|kw|ng|[bpmfdtnlgkhwzcsj]|)(.+)")
_INITIALS: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("", "ng"),
    "b": ("p", "b"),
    "p": ("p",),
    "m": ("m",),
    "f": ("f",),
    "d": ("t", "d"),
    "t": ("t",),
    "n": ("n", "l"),
    "l": ("l",),
    "g": ("k", "g"),
    "k": ("k",),
    "ng": ("ng", ""),
    "gw": ("kw", "gw", "ku", "qu"),
    "kw": ("kw", "qu", "fw"),
    "h": ("h",),
    "w": ("w",),
    "z": ("ch", "ts", "j", "z", "tz"),
    "c": ("ch", "ts", "tch"),
    "s": ("s", "sh"),
    "j": ("y", "j"),
}
_FINALS: Final[Mapping[str, tuple[str, ...]]] = {
    "aa": ("a", "ah", "ar"),
    "aai": ("ai", "ay", "aai"),
    "aau": ("au", "ao", "aau"),
    "aam": ("am", "aam"),
    "aan": ("an", "aan"),
    "aang": ("ang", "aang"),
    "aap": ("ap",),
    "aat": ("at", "aat"),
    "aak": ("ak", "aak"),
    "a": ("a",),
    "ai": ("ai", "ei", "ay"),
    "au": ("au", "ow", "aw"),
    "am": ("am", "um", "em"),
    "an": ("an", "un", "en"),
    "ang": ("ang", "eng"),
    "ap": ("ap", "up"),
    "at": ("at", "ut"),
    "ak": ("ak", "uk"),
    "e": ("e", "eh"),
    "ei": ("ei", "i", "ee", "ay", "ey"),
    "eng": ("eng", "ing"),
    "ek": ("ek", "ik"),
    "iu": ("iu", "ew", "iew"),
    "i": ("i", "ee"),
    "im": ("im",),
    "in": ("in",),
    "ing": ("ing",),
    "ip": ("ip",),
    "it": ("it",),
    "ik": ("ik",),
    "o": ("o", "or", "aw", "oh"),
    "oi": ("oi", "oy"),
    "on": ("on",),
    "ong": ("ong",),
    "ot": ("ot",),
    "ok": ("ok",),
    "ou": ("o", "ou", "oo", "ow"),
    "u": ("u", "oo"),
    "ui": ("ui", "oi"),
    "un": ("un", "oon"),
    "ung": ("ung",),
    "ut": ("ut",),
    "uk": ("uk", "ook"),
    "eoi": ("ui", "oi", "ue"),
    "eon": ("un", "eun", "on"),
    "eot": ("ut", "eut"),
    "oe": ("eu", "or"),
    "oeng": ("eung", "eong", "oeng"),
    "oek": ("euk", "eok", "ok", "oek"),
    "yu": ("u", "ue", "yu"),
    "yun": ("uen", "un", "yuen"),
    "yut": ("uet", "ut", "yuet"),
    "m": ("m",),
    "ng": ("ng",),
}
# Whole syllables that are spelt otherwise than their parts.
_IRREGULAR: Final[Mapping[str, tuple[str, ...]]] = {
    "zi": ("tsz", "tse", "tze", "tzu", "gi", "gee", "chih", "che"),
    "ci": ("tsz", "tse", "che", "chih"),
    "si": ("sze", "sz", "szu", "see", "sy", "tse", "shi", "shih"),
    "ji": ("i", "yi", "yee", "e", "ye"),
    "jik": ("ik", "yik"),
    "jip": ("ip", "yip", "yap"),
    "jing": ("ying", "ing"),
    "jyu": ("yu", "yue", "u", "ue", "yee"),
    "jyun": ("yuen", "un", "yun", "yuan"),
    "jyut": ("yuet", "yut"),
    "joeng": ("yeung", "young", "yang"),
    "jau": ("yau", "yaw", "you"),
    "gwok": ("kwok", "kok", "quok", "kuok"),
    "gwan": ("kwan", "gwan", "quan", "kwun"),
    "gei": ("kei", "ki", "kee", "gei", "kay"),
    "gai": ("kai", "kei", "gai", "kay"),
    "ming": ("ming", "min"),
    "daai": ("tai", "dai", "daai"),
    "ling": ("ling", "lin"),
    "wing": ("wing", "ving"),
    "hei": ("hei", "hay", "hi", "hee"),
    "fan": ("fan", "fun", "fen"),
    "syut": ("suet", "shuet", "sut", "suit"),
    "seoi": ("sui", "shui", "soi"),
    "zyu": ("chu", "chue", "chee", "ju", "jue"),
    "syu": ("shu", "shue", "sue", "su"),
    "zoeng": ("cheung", "jeung", "tseung", "cheong", "jeong"),
    "ng": ("ng", "eng", "ing", "ung"),
}
_PINYIN_U = {"lv": ("lv", "lu", "lyu", "lue"), "nv": ("nv", "nu", "nyu"), "lve": ("lue", "lve"), "nve": ("nue", "nve")}


@cache
def cantonese(jyutping: str) -> frozenset[str]:
    """The ways in which people of Hong Kong spell a syllable given in Jyutping without its tone."""
    if jyutping in ("m", "ng"):
        return frozenset(_IRREGULAR.get(jyutping, (jyutping,)))
    parts = _PARTS.fullmatch(jyutping)
    if parts is None or parts[2] not in _FINALS:
        return frozenset()
    spelt = {initial + final for initial in _INITIALS[parts[1]] for final in _FINALS[parts[2]]}
    return frozenset(spelt | {jyutping} | set(_IRREGULAR.get(jyutping, ())))


@cache
def mandarin(pinyin: str) -> frozenset[str]:
    """The ways in which a syllable of pinyin without its tone is written; v stands for ü."""
    return frozenset(_PINYIN_U.get(pinyin, (pinyin,)))
