"""Owns a decision in the making: what is said, asked and needed so far, and what expressions and wording may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from kaitak.bot import decision, expressions, flows, phrasing
from kaitak.bot.decision import ActionResult, Arguments, NeedsAction, OrderCheck, QuickReply, Reply, TraceStep
from kaitak.bot.dialogue import DialogueState, Frame, Option, Question
from kaitak.bot.expressions import Scope
from kaitak.bot.flows import Flow, HandoverReason
from kaitak.bot.packs import Pack
from kaitak.core.records import replace

_NUMBERS = frozenset({"amount"})  # entities whose values expressions read as numbers


@dataclass(slots=True, kw_only=True)
class Draft:
    """A decision in the making; only this turn's code sees it.

    `text` is the customer's message; `answer` the reply to a question that no slot takes: yes or no to a `confirm`, the
    digits for a `check`.
    """

    pack: Pack
    state: DialogueState
    voice: phrasing.Voice
    context: decision.TurnContext
    results: tuple[ActionResult, ...]
    text: str = ""
    answer: str | None = None
    replies: list[Reply] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  # what articles said
    gone: frozenset[str] = frozenset()  # values withdrawn with this message
    trace: list[TraceStep] = field(default_factory=list)
    handover: HandoverReason | None = None
    needs: NeedsAction | None = None
    _scope: tuple[Frame, Scope] | None = None

    def note(self, step: str, detail: str) -> None:
        self.trace.append(TraceStep(step, detail))

    def say(self, key: str, values: Mapping[str, object] | None = None, options: tuple[Option, ...] = ()) -> None:
        quick = tuple(QuickReply(o.title, o.value) for o in options)
        self.replies.append(Reply(self.voice.say(key, values, turn=self.state.turns), quick))
        self.note("say", key)

    def ask(self, question: Question, values: Mapping[str, object] | None = None) -> None:
        """Say a question and remember it."""
        self.say(question.wording, values, question.options)
        self.state = replace(self.state, question=question)

    def take_answer(self, *, resumed: bool) -> str | None:
        """The reply to the question that the flow is resumed with; it counts once."""
        if not resumed:
            return None
        reply, self.answer = self.answer, None
        return reply

    def result_of(self, arguments: Arguments) -> ActionResult | None:
        """What came of a call; None: it is needed first, and this decision can go no further."""
        found = next((r for r in reversed(self.results) if r.arguments == arguments and not self._is_old(r)), None)
        if found is None:
            self.needs = NeedsAction(arguments=arguments)
        return found

    def _is_old(self, result: ActionResult) -> bool:
        """Whether a read was refused before the customer proved, in this very turn, that they may see it."""
        if result.failure != "not_permitted":
            return False
        later = self.results[self.results.index(result) + 1 :]
        return any(isinstance(each.arguments, OrderCheck) and each.rows for each in later)

    def evaluate(self, frame: Frame, text: str) -> JsonValue:
        """The value of an expression at this point of a frame's flow."""
        return self._scope_of(frame).evaluate(text)

    def is_true_of(self, row: Mapping[str, JsonValue], text: str, readable: Mapping[str, object]) -> bool:
        """Whether an expression is true of a row, whose name is `it`; only the values that it names are handed over."""
        named = expressions.names_in(text)
        values = {name: value for name, value in readable.items() if name in named}
        return Scope({**values, "it": row}, self.context.now.date()).evaluate(text) is True

    def _scope_of(self, frame: Frame) -> Scope:
        if self._scope is None or self._scope[0] is not frame:
            self._scope = (frame, Scope(self.readable(frame), self.context.now.date()))
        return self._scope[1]

    def readable(self, frame: Frame) -> dict[str, object]:
        """What expressions may read, by name; results that are not there are null."""
        flow, context, state = self.pack.flows[frame.flow], self.context, self.state
        is_known = context.customer_ref is not None
        return {
            "slots": {name: _read(flow, name, frame.value(name)) for name in flow.slots},
            "filled": {name: frame.value(name) is not None for name in flow.slots},
            "customer": {
                "known": is_known,
                "verified": is_known and context.is_verified,
                "checked": [order_no for order_no, _ in state.checked],
                "language": self.voice.locale,
                "channel": context.channel,
            },
            "now": {"date": context.now.date().isoformat(), "hour": context.now.hour},
            "vars": frame.named,
            "beneath": [each.flow for each in state.stack if each.number != frame.number],
            **dict.fromkeys(flows.results(flow)),
            **frame.results,
        }

    def values(self, frame: Frame, given: Mapping[str, str] | None = None) -> dict[str, object]:
        """What the wording of a step may show; `given` are its own expressions."""
        readable = self.readable(frame)
        slots = readable["slots"]
        assert isinstance(slots, dict)
        extra = {name: self.evaluate(frame, text) for name, text in (given or {}).items()}
        return {**readable, **frame.named, **slots, **extra}


def _read(flow: Flow, name: str, value: str | None) -> JsonValue:
    """A slot's value as expressions read it: amounts as numbers, all else as text."""
    if value is None or flow.slots[name].entity not in _NUMBERS:
        return value
    digits = "".join(c for c in value if c.isdigit() or c == ".")
    try:
        return float(digits)
    except ValueError:
        return value
