"""Owns folding of text: width, case, script, spellings, noise and the gloss, with offsets into the original."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import opencc

from kaitak.nlu import gloss, romanised, spellings

MAX_CHARACTERS = 4000
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe0e\ufe0f\x00-\x08\x0b-\x1f\ud800-\udfff]"
)
_RARE_FORMS = str.maketrans("𠮶㖞𩠌㓥䢂", "嗰喎餸劏轆")
_BLANKS = {"\n": " ", "\t": " "}
_SPACES = re.compile(r"\s+")
_LONG_RUN = re.compile(r"(.)\1{3,}")
# What opencc makes of Cantonese characters that hardly any font or model knows, brought back.
_UNCOMMON = str.maketrans({"\U00020bb6": "嗰", "㖞": "喎", "㖊": "寻"})
# What a recogniser prints of breathing and thinking: er, 呃, 嗱; words said twice.
_FILLERS = re.compile(
    r"(?<![a-z])(?:er+|erm+|um+|uh+|hmm+|em+)(?![a-z])|[欸诶嗱]+"
    r"|(?<![想系哋被畀俾同来])呃+(?!人|钱|客|咗|晒|老人)"  # 呃人 is to cheat
    r"|(?:^|(?<=[\s,，。]))(?:即系呢?|咁呢|其实呢|嗰个呢|呢个呢|喂|哎|唉)(?=[\s,，])"
)
_SAID_TWICE = re.compile(r"([\u4e00-\u9fff]{2,8})(?:[\s,，…]{0,3}\1)+")
_MAX_NOISE = 600


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `offsets[i]` is the place in the original of folded character i, one entry more than the text."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a folded span."""
        if end <= start:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(original: str) -> Folded:
    """Width (NFKC), case and invisible characters folded, one original offset for each folded character."""
    original = original[:MAX_CHARACTERS]
    if original.isascii() and original.isprintable():
        return Folded(original.lower(), tuple(range(len(original) + 1)))
    characters: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(original):
        if character > "\u2fff" and character < "\ud7b0":
            characters.append(character)
            offsets.append(index)
            continue
        if _INVISIBLE.match(character):
            continue
        for piece in unicodedata.normalize("NFKC", _BLANKS.get(character, character)).lower():
            characters.append(piece)
            offsets.append(index)
    offsets.append(len(original))
    return Folded("".join(characters), tuple(offsets))


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _traditioniser() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


# Simplified forms that people here write in traditional text too; they tell nothing.
_EITHER_SCRIPT = str.maketrans(
    "", "", "岩只台里面后干松准吓咸谷群峰布占表周游欲托制才系着床秘唇污灶凶回雇卷咨晒并吃厘柜痴岳升杯胡斗"
)


def script_counts(folded: str) -> tuple[int, int]:
    """How many characters are only simplified, and how many only traditional."""
    if folded.isascii():
        return 0, 0
    folded = folded.translate(_EITHER_SCRIPT)
    simplified, traditional = _simplifier().convert(folded), _traditioniser().convert(folded)
    if not len(simplified) == len(traditional) == len(folded):
        return 0, 0
    only_simplified = sum(a != b for a, b in zip(folded, traditional, strict=True))
    only_traditional = sum(a != b for a, b in zip(folded, simplified, strict=True))
    return only_simplified, only_traditional


def simplify(text: str) -> str:
    """Traditional to simplified characters; Cantonese ones stay as people write them."""
    if text.isascii():
        return text
    simplified: str = _simplifier().convert(text)
    return simplified.translate(_UNCOMMON)


def features_view(folded: str) -> str:
    """The text as the classifier reads it: simplified, spellings and romanised words united, noise taken out."""
    text = spellings.unite(romanised.to_characters(simplify(folded)))
    text = without_noise(_LONG_RUN.sub(r"\1\1", text))
    return _SPACES.sub(" ", text).strip()


def without_noise(text: str) -> str:
    """The text without a recogniser's fillers and restarts; a message of nothing else stays as it is."""
    if len(text) > _MAX_NOISE:
        return text
    quiet = _SAID_TWICE.sub(r"\1", _FILLERS.sub(" ", text))
    return quiet if quiet.strip() else text


def written_view(view: str) -> str:
    """The feature view with colloquial Cantonese words replaced by written ones."""
    return gloss.to_written(view)
