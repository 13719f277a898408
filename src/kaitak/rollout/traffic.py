"""Owns simulated routine traffic: seeded customers of a pack's `traffic.yaml` talk with the bot; what came of it.

Nothing here knows a trade: what customers want, how they answer and what must then be true of the business system is
the pack's file. How a message reaches the bot and how the business system is looked into is handed in.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from kaitak.bot import pack_files
from kaitak.core.errors import InvalidError
from kaitak.rollout import evaluation

MAX_TURNS = 16
NUMBER_FIRST, ERRS, IMPATIENT, TAPS = 0.4, 0.15, 0.1, 0.5  # how often a customer does so
_DIGITS = re.compile(r"\d{3,}|[零一二三四五六七八九]{4,}")
_LANGUAGES: Mapping[str, str] = {
    "yue": "yue", "mixed": "yue", "cmn-hant": "cmn", "cmn-hans": "cmn", "zh": "cmn", "en": "en",
}  # fmt: skip
Language = Literal["yue", "cmn", "en"]
Said = list[str] | dict[Language, list[str]]
Row = Mapping[str, object]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Goal(_Part):
    """What a customer wants. `subject` and `effect` are questions to the business system's own database."""

    name: str
    intent: str
    share: int = Field(default=1, ge=1, le=100)
    verified: bool = False
    reusable: bool = Field(default=False, description="one subject may serve several customers: nothing is changed")
    subject: str
    effect: str = ""
    deeds: int = 0
    says: list[str] = []
    avoid: list[str] = []
    openings: dict[Language, list[str]] = {}
    has_number: bool = Field(default=True, description="some customers give their order's number at once")
    own_openings: bool = Field(default=False, description="the test lines of the intent are not routine for this")
    answers: dict[str, Said] = {}
    wrong: dict[str, list[str]] = {}


class TrafficFile(_Part):
    """How a pack's customers are."""

    utterances: list[str]
    deeds: str
    affirm: dict[Language, list[str]] = Field(alias="yes")
    deny: dict[Language, list[str]] = Field(alias="no")
    correction: dict[Language, list[str]]
    impatient: dict[Language, list[str]]
    with_number: dict[Language, list[str]]
    answers: dict[str, Said]
    wrong: dict[str, list[str]]
    goals: list[Goal] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the bot answered to a message, and what it waits for."""

    text: str
    asks: str | None = None  # slot, check, confirm, clarify, offer_person
    slot: str | None = None
    options: tuple[tuple[str, str], ...] = ()  # title, value
    handed_over: str | None = None


class Talk(Protocol):
    """One conversation with the bot."""

    async def tell(self, text: str, chosen: str | None = None) -> Heard:
        """Send a message, or a tapped quick reply with its value."""
        ...


class Ledger(Protocol):
    """The business system's own database, only looked into."""

    async def rows(self, query: str, values: Row) -> list[dict[str, object]]:
        """What a query of the pack's file gives."""
        ...


Begin = Callable[[Row, bool], Awaitable[Talk]]


@dataclass(slots=True)
class Outcome:
    """One customer's talk and what came of it."""

    goal: str
    language: Language
    lines: list[tuple[str, str]] = field(default_factory=list)  # who, text
    handed_over: str | None = None
    has_effect: bool = False
    is_told: bool = False
    deeds_beyond: int = 0

    @property
    def is_right(self) -> bool:
        """Closed by the bot, with the effect that was wanted and no other."""
        return self.handed_over is None and self.has_effect and self.is_told and self.deeds_beyond == 0


class TrafficUnreadableError(InvalidError):
    """The pack's traffic file cannot be played."""

    code = "traffic_unreadable"


def read(folder: Path, more: Sequence[Path] = ()) -> tuple[TrafficFile, dict[str, list[tuple[Language, str]]]]:
    """A pack's traffic file, and its test lines by intent, with `more` of them: those that name no number."""
    content, _ = pack_files.read(folder / "traffic.yaml", folder, TrafficFile)
    lines: dict[str, list[tuple[Language, str]]] = {}
    for path in (*(folder / "tests" / name for name in content.utterances), *more):
        for row in evaluation.read_rows(path, None):
            language = _LANGUAGES.get(row.lang)
            if not row.hard and language is not None and not _DIGITS.search(row.text):
                lines.setdefault(row.intent, []).append((language, row.text))  # type: ignore[arg-type]
    return content, lines


@dataclass(slots=True)
class _Customer:
    """One customer: what is wanted, in which words, and what was said wrongly before."""

    goal: Goal
    file: TrafficFile
    row: Row
    language: Language
    dice: random.Random
    errs_in: str | None = None
    wrong_said: bool = False
    answered: Counter[str] = field(default_factory=Counter)

    def pick(self, said: Said) -> str:
        texts = said if isinstance(said, list) else said.get(self.language) or next(iter(said.values()))
        return self.fill(self.dice.choice(texts))

    def fill(self, text: str, /, **more: str) -> str:
        return text.format(**{name: str(value) for name, value in self.row.items()}, **more)

    def value_of(self, slot: str) -> str | None:
        said = self.goal.answers.get(slot) or self.file.answers.get(slot)
        return self.pick(said) if said else None

    def reply(self, heard: Heard) -> tuple[str, str | None]:
        """What this customer says to a question: the text, and the value of a tapped quick reply."""
        if self.wrong_said and self.errs_in is not None:
            right, self.errs_in = self.value_of(self.errs_in) or "", None
            return self.fill(self.dice.choice(self.file.correction[self.language]), value=right), None
        if heard.asks == "confirm":
            sort = self.file.affirm if self.goal.effect else self.file.deny
            return self.dice.choice(sort[self.language]), None
        if heard.asks == "clarify":
            return _tapped(heard, f"intent:{self.goal.intent}")
        slot = "phone_tail" if heard.asks == "check" else heard.slot or ""
        return self._answer(slot, heard)

    def _answer(self, slot: str, heard: Heard) -> tuple[str, str | None]:
        self.answered[slot] += 1
        if slot == self.errs_in and not self.wrong_said:
            self.wrong_said = True
            wrong = self.goal.wrong.get(slot) or self.file.wrong[slot]
            return self.pick(wrong), None
        value = self.value_of(slot) or self.dice.choice(self.file.affirm[self.language])
        shown = next((option for option in heard.options if value in option[0]), None)
        return shown if shown is not None and self.dice.random() < TAPS else (value, None)


def _tapped(heard: Heard, value: str) -> tuple[str, str | None]:
    found = next((option for option in heard.options if option[1] == value), None)
    return found if found is not None else (heard.options[-1] if heard.options else ("?", None))


async def play(
    folder: Path, begin: Begin, ledger: Ledger, *, customers: int, seed: int, more: Sequence[Path] = ()
) -> list[Outcome]:
    """Let so many customers talk with the bot, one after the other; the same seed plays the same traffic."""
    content, lines = read(folder, more)
    dice = random.Random(seed)  # noqa: S311 (the same customers each time is the point)
    used: set[tuple[str, ...]] = set()
    outcomes: list[Outcome] = []
    goals = [goal for goal in content.goals for _ in range(goal.share)]
    tries = 0
    while len(outcomes) < customers:
        tries += 1
        if tries > customers * 20:
            raise TrafficUnreadableError("the business system has too few subjects for so many customers")
        goal = dice.choice(goals)
        row = await _subject(goal, ledger, used, dice)
        if row is not None:
            own = random.Random(dice.getrandbits(64))  # noqa: S311
            outcomes.append(await _converse(_arrive(goal, content, lines, row, own), lines, begin, ledger))
    return outcomes


async def _subject(
    goal: Goal, ledger: Ledger, used: set[tuple[str, ...]], dice: random.Random
) -> dict[str, object] | None:
    """Somebody who can want this, and whom nobody was before unless nothing is changed."""
    rows = sorted(await ledger.rows(goal.subject, {}), key=str)
    free = [row for row in rows if goal.reusable or _key(row) not in used]
    if not free:
        return None
    row = dice.choice(free)
    if not goal.reusable:
        used.add(_key(row))
    return row


def _key(row: Row) -> tuple[str, ...]:
    """What may be changed once: the first column of a subject."""
    return (str(next(iter(row.values()), None)),)


def _arrive(
    goal: Goal, content: TrafficFile, lines: Mapping[str, Sequence[tuple[Language, str]]], row: Row, dice: random.Random
) -> _Customer:
    spoken = {language for language, _ in _openings(goal, lines)}
    language = dice.choices(("yue", "cmn", "en"), [6 * ("yue" in spoken), 2 * ("cmn" in spoken), 2 * ("en" in spoken)])
    one = _Customer(goal, content, row, language[0], dice)  # type: ignore[arg-type]
    may_err = sorted(set(goal.wrong) or (set(content.wrong) if not goal.verified else set()))
    if may_err and dice.random() < ERRS:
        one.errs_in = dice.choice(may_err)
    return one


def _openings(goal: Goal, lines: Mapping[str, Sequence[tuple[Language, str]]]) -> list[tuple[Language, str]]:
    own: list[tuple[Language, str]] = [(language, text) for language, texts in goal.openings.items() for text in texts]
    if goal.own_openings:
        return own
    tested = [(language, text.replace("{", "").replace("}", "")) for language, text in lines.get(goal.intent, ())]
    return own + [one for one in tested if not any(word in one[1] for word in goal.avoid)]


def _opening(one: _Customer, lines: Mapping[str, Sequence[tuple[Language, str]]]) -> str:
    texts = [text for language, text in _openings(one.goal, lines) if language == one.language]
    text = one.fill(one.dice.choice(texts))
    if one.goal.has_number and one.errs_in is None and one.dice.random() < NUMBER_FIRST:
        return one.fill(one.dice.choice(one.file.with_number[one.language]), text=text)
    return text


async def _converse(
    one: _Customer, lines: Mapping[str, Sequence[tuple[Language, str]]], begin: Begin, ledger: Ledger
) -> Outcome:
    outcome = Outcome(one.goal.name, one.language)
    before = await _count(ledger, one)
    talk = await begin(one.row, one.goal.verified)
    text, chosen = _opening(one, lines), None
    for _ in range(MAX_TURNS):
        heard = await talk.tell(text, chosen)
        outcome.lines += [("customer", text), ("bot", heard.text)]
        outcome.handed_over = heard.handed_over
        if heard.handed_over is not None or heard.asks is None:
            break
        if one.dice.random() < IMPATIENT:
            hurry = one.dice.choice(one.file.impatient[one.language])
            heard = await talk.tell(hurry)
            outcome.lines += [("customer", hurry), ("bot", heard.text)]
            outcome.handed_over = heard.handed_over
            if heard.handed_over is not None or heard.asks is None:
                break
        text, chosen = one.reply(heard)
    else:
        outcome.handed_over = "too many turns"
    await _judge(outcome, one, ledger, before)
    return outcome


async def _count(ledger: Ledger, one: _Customer) -> int:
    rows = await ledger.rows(one.file.deeds, one.row)
    return int(str(next(iter(rows[0].values())))) if rows else 0


async def _judge(outcome: Outcome, one: _Customer, ledger: Ledger, before: int) -> None:
    told = _bare("\n".join(text for who, text in outcome.lines if who == "bot"))
    outcome.is_told = all(_bare(one.fill(part)) in told for part in one.goal.says)
    outcome.deeds_beyond = await _count(ledger, one) - before - (one.goal.deeds if outcome.handed_over is None else 0)
    if not one.goal.effect:
        outcome.has_effect = True
        return
    rows = await ledger.rows(one.goal.effect, one.row)
    outcome.has_effect = bool(rows) and next(iter(rows[0].values())) is True


def _bare(text: str) -> str:
    return re.sub(r"[\s,]", "", text)


def figures(outcomes: Sequence[Outcome]) -> dict[str, JsonValue]:
    """Every figure, as JSON; the share that the bot closed rightly first."""
    right, by_goal, total = sum(one.is_right for one in outcomes), Counter[str](), Counter[str]()
    for one in outcomes:
        by_goal[one.goal] += one.is_right
        total[one.goal] += 1
    wrong = [one for one in outcomes if one.handed_over is None and not one.is_right]
    reasons = Counter(one.handed_over for one in outcomes if one.handed_over is not None)
    return {
        "customers": len(outcomes),
        "closed_right": round(right / len(outcomes), 4) if outcomes else None,
        "handed_over": sum(reasons.values()),
        "closed_wrong": len(wrong),
        "deeds_beyond": sum(max(one.deeds_beyond, 0) for one in outcomes),
        "turns_each": round(sum(len(one.lines) / 2 for one in outcomes) / max(len(outcomes), 1), 2),
        "handed_over_because": {str(reason): count for reason, count in reasons.most_common()},
        "by_goal": {
            name: {"rows": count, "accuracy": round(by_goal[name] / count, 4)} for name, count in total.items()
        },
    }


def report(outcomes: Sequence[Outcome]) -> dict[str, JsonValue]:
    """The machine-readable report: figures, and a row for every customer in order."""
    rows: list[JsonValue] = [
        {
            "index": index,
            "correct": one.is_right,
            "goal": one.goal,
            "predicted": {
                "handed_over": one.handed_over,
                "has_effect": one.has_effect,
                "told": one.is_told,
                "deeds_beyond": one.deeds_beyond,
                "lines": [f"{who}: {text}" for who, text in one.lines],
            },
        }
        for index, one in enumerate(outcomes)
    ]
    return {"figures": figures(outcomes), "rows": rows}
