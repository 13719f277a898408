"""Owns what is known of the sounds of Chinese characters and of names: readings, surnames, English given names."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from kaitak.contacts.identity import spelling

_FOLDER: Final = Path(__file__).parent


@cache
def spellings() -> Mapping[str, frozenset[str]]:
    """For each (simplified) character, every way to spell it: Hong Kong habits and pinyin."""
    found: dict[str, frozenset[str]] = {}
    for line in _lines("readings.tsv"):
        character, cantonese, mandarin = line.split("\t")
        spelt = [spelling.cantonese(sound) for sound in cantonese.split()]
        spelt += [spelling.mandarin(sound) for sound in mandarin.split()]
        found[character] = frozenset().union(*spelt)
    return found


@cache
def surnames() -> Mapping[str, frozenset[str]]:
    """Chinese surnames (simplified, one or two characters) with their usual spellings."""
    return {name: frozenset(spelt.split()) for name, spelt in (line.split("\t") for line in _lines("surnames.tsv"))}


@cache
def surname_spellings() -> frozenset[str]:
    """Every usual spelling of a Chinese surname."""
    return frozenset().union(*surnames().values())


@cache
def english_names() -> frozenset[str]:
    """English given names."""
    return frozenset(word for line in _lines("english_names.txt") for word in line.split())


@cache
def not_persons() -> frozenset[str]:
    """Words of display names that show that no person's name is given: Flower Shop, Happy Mum."""
    return frozenset(word for line in _lines("not_persons.txt") for word in line.split())


@cache
def sounds() -> Mapping[str, frozenset[str]]:
    """For each spelling, the sounds that it may stand for: `c:` Jyutping, `m:` pinyin, toneless."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in _lines("readings.tsv"):
        _, cantonese, mandarin = line.split("\t")
        for sound in cantonese.split():
            for spelt in spelling.cantonese(sound):
                found[spelt].add("c:" + sound)
        for sound in mandarin.split():
            for spelt in spelling.mandarin(sound):
                found[spelt].add("m:" + sound)
    return {spelt: frozenset(all_sounds) for spelt, all_sounds in found.items()}


@cache
def is_chinese_word(word: str) -> bool:
    """Whether a Latin word can be read as one or two Chinese syllables, as a given name has."""
    known = sounds()
    return word in known or any(word[:at] in known and word[at:] in known for at in range(2, len(word) - 1))


@cache
def cantonese_characters() -> Mapping[str, frozenset[str]]:
    """For each Cantonese spelling the characters that it may stand for."""
    return _characters(1, spelling.cantonese)


@cache
def mandarin_characters() -> Mapping[str, frozenset[str]]:
    """For each syllable of pinyin the characters that it may stand for."""
    return _characters(2, spelling.mandarin)


def _characters(column: int, spelt_as: Callable[[str], frozenset[str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in _lines("readings.tsv"):
        fields = line.split("\t")
        for sound in fields[column].split():
            for spelt in spelt_as(sound):
                found[spelt].add(fields[0])
    return {spelt: frozenset(characters) for spelt, characters in found.items()}


def _lines(name: str) -> list[str]:
    return (_FOLDER / name).read_text(encoding="utf-8").splitlines()
