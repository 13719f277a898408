"""Owns the audit of training lines: conflicts, near-duplicates, real variety, starved intents, languages and styles."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaitak.nlu import language, normalising

ALIKE = 0.75  # from this share of common character pairs two lines say nearly the same
FEWEST_LINES = 15  # with fewer an intent starves: a study gave 74 % with 15 lines an intent, 84 % with 30
FEWEST_SKELETONS = 10
MOST_PAIRS = 200
MOST_LINES = 40_000
LONG, SHORT = 40, 5

_NOISE = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"[a-z]*\d[a-z0-9]*")
_POLITENESS = re.compile(
    "你好|您好|唔该(?:晒|你)?|多谢(?:晒)?|谢谢(?:你|您)?|请问(?:下|一下)?|麻烦(?:你|晒|您)?|想问(?:下|一下)?|我想问|"
    "劳烦|拜托|thanks?(?: you)?|please|hello|hi|hey|excuse me|sorry|不好意思|m ?goi"
)
_PARTICLES = re.compile("[呀啊吖啦喇嘞啰喎㗎嘅咩呢嘛哦噢吓哈吗吧了的]+$")
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Line:
    """One training line; `is_own`: the account's, not its pack's; `id`: its number there; `hand`: its writer."""

    text: str
    intent: str
    is_own: bool = False
    id: int | None = None
    hand: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One text under several intents."""

    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lines that say nearly the same."""

    similarity: float
    first: Line
    second: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentText:
    """How much text an intent has, and how much of it differs in more than numbers, names and politeness."""

    intent: str
    lines: int
    own_lines: int
    skeletons: int

    @property
    def variety(self) -> float:
        """Different skeletons by lines."""
        return self.skeletons / self.lines if self.lines else 0.0

    @property
    def is_starved(self) -> bool:
        """Too little text to learn from."""
        return self.lines < FEWEST_LINES or self.skeletons < FEWEST_SKELETONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found; pairs hold the most alike, the totals count them all."""

    lines: int
    own_lines: int
    conflicts: tuple[Conflict, ...]
    near_across: tuple[Pair, ...]
    near_across_total: int
    near_within: tuple[Pair, ...]
    near_within_total: int
    intents: tuple[IntentText, ...]
    languages: dict[str, int]
    styles: dict[str, int]


def examine(lines: Sequence[Line], intents: Iterable[str] = ()) -> Audit:
    """Everything that can be said of lines without a model; `intents` are those that must have some."""
    kept = lines[:MOST_LINES]
    views = [plain(line.text) for line in kept]
    across, within = _Pairs(), _Pairs()
    for similarity, first, second in alike(views):
        pair = Pair(round(similarity, 3), kept[first], kept[second])
        (within if pair.first.intent == pair.second.intent else across).add(pair)
    return Audit(
        lines=len(lines),
        own_lines=sum(line.is_own for line in lines),
        conflicts=_conflicts(kept, views),
        near_across=across.most_alike(),
        near_across_total=across.total,
        near_within=within.most_alike(),
        near_within_total=within.total,
        intents=_intents(kept, intents),
        languages=dict(Counter(_language(line.text) for line in kept).most_common()),
        styles=dict(Counter(style for line in kept for style in styles(line.text)).most_common()),
    )


def plain(text: str) -> str:
    """A text as the classifier reads it, without spaces and signs: what two lines are compared by."""
    return _NOISE.sub("", normalising.features_view(normalising.fold(text).text))


def skeleton(text: str) -> str:
    """What stays of a line without numbers, politeness, final particles, spaces and signs."""
    view = normalising.features_view(normalising.fold(text).text)
    view = _POLITENESS.sub("", _NUMBERS.sub("0", view))
    return _PARTICLES.sub("", _NOISE.sub("", view))


def styles(text: str) -> Iterator[str]:
    """The ways in which a line is written; one may have several."""
    folded = normalising.fold(text).text
    han, latin = len(_HAN.findall(folded)), _LATIN.findall(folded)
    if han and latin:
        yield "code_mixed"
    if not han and latin and language.detect(folded, (0, 0)) == "yue":
        yield "romanised"
    if re.search(r"\d", folded):
        yield "with_number"
    length = han + len(latin)
    if length <= SHORT:
        yield "short"
    elif length >= LONG:
        yield "long"


def alike(views: Sequence[str]) -> Iterator[tuple[float, int, int]]:
    """Pairs of places whose texts share nearly all character pairs, without those that are equal in every sign."""
    rows, grams = _grams(views)
    if not len(rows):
        return
    sizes = np.maximum(np.bincount(rows, minlength=len(views)), 1).astype(np.float32)
    order = np.argsort(grams, kind="stable")
    starts = np.searchsorted(grams[order], np.unique(grams))
    ends = np.append(starts[1:], len(grams))
    places = np.searchsorted(np.unique(grams), grams)
    members = rows[order]
    bounds = np.searchsorted(rows, np.arange(len(views) + 1))
    for number in range(len(views)):
        mine = places[bounds[number] : bounds[number + 1]]
        if not len(mine):
            continue
        others = np.concatenate([members[starts[place] : ends[place]] for place in mine])
        shared = np.bincount(others[others > number], minlength=len(views))
        found = np.flatnonzero(shared >= ALIKE * np.sqrt(sizes * sizes[number]))
        for other in found[found > number]:
            if views[number] != views[other]:
                yield float(shared[other] / np.sqrt(sizes[number] * sizes[other])), number, int(other)


def _grams(views: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each text's different character pairs as (place of the text, number of the pair), sorted by text."""
    rows, grams = [], []
    for number, view in enumerate(views):
        codes = np.array([2, *map(ord, view), 3], dtype=np.int64)
        pairs = np.unique(codes[:-1] * 0x200000 + codes[1:]) if view else codes[:0]
        rows.append(np.full(len(pairs), number, dtype=np.int64))
        grams.append(pairs)
    empty = np.zeros(0, dtype=np.int64)
    return np.concatenate([empty, *rows]), np.concatenate([empty, *grams])


class _Pairs:
    """Counts all pairs and keeps the most alike."""

    def __init__(self) -> None:
        self.total = 0
        self._kept: list[Pair] = []

    def add(self, pair: Pair) -> None:
        self.total += 1
        self._kept.append(pair)
        if len(self._kept) > 4 * MOST_PAIRS:
            self._kept = list(self.most_alike())

    def most_alike(self) -> tuple[Pair, ...]:
        """The kept pairs, most alike first."""
        return tuple(sorted(self._kept, key=lambda p: (-p.similarity, p.first.text, p.second.text))[:MOST_PAIRS])


def _conflicts(lines: Sequence[Line], views: Sequence[str]) -> tuple[Conflict, ...]:
    by_view: dict[str, list[Line]] = defaultdict(list)
    for line, view in zip(lines, views, strict=True):
        by_view[view or line.text].append(line)
    found = [group for group in by_view.values() if len({line.intent for line in group}) > 1]
    return tuple(Conflict(group[0].text, tuple(group)) for group in found)


def _intents(lines: Sequence[Line], names: Iterable[str]) -> tuple[IntentText, ...]:
    groups: dict[str, list[Line]] = {name: [] for name in names}
    for line in lines:
        groups.setdefault(line.intent, []).append(line)
    found = [
        IntentText(
            intent=name,
            lines=len(group),
            own_lines=sum(line.is_own for line in group),
            skeletons=len({skeleton(line.text) for line in group}),
        )
        for name, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.skeletons, each.intent)))


def _language(text: str) -> str:
    folded = normalising.fold(text).text
    return language.detect(folded, normalising.script_counts(folded))
