"""Owns what customers say beside what articles say: everyday words of any business, and those of a pack."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from kaitak.core import resources
from kaitak.core.errors import InvalidError
from kaitak.knowledge import terms

EVERYDAY = Path(__file__).parent / "everyday.yaml"
_LATIN = re.compile(r"[a-z0-9][a-z0-9 '-]*")


class SynonymsInvalidError(InvalidError):
    """A file of synonyms is not a list of words and the words they are searched with."""

    code = "synonyms_invalid"


@dataclass(frozen=True, slots=True)
class Meant:
    """Words of a question, and what articles may say for them, in written Chinese."""

    said: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is said and what is meant by it. Look-up is by the characters of the text: Chinese has no blanks."""

    chinese: tuple[Meant, ...] = ()
    latin: dict[str, Meant] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None

    def find(self, view: str, written: str) -> list[Meant]:
        """What a question in its two views says, longest words first; a word inside a longer one is left out."""
        both = f"{view} {written}"
        found = [each for each in self.chinese if each.said in both]
        if self._pattern is not None:
            found += [self.latin[said] for said in dict.fromkeys(self._pattern.findall(both))]
        return [one for one in found if not any(one.said != other.said and one.said in other.said for other in found)]


@lru_cache(maxsize=16)
def of_pack(name: str | None) -> Lexicon:
    """The words of a pack of this installation together with the everyday ones."""
    said = read(EVERYDAY)
    if name is not None and name in resources.pack_names():
        for word, meant in read(resources.pack_folder(name) / "synonyms.yaml").items():
            said[word] = tuple(dict.fromkeys((*said.get(word, ()), *meant)))
    return lexicon_of(said)


def lexicon_of(said: dict[str, tuple[str, ...]]) -> Lexicon:
    """A lexicon ready for looking up."""
    latin = {word: Meant(word, meant) for word, meant in said.items() if _LATIN.fullmatch(word)}
    chinese = [Meant(word, meant) for word, meant in said.items() if word not in latin]
    longest_first = sorted(latin, key=lambda word: -len(word))
    pattern = "|".join(map(re.escape, longest_first))
    return Lexicon(
        chinese=tuple(sorted(chinese, key=lambda each: -len(each.said))),
        latin=latin,
        _pattern=re.compile(rf"(?<![a-z])({pattern})(?:s|es|ed)?(?![a-z])") if pattern else None,
    )


def read(path: Path) -> dict[str, tuple[str, ...]]:
    """The words of a file: `said, said too: meant, meant too`, in any script; or blanks part what is meant."""
    if not path.exists():
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as exc:
        raise SynonymsInvalidError(f"{path.name} is not YAML: {exc}") from exc
    if not isinstance(found, dict):
        raise SynonymsInvalidError(f"{path.name}: write lines of `word: other words`")
    said: dict[str, tuple[str, ...]] = {}
    for words, meant in found.items():
        others = tuple(terms.views(each)[1] for each in _parted(str(meant), by_blanks=True))
        for word in _parted(str(words), by_blanks=False):
            for view in terms.views(word):
                said[view] = tuple(dict.fromkeys((*said.get(view, ()), *others)))
    return said


def _parted(text: str, *, by_blanks: bool) -> list[str]:
    parts = text.split(",") if "," in text else text.split() if by_blanks else [text]
    return [part.strip() for part in parts if part.strip()]
