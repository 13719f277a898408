"""Owns the report of a version, drawn from the lines as cross-validation read them. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from kaitak.learning import judging
from kaitak.learning.judging import Judged
from kaitak.learning.schemas import (
    ConfusionView,
    CoveragePoint,
    IntentFigures,
    LanguageFigures,
    ReliabilityBin,
    WrongRow,
)
from kaitak.nlu import language, normalising

MOST_CONFUSIONS = 200
MOST_WRONG = 300
SAMPLES = 3
STEPS = 20


def confusions(judged: Sequence[Judged]) -> list[ConfusionView]:
    """The pairs of intents that are taken for each other most often, with some of their lines."""
    totals = Counter(one.intent for one in judged)
    found: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        if not one.is_right:
            found[one.intent, one.guess].append(one)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        ConfusionView(
            intent=intent,
            read_as=guess,
            lines=len(lines),
            share=judging.share(len(lines), totals[intent]),
            samples=[one.text for one in sorted(lines, key=lambda j: -j.confidence)[:SAMPLES]],
        )
        for (intent, guess), lines in ordered[:MOST_CONFUSIONS]
    ]


def intents(judged: Sequence[Judged]) -> list[IntentFigures]:
    """Each intent's recall, precision and F1, weakest first."""
    true = Counter(one.intent for one in judged)
    guessed = Counter(one.guess for one in judged)
    right = Counter(one.intent for one in judged if one.is_right)
    found = [
        IntentFigures(
            intent=name,
            lines=true[name],
            recall=judging.share(right[name], true[name]),
            precision=judging.share(right[name], guessed[name]),
            f1=round(2 * right[name] / (true[name] + guessed[name]), 4),
        )
        for name in true
    ]
    return sorted(found, key=lambda each: (each.f1, each.intent))


def wrong(judged: Sequence[Judged]) -> list[WrongRow]:
    """The lines read wrongly, most confident first: the surest mistakes are often wrong labels."""
    rows = [
        WrongRow(
            text=one.text, intent=one.intent, read_as=one.guess, confidence=round(one.confidence, 4), is_own=one.is_own
        )
        for one in judged
        if not one.is_right
    ]
    return sorted(rows, key=lambda row: (-row.confidence, row.text))


def reliability(judged: Sequence[Judged]) -> list[ReliabilityBin]:
    """Confidence against accuracy, in ten ranges; a range without lines is left out."""
    return [
        ReliabilityBin(
            lower=number / judging.BINS,
            upper=(number + 1) / judging.BINS,
            lines=len(members),
            confidence=round(sum(one.confidence for one in members) / len(members), 4),
            accuracy=judging.accuracy(members),
        )
        for number, members in enumerate(judging.bins(judged))
        if members
    ]


def coverage(judged: Sequence[Judged]) -> list[CoveragePoint]:
    """What would be answered, and how rightly, from each threshold on; thresholds that answer nothing are left out."""
    points = []
    for step in range(STEPS):
        threshold = step / STEPS
        answered = [one for one in judged if one.confidence >= threshold]
        if answered:
            points.append(
                CoveragePoint(
                    threshold=threshold,
                    coverage=judging.share(len(answered), len(judged)),
                    accuracy=judging.accuracy(answered),
                )
            )
    return points


def languages(judged: Sequence[Judged]) -> list[LanguageFigures]:
    """How well each language is read, most lines first."""
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        folded = normalising.fold(one.text).text
        found[language.detect(folded, normalising.script_counts(folded))].append(one)
    return [_language(name, lines) for name, lines in sorted(found.items(), key=lambda item: -len(item[1]))]


def _language(name: str, lines: Sequence[Judged]) -> LanguageFigures:
    low, high = judging.wilson(sum(one.is_right for one in lines), len(lines))
    return LanguageFigures(
        language=name,
        lines=len(lines),
        accuracy=judging.accuracy(lines),
        interval_95=(round(low, 4), round(high, 4)),
    )
