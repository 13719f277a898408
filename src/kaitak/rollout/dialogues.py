"""Owns measuring whole dialogues: every turn replayed through the turn engine, offline, and judged against its labels.

The business system of a replay is a scratch one that knows each order number a customer names; nothing is stored.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue

from kaitak.bot import dialogue, engine, reading
from kaitak.bot.decision import ActionResult, Final, TurnContext
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.bot.packs import Pack
from kaitak.rollout import evaluation, scratch_business
from kaitak.rollout.evaluation import LabelledDataError

MAX_DIALOGUES = 100_000
MAX_CALLS = 8
# The kinds that data/README.md names; of what else a pack reads only what the labels carry is judged.
JUDGED_KINDS = frozenset(
    {
        "order_no", "policy_no", "claim_no", "phone", "email", "date", "amount", "product", "colour", "store", "person",
    }
)  # fmt: skip
_LOOSE_KINDS = frozenset({"product", "colour", "store", "person", "cover"})
_SIZE = re.compile(r"[碼码吋寸\s]|size", re.IGNORECASE)


class Expected(BaseModel):
    """What must be in force after a turn."""

    model_config = ConfigDict(frozen=True)

    intent: str
    entities: dict[str, str | list[str]] = {}
    carried: list[str] = []
    refers_to: int | None = None
    supersedes: int | None = None
    escalate: bool = False


class DialogueTurn(BaseModel):
    model_config = ConfigDict(frozen=True)

    text: str
    channel: str = ""
    expect: Expected


class Dialogue(BaseModel):
    """One labelled dialogue; keys beyond these are ignored."""

    model_config = ConfigDict(frozen=True)

    id: str
    tenant: str
    kind: str = ""
    now: datetime
    turns: list[DialogueTurn]


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What the engine had in force after a turn, and what it said."""

    intent: str | None
    entities: dict[str, tuple[str, ...]]
    handover: bool
    reply: str
    asked: str | None = None  # the kind of value that the bot asks for
    is_asked_again: bool = False  # the customer had given one


@dataclass(frozen=True, slots=True)
class Replayed:
    dialogue: Dialogue
    outcomes: tuple[TurnOutcome, ...]


def read_dialogues(path: Path, limit: int | None = None) -> list[Dialogue]:
    """The dialogues of a JSON Lines file, the first `limit` of them."""
    fault, empty = "not a dialogue with id, tenant, now and turns", "no dialogues; write one JSON object on each line"
    most = MAX_DIALOGUES if limit is None else limit
    return evaluation.read_labelled(path, Dialogue, most, fault=fault, empty=empty)


def replay(dialogues: Sequence[Dialogue], ready: Callable[[str], ReadyPack]) -> list[Replayed]:
    """Every dialogue from a fresh state, turn by turn, with the pack of its tenant."""
    judged = {one.tenant: set(JUDGED_KINDS) for one in dialogues}
    for one in dialogues:
        judged[one.tenant].update(kind for turn in one.turns for kind in turn.expect.entities)
    return [Replayed(one, tuple(_replay_one(one, ready(one.tenant), judged[one.tenant]))) for one in dialogues]


def _replay_one(one: Dialogue, ready: ReadyPack, judged: Collection[str]) -> Iterable[TurnOutcome]:
    state = dialogue.DialogueState()
    for number, turn in enumerate(one.turns):
        now = one.now + timedelta(minutes=number)
        context = TurnContext(now=now, customer_ref=scratch_business.CUSTOMER, is_verified=True, channel=turn.channel)
        decided = _decide(ready, state, turn.text, context)
        state = dialogue.from_json(dialogue.to_json(decided.state))
        yield TurnOutcome(
            intent=decided.intent,
            entities={kind: values for kind, values in decided.values if kind in judged},
            handover=decided.handover is not None,
            reply="\n".join(reply.text for reply in decided.replies),
            asked=_asked(ready.pack, decided),
            is_asked_again=_asked(ready.pack, decided) in {kind for kind, _ in decided.state.said},
        )


def _asked(pack: Pack, decided: Final) -> str | None:
    """The kind of value that the bot asks for, if it does; a choice among known ones is not asking."""
    question, frame = decided.state.question, decided.state.top
    if question is None or frame is None or question.kind != "slot" or question.options:
        return None
    slot = pack.flows[frame.flow].slots.get(question.slot or "")
    return slot.entity or question.slot if slot is not None else None


def _decide(ready: ReadyPack, state: dialogue.DialogueState, text: str, context: TurnContext) -> Final:
    understanding = reading.understand(ready.pack, ready.model, text, state, context)
    named = tuple((entity.kind, entity.value) for entity in understanding.entities if not entity.withdrawn)
    results: list[ActionResult] = []
    for _ in range(MAX_CALLS):
        decided = engine.decide(ready.pack, state, understanding, context, results)
        if isinstance(decided, Final):
            return decided
        results.append(scratch_business.answer(decided.arguments, state, named, context.now))
    raise LabelledDataError(f"the pack {ready.pack.head.name} calls the business system without end; correct its flows")


@dataclass(slots=True)
class _Tally:
    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, is_right: bool) -> None:
        self.right[name] += is_right
        self.total[name] += 1

    def share(self, name: str) -> float | None:
        return round(self.right[name] / self.total[name], 4) if self.total[name] else None


def figures(replayed: Sequence[Replayed]) -> dict[str, JsonValue]:
    """Every figure of the evaluation, as JSON; None where the rows have nothing of the kind."""
    tally = _Tally()
    by_kind: defaultdict[str, _Tally] = defaultdict(_Tally)
    entities: Counter[str] = Counter()
    handovers: Counter[str] = Counter()
    for one in replayed:
        wholly = True
        for number, turn in enumerate(one.dialogue.turns):
            outcome = one.outcomes[number]
            is_right = outcome.intent == turn.expect.intent
            tally.add("intent", is_right)
            by_kind[one.dialogue.kind or "unsaid"].add("intent", is_right)
            is_turn_right = is_right and _same(outcome.entities, turn.expect)
            tally.add("turn", is_turn_right)
            wholly = wholly and is_turn_right
            if outcome.asked is not None:
                tally.add("repeat", outcome.is_asked_again)
            _count_entities(entities, outcome, turn.expect)
            _judge_memory(tally, one, number)
            handovers[_cell(due=turn.expect.escalate, done=outcome.handover)] += 1
        tally.add("whole", wholly)
    return {
        "dialogues": len(replayed),
        "turns": tally.total["intent"],
        "turns_right": tally.share("turn"),
        "intent_in_force": tally.share("intent"),
        "entities_f1": _f1(entities),
        "carried_right": tally.share("carried"),
        "superseded_right": tally.share("superseded"),
        "superseded_used_again": tally.right["used_again"],
        "asked": tally.total["repeat"],
        "repeat_ask_rate": tally.share("repeat"),
        "handover_precision": _ratio(handovers["both"], handovers["both"] + handovers["done"]),
        "handover_recall": _ratio(handovers["both"], handovers["both"] + handovers["due"]),
        "handover_f1": _f1(handovers),
        "wholly_right": tally.share("whole"),
        "by_kind": {
            name: {"rows": t.total["intent"], "accuracy": t.share("intent")} for name, t in sorted(by_kind.items())
        },
    }


def _cell(*, due: bool, done: bool) -> str:
    return {(True, True): "both", (True, False): "due", (False, True): "done", (False, False): "neither"}[(due, done)]


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _f1(counts: Counter[str]) -> float | None:
    return _ratio(2 * counts["both"], 2 * counts["both"] + counts["done"] + counts["due"])


def _expected(expect: Expected) -> dict[str, list[str]]:
    return {kind: [value] if isinstance(value, str) else value for kind, value in expect.entities.items()}


def _matches(kind: str, found: str, wanted: str) -> bool:
    """Numbers must be the same; the customer's own words may hold each other (深藍色羽絨, 羽絨)."""
    if kind == "size":  # 大碼 and 大, size L and L; but L is no XL
        return _SIZE.sub("", found).lower() == _SIZE.sub("", wanted).lower()
    if kind not in _LOOSE_KINDS:
        return found == wanted
    a, b = found.replace(" ", "").lower(), wanted.replace(" ", "").lower()
    return a in b or b in a


def _count_entities(counts: Counter[str], outcome: TurnOutcome, expect: Expected) -> None:
    wanted = [(kind, value) for kind, values in _expected(expect).items() for value in values]
    for kind, values in outcome.entities.items():
        for value in values:
            match = next((w for w in wanted if w[0] == kind and _matches(kind, value, w[1])), None)
            counts["both" if match else "done"] += 1
            if match:
                wanted.remove(match)
    counts["due"] += len(wanted)


def _same(found: dict[str, tuple[str, ...]], expect: Expected) -> bool:
    wanted = _expected(expect)
    return set(found) == set(wanted) and all(
        len(found[kind]) == len(values) and all(map(_matches, [kind] * len(values), found[kind], values))
        for kind, values in wanted.items()
    )


def _judge_memory(tally: _Tally, one: Replayed, number: int) -> None:
    """Inherited values there and right; values of a superseded turn, and no longer expected, not used again."""
    expect, outcome = one.dialogue.turns[number].expect, one.outcomes[number]
    wanted = _expected(expect)
    for kind in expect.carried:
        found = outcome.entities.get(kind, ())
        values = wanted.get(kind, [])
        tally.add("carried", len(found) == len(values) and all(map(_matches, [kind] * len(values), found, values)))
    gone = _superseded(one.dialogue, number)
    if expect.supersedes is not None or gone:
        used = {(kind, value) for kind, values in outcome.entities.items() for value in values}
        is_right = not (gone & used) and (expect.supersedes is None or outcome.intent == expect.intent)
        tally.add("superseded", is_right)
        tally.add("used_again", bool(gone & used))


def _superseded(one: Dialogue, number: int) -> set[tuple[str, str]]:
    """Values that a superseded turn stated and that neither its correction nor a later turn expects."""
    gone: set[tuple[str, str]] = set()
    for turn in one.turns[: number + 1]:
        now = {(kind, value) for kind, values in _expected(turn.expect).items() for value in values}
        if turn.expect.supersedes is not None:
            before = _expected(one.turns[turn.expect.supersedes].expect)
            gone |= {(kind, value) for kind, values in before.items() for value in values}
        gone -= now
    return gone


def report(replayed: Sequence[Replayed]) -> dict[str, JsonValue]:
    """The machine-readable report: figures, and a row for every dialogue in order."""
    rows: list[JsonValue] = []
    for index, one in enumerate(replayed):
        turns: list[JsonValue] = [
            {
                "intent": o.intent,
                "entities": {kind: v[0] if len(v) == 1 else list(v) for kind, v in o.entities.items()},
                "handover": o.handover,
                "reply": o.reply,
            }
            for o in one.outcomes
        ]
        rows.append({"index": index, "correct": is_right(one), "predicted": {"turns": turns}})
    return {"figures": figures(replayed), "rows": rows}


def is_right(one: Replayed) -> bool:
    """Whether every turn of a dialogue is right in intent and entities."""
    return all(
        outcome.intent == turn.expect.intent and _same(outcome.entities, turn.expect)
        for outcome, turn in zip(one.outcomes, one.dialogue.turns, strict=True)
    )


def wrong_turns(replayed: Sequence[Replayed]) -> list[str]:
    """What differs, one line a turn, for people."""
    lines: list[str] = []
    for one in replayed:
        for turn, outcome in zip(one.dialogue.turns, one.outcomes, strict=True):
            expect = turn.expect
            is_same = outcome.intent == expect.intent and _same(outcome.entities, expect)
            if is_same and outcome.handover == expect.escalate:
                continue
            wanted = f"{expect.intent} {_expected(expect)}{' handover' if expect.escalate else ''}"
            got = f"{outcome.intent} { {k: list(v) for k, v in outcome.entities.items()} }"
            lines.append(f"{one.dialogue.id}: {turn.text}  {wanted} read as {got}{' handover' * outcome.handover}")
    return lines
