"""Owns finding the words of feeling in a text: which kinds, where they stand and whether they are denied."""

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from kaitak.nlu import mood_words, normalising, spellings

_ENGLISH = re.compile(r"[a-z0-9'’.\-]+")
_LATIN = re.compile(r"[a-z0-9]")
_MOST_WORDS = 4
# What right before a cue turns it round (冇壞過, 唔好食, never broke): within so many characters or words.
_DENIED = re.compile("[唔冇未不没无][^,，。!！?？;； ]?$")
_DENIED_ENGLISH = re.compile(r"\b(?:not|no|never|nothing|cannot|without|[a-z]+n['’]t)(?: [a-z]+)? $")
_REACH = 2


@dataclass(frozen=True, slots=True)
class _Table:
    """The cues by their characters (English ones by their words), each with its kinds; and how long those with one
    first character (first word) can be."""

    chinese: dict[str, tuple[int, ...]]
    english: dict[str, tuple[int, ...]]
    lengths: dict[str, tuple[int, ...]]
    first_words: frozenset[str]


@cache
def _table() -> _Table:
    chinese: dict[str, set[int]] = {}
    english: dict[str, set[int]] = {}
    for number, words in enumerate(mood_words.KINDS.values()):
        for word in words.split():
            if word.isascii():
                english.setdefault(word.replace("_", " "), set()).add(number)
            else:
                cue = word if _LATIN.search(word) else spellings.unite(normalising.simplify(word))
                chinese.setdefault(cue, set()).add(number)
    lengths: dict[str, set[int]] = {}
    for cue in chinese:
        lengths.setdefault(cue[0], set()).add(len(cue))
    return _Table(
        chinese={cue: tuple(sorted(kinds)) for cue, kinds in chinese.items()},
        english={cue: tuple(sorted(kinds)) for cue, kinds in english.items()},
        lengths={first: tuple(sorted(sizes)) for first, sizes in lengths.items()},
        first_words=frozenset(cue.split()[0] for cue in english),
    )


class Hit(NamedTuple):
    """A cue in a text: where it begins as a share of the text, and whether a word right before it denies it."""

    cue: str
    place: float
    denied: bool


def find(view: str, folded: str) -> dict[int, list[Hit]]:
    """The cues in a text by number of kind: Chinese ones in the feature view, English ones in the folded words."""
    table = _table()
    found: dict[int, list[Hit]] = {}
    for start, first in enumerate(view):
        for length in table.lengths.get(first, ()):
            cue = view[start : start + length]
            kinds = table.chinese.get(cue)
            if kinds is not None:
                hit = Hit(cue, start / len(view), _DENIED.search(view, max(0, start - _REACH), start) is not None)
                for kind in kinds:
                    found.setdefault(kind, []).append(hit)
    if _LATIN.search(folded) is not None:
        _find_english(table, folded, found)
    return found


def _find_english(table: _Table, folded: str, found: dict[int, list[Hit]]) -> None:
    matches = list(_ENGLISH.finditer(folded.replace("’", "'")))
    words = [match.group().strip("'.-") for match in matches]
    for start, first in enumerate(words):
        if first not in table.first_words:
            continue
        for end in range(start + 1, min(start + _MOST_WORDS, len(words)) + 1):
            cue = " ".join(words[start:end])
            kinds = table.english.get(cue)
            if kinds is not None:
                begin = matches[start].start()
                denied = _DENIED_ENGLISH.search(folded, matches[max(0, start - _REACH)].start(), begin) is not None
                hit = Hit(cue, begin / len(folded), denied)
                for kind in kinds:
                    found.setdefault(kind, []).append(hit)
