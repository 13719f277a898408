"""Owns running a flow: step by step until it waits for the customer, ends, hands over or needs a business call."""

from dataclasses import dataclass, field, replace

from kaitak.bot import decision, phrasing
from kaitak.bot.commands import OTHER, PERSON, SLOT
from kaitak.bot.decision import (
    ActionResult,
    Arguments,
    GetOrder,
    ListOrders,
    NeedsAction,
    OrderFacts,
    QuickReply,
    Reply,
    TraceStep,
)
from kaitak.bot.dialogue import DialogueState, Frame, Option, Question, SlotValue
from kaitak.bot.flows import Branch, Call, Choose, Collect, Condition, End, Flow, HandOver, HandoverReason, Say
from kaitak.bot.packs import Pack

MAX_STEPS = 60
MAX_OPTIONS = 4


@dataclass(slots=True, kw_only=True)
class Draft:
    """A decision in the making; only this turn's code sees it."""

    pack: Pack
    state: DialogueState
    voice: phrasing.Voice
    context: decision.TurnContext
    results: tuple[ActionResult, ...]
    replies: list[Reply] = field(default_factory=list)
    trace: list[TraceStep] = field(default_factory=list)
    handover: HandoverReason | None = None
    needs: NeedsAction | None = None
    read: dict[str, tuple[OrderFacts, ...]] = field(default_factory=dict)

    def note(self, step: str, detail: str) -> None:
        self.trace.append(TraceStep(step, detail))

    def say(self, key: str, values: dict[str, str] | None = None, options: tuple[Option, ...] = ()) -> None:
        quick = tuple(QuickReply(o.title, o.value) for o in options)
        self.replies.append(Reply(self.voice.say(key, values), quick))
        self.note("say", key)

    def ask(self, question: Question, values: dict[str, str] | None = None) -> None:
        """Say a question and remember it."""
        self.say(question.wording, values, question.options)
        self.state = replace(self.state, question=question)


def run(draft: Draft, *, resumed: bool) -> None:
    """Run the top flow; `resumed` when the customer has just answered its question."""
    for _ in range(MAX_STEPS):
        frame = draft.state.top
        if frame is None or draft.handover is not None or draft.needs is not None:
            return
        target = _step(draft, draft.pack.flows[frame.flow], frame, resumed=resumed)
        resumed = False
        if target is None:
            return
        draft.note("step", f"{frame.flow}.{frame.step} -> {target}")
        draft.state = draft.state.with_top(replace(draft.state.top or frame, step=target, is_waiting=False))
    draft.note("loop", "the flow did not come to rest")
    draft.handover = "flow"


def _step(draft: Draft, flow: Flow, frame: Frame, *, resumed: bool) -> str | None:
    """Do one step; the name of the next, or None when the flow rests."""
    target: str | None = None
    match step := flow.steps[frame.step]:
        case Collect():
            target = _collect(draft, flow, frame, step, resumed=resumed)
        case Choose():
            target = _choose(draft, frame, step, resumed=resumed)
        case Call():
            target = _call(draft, frame, step)
        case Say():
            draft.say(step.say, _values(draft, frame))
            target = step.next
        case Branch():
            target = next((case.go for case in step.branch if _holds(draft, frame, case.test)), step.otherwise)
        case HandOver():
            draft.handover = step.hand_over
        case End():
            draft.note("end", frame.flow)
            draft.state = replace(draft.state, stack=draft.state.stack[:-1], finished=frame, question=None)
    return target


def _collect(draft: Draft, flow: Flow, frame: Frame, step: Collect, *, resumed: bool) -> str | None:
    if frame.value(step.collect) is not None and (resumed or not step.renew):
        return step.next
    entries = frame.entries.get(frame.step, 0) + 1
    values = _values(draft, frame)
    frame = replace(frame, entries={**frame.entries, frame.step: entries}, is_waiting=True)
    if step.renew:
        frame = frame.without_value(step.collect)
    draft.state = draft.state.with_top(frame)
    if step.exhausted is not None and entries >= step.tries:
        return step.exhausted
    wording = step.wording or flow.slots[step.collect].ask
    draft.ask(Question(kind="slot", slot=step.collect, wording=wording), values)
    return None


def _choose(draft: Draft, frame: Frame, step: Choose, *, resumed: bool) -> str | None:
    if resumed and frame.value(step.choose) is not None:
        return step.next
    orders = draft.read.get(step.source, ())
    if not orders:
        return step.none
    if len(orders) == 1:
        value = SlotValue(value=orders[0].order_no, turn=draft.state.turns, provenance="business")
        draft.state = draft.state.with_top(frame.with_value(step.choose, value))
        return step.next
    offer_choice(draft, replace(frame, is_waiting=True), step.choose, step.wording, [o.order_no for o in orders])
    return None


def offer_choice(draft: Draft, frame: Frame, slot: str, wording: str, values: list[str]) -> None:
    """Ask which of several values is meant."""
    options = tuple(Option(value, f"{SLOT}{slot}:{value}") for value in values[:MAX_OPTIONS])
    draft.state = draft.state.with_top(frame)
    draft.ask(Question(kind="slot", slot=slot, wording=wording, options=options))


def _call(draft: Draft, frame: Frame, step: Call) -> str | None:
    key = frame.value(step.order_no or "") if step.call == "get_order" else draft.context.customer_ref
    if not key:
        return step.not_found
    arguments: Arguments = GetOrder(key) if step.call == "get_order" else ListOrders(key)
    result = next((r for r in draft.results if r.arguments == arguments), None)
    if result is None:
        draft.needs = NeedsAction(action=step.call, arguments=arguments)
        return None
    draft.note("call", f"{step.call}: {result.failure or f'{len(result.orders)} found'}")
    if result.failure is not None:
        return str(getattr(step, result.failure))
    if step.call == "get_order" and not result.orders:
        return step.not_found
    draft.read[step.into] = tuple(result.orders)
    return step.ok


def _holds(draft: Draft, frame: Frame, test: Condition) -> bool:
    is_known = draft.context.customer_ref is not None
    standing = {None: True, "known": is_known, "verified": is_known and draft.context.is_verified}[test.customer]
    has_slot = test.filled is None or frame.value(test.filled) is not None
    if test.value is None or not (standing and has_slot):
        return standing and has_slot
    value = _values(draft, frame, coded=True).get(test.value.replace(".", "_"), "")
    return value in (test.among or [])


def _values(draft: Draft, frame: Frame, *, coded: bool = False) -> dict[str, str]:
    """What wording and conditions may read. An order shows its state, day and carrier to anybody who has its number."""
    values: dict[str, str] = {}
    for name, history in frame.slots.items():
        if history:
            values[name] = history[-1].value
    for name, orders in draft.read.items():
        if len(orders) != 1:
            continue
        status, shipment = str(orders[0].status), orders[0].shipment
        eta = draft.voice.day(shipment.eta) if shipment else None
        carrier = shipment.carrier if shipment else None
        values[f"{name}_status"] = status if coded else draft.voice.name("status", status)
        values[f"{name}_has_eta"] = "yes" if eta else "no"
        values[f"{name}_eta"] = eta or ""
        values[f"{name}_carrier"] = carrier or draft.voice.say("carrier_unknown")
    return values


def person_options(draft: Draft) -> tuple[Option, ...]:
    """The two answers to an offer of a person."""
    return (
        Option(draft.voice.say("option_person"), PERSON),
        Option(draft.voice.say("option_other"), OTHER),
    )
