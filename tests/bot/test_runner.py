"""Running flows: each kind of step, once-only deeds, the buyer's check, parts, and a bounded cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import JsonValue

from kaitak.bot import packs, runner
from kaitak.bot.decision import ActionResult, BusinessDeed, BusinessRead, KnowledgeQuestion, OrderCheck, Source
from kaitak.bot.dialogue import DialogueState, from_json, to_json
from kaitak.bot.drafting import Draft
from tests.factories import flow_pack
from tests.factories.flow_pack import CONTEXT, OWNER, begin, fill, load, order, said

CANCEL = """
flow: order_status
intents: [order_status]
slots: {order_no: {entity: order_no, ask: ask_no}}
start: ask
steps:
  ask: {collect: order_no, next: fetch}
  fetch:
    call: get_order
    with: {order_no: slots.order_no}
    into: order
    ok: open
    not_found: lost
    unavailable: lost
    not_permitted: lost
  lost: {hand_over: order_not_found}
  open: {branch: [{if: 'order.status in ["paid", "packing"]', go: sure}], otherwise: late}
  sure: {confirm: sure, yes: act, no: kept}
  act:
    do: cancel_order
    with: {order_no: slots.order_no, reason: '"customer"'}
    into: outcome
    done: told
    refused: {already_shipped: late}
    otherwise: person
    unknown: unclear
    unavailable: person
    not_permitted: person
  told: {say: cancelled_now, next: done}
  late: {say: too_late, with: {days: days_since(order.placed_at)}, next: done}
  kept: {say: kept, next: done}
  unclear: {hand_over: unknown_outcome, say: unclear}
  person: {hand_over: not_permitted}
  done: {end: true}
"""
CANCEL_WORDS = {
    "ask_no": "no?",
    "sure": "cancel {order_no} of {order.total|money}, {order.status|status}?",
    "cancelled_now": "done {outcome.reference}",
    "too_late": "late {days} {order.shipment.eta|day}",
    "kept": "kept",
    "unclear": "unclear",
}


def read(row: dict[str, object]) -> ActionResult:
    return ActionResult(arguments=BusinessRead("get_order", (("order_no", "HK100234"),)), rows=(row,))  # type: ignore[arg-type]


def asked_to_cancel(folder: Path) -> tuple[Draft, DialogueState]:
    pack = load(folder, CANCEL, CANCEL_WORDS)
    draft = flow_pack.run(pack, begin(pack, order_no="HK100234"), results=[read(order())])  # type: ignore[arg-type]
    return draft, from_json(to_json(draft.state))


def test_confirm_shows_the_facts_and_waits(tmp_path: Path) -> None:
    draft, state = asked_to_cancel(tmp_path)
    assert said(draft) == ["cancel HK100234 of HK$1,280, PAID?"]
    assert [quick.value for quick in draft.replies[0].quick_replies] == [runner.YES, runner.NO]
    assert state.question is not None
    assert state.question.kind == "confirm"
    assert draft.needs is None


def test_deed_is_asked_for_once_and_by_one_key(tmp_path: Path) -> None:
    first, state = asked_to_cancel(tmp_path)
    needs = flow_pack.run(first.pack, state, answer="yes", resumed=True).needs
    assert needs is not None
    assert isinstance(needs.arguments, BusinessDeed)
    assert needs.arguments.deed.model_dump(exclude={"action"}) == {"order_no": "HK100234", "reason": "customer"}
    again = flow_pack.run(first.pack, state, answer="yes", resumed=True).needs
    assert again == needs
    result = ActionResult(arguments=needs.arguments, outcome="done", reference="R-7")
    made = flow_pack.run(first.pack, state, answer="yes", resumed=True, results=[result])
    assert said(made) == ["done R-7"]
    assert made.state.stack == ()
    other = replace(begin(first.pack, order_no="HK100234"), frames=4)
    assert other.top is not None
    renewed = other.with_top(replace(other.top, number=4, step="act"))
    key = flow_pack.run(first.pack, renewed).needs
    assert key is not None
    assert key.arguments != needs.arguments, "another frame is another deed"


def test_each_outcome_of_a_deed_has_its_way(tmp_path: Path) -> None:
    first, state = asked_to_cancel(tmp_path)
    needs = flow_pack.run(first.pack, state, answer="yes", resumed=True).needs
    assert needs is not None

    def after(**outcome: str) -> Draft:
        result = ActionResult(arguments=needs.arguments, **outcome)  # type: ignore[arg-type]
        return flow_pack.run(first.pack, state, answer="yes", resumed=True, results=[result])

    assert said(after(outcome="refused", reason="already_shipped")) == ["late — —"]
    assert after(outcome="refused", reason="other").handover == "not_permitted"
    unknown = after(outcome="unknown", reason="no_answer")
    assert (said(unknown), unknown.handover) == (["unclear"], "unknown_outcome")
    assert after(failure="not_permitted").handover == "not_permitted"
    assert said(flow_pack.run(first.pack, state, answer="no", resumed=True)) == ["kept"]


def test_unanswered_confirm_is_asked_again_and_does_nothing(tmp_path: Path) -> None:
    first, state = asked_to_cancel(tmp_path)
    again = flow_pack.run(first.pack, state, resumed=True)
    assert again.needs is None
    assert said(again) == said(first)


CHECK = """
flow: order_status
intents: [order_status]
slots: {order_no: {entity: order_no, ask: ask_no}}
start: ask
steps:
  ask: {collect: order_no, next: prove}
  prove: {check: order_no, ok: fine, failed: person, unavailable: down}
  fine: {say: fine, next: done}
  down: {hand_over: system_unavailable}
  person: {hand_over: not_permitted}
  done: {end: true}
"""


def test_proven_owner_passes_and_a_stranger_shows_the_digits_at_most_twice(tmp_path: Path) -> None:
    pack = load(tmp_path, CHECK, {"ask_no": "no?", "fine": "fine"})
    owned = flow_pack.run(pack, begin(pack, order_no="HK100234"), context=OWNER, results=[read(order())])  # type: ignore[arg-type]
    assert said(owned) == ["fine"]
    asked = flow_pack.run(pack, begin(pack, order_no="HK100234"))
    assert (said(asked), asked.state.question and asked.state.question.kind) == (["ask_phone_tail"], "check")
    wrong = ActionResult(arguments=OrderCheck("HK100234", "0000"))
    once = flow_pack.run(pack, asked.state, answer="0000", resumed=True, results=[wrong])
    assert said(once) == ["phone_tail_wrong"]
    twice = flow_pack.run(pack, once.state, answer="0000", resumed=True, results=[wrong])
    assert twice.handover == "not_permitted"
    right = ActionResult(arguments=OrderCheck("HK100234", "5678"), rows=(order(),))
    passed = flow_pack.run(pack, once.state, answer="5678", resumed=True, results=[right])
    assert said(passed) == ["fine"]
    later = replace(begin(pack, order_no="HK100234"), checked=passed.state.checked)
    assert said(flow_pack.run(pack, later)) == ["fine"]
    much_later = replace(CONTEXT, now=CONTEXT.now + timedelta(minutes=31))
    assert said(flow_pack.run(pack, later, context=much_later)) == ["ask_phone_tail"]


CHOOSE = """
flow: order_status
intents: [order_status]
slots:
  order_no: {entity: order_no, ask: ask_no}
  sku: {among: true, ask: which, after: [order_no]}
  note: {text: true, ask: note, optional: true}
start: recent
steps:
  recent: {call: list_orders, into: orders, ok: pick, unavailable: ask, not_permitted: ask}
  pick:
    choose: order_no
    from: orders
    title: '{order_no}（{items|names}）'
    when: 'it.status != "cancelled"'
    wording: which
    none: ask
    next: fetch
  ask:
    collect: order_no
    valid: 'slots.order_no.startsWith("HK1")'
    invalid: wrong
    tries: 2
    exhausted: person
    next: fetch
  fetch:
    call: get_order
    with: {order_no: slots.order_no}
    into: order
    ok: item
    unavailable: person
    not_permitted: person
  item: {choose: sku, from: order.items, value: sku, title: '{name}', wording: which, none: person, next: remark}
  remark: {collect: note, next: keep}
  keep: {set: {total: order.total * 2.0, sku: slots.sku + "!"}, next: tell}
  tell: {say: told, next: done}
  person: {hand_over: no_value}
  done: {end: true}
"""
CHOOSE_WORDS = {
    "ask_no": "no?",
    "which": "which?",
    "wrong": "wrong {order_no}",
    "note": "note?",
    "told": "{sku} {total|money}",
}


def test_choices_come_from_facts_and_lone_ones_are_taken(tmp_path: Path) -> None:
    pack = load(tmp_path, CHOOSE, CHOOSE_WORDS)
    items: JsonValue = [{"sku": "A", "name": "襪", "qty": 2}, {"sku": "B", "name": "鞋", "qty": 1}]
    rows = tuple(order(f"HK10000{n}", items=items, status="cancelled" if n == 3 else "paid") for n in range(1, 4))
    listed = ActionResult(arguments=BusinessRead("list_orders"), rows=rows)
    asked = flow_pack.run(pack, begin(pack), context=OWNER, results=[listed])
    assert [quick.title for quick in asked.replies[0].quick_replies] == ["HK100001（襪×2、鞋）", "HK100002（襪×2、鞋）"]
    one = replace(listed, rows=rows[:1])
    whole = ActionResult(arguments=BusinessRead("get_order", (("order_no", "HK100001"),)), rows=rows[:1])
    which = flow_pack.run(pack, begin(pack), context=OWNER, results=[one, whole])
    assert [quick.value for quick in which.replies[0].quick_replies] == ["slot:sku:A", "slot:sku:B"]
    remark = flow_pack.run(pack, fill(which.state, "sku", "B"), context=OWNER, resumed=True)
    assert said(remark) == ["note?"]
    told = flow_pack.run(pack, remark.state, context=OWNER, resumed=True, answer=runner.SKIP)
    assert said(told) == ["B! HK$2,560"]
    assert remark.state.top is not None
    assert runner.forget_after(pack.flows["order_status"], remark.state.top, "order_no").value("sku") is None


def test_value_that_is_not_valid_is_withdrawn_and_told(tmp_path: Path) -> None:
    pack = load(tmp_path, CHOOSE, CHOOSE_WORDS)
    asked = flow_pack.run(pack, begin(pack, order_no="XX1"))
    assert said(asked) == ["wrong XX1"]
    assert asked.state.top is not None
    assert asked.state.top.value("order_no") is None
    assert flow_pack.run(pack, fill(asked.state, "order_no", "XX2"), resumed=True).handover == "no_value"


ANSWER = """
flow: order_status
intents: [order_status]
start: look
steps:
  look: {answer: , found: part, missing: person}
  part: {run: goodbye, with: {word: '"bye"'}, next: done}
  person: {hand_over: not_handled}
  done: {end: true}
"""
PART = """
flow: goodbye
slots: {word: {text: true, ask: which_order}}
start: a
steps: {a: {say: part, next: b}, b: {end: true}}
"""


def test_answer_comes_with_its_source_and_a_part_returns(tmp_path: Path) -> None:
    root = flow_pack.write(tmp_path, ANSWER, {"part": "{word}", "knowledge_source": "from {title}"})
    (root / "flows" / "goodbye.yaml").write_text(PART, encoding="utf-8")
    pack = packs.load(root)
    question = KnowledgeQuestion("退貨有幾多日", "zh-HK")
    needs = flow_pack.run(pack, begin(pack), text="退貨有幾多日").needs
    assert needs is not None
    assert needs.arguments == question
    known = ActionResult(arguments=question, answer="14 日", sources=(Source("退貨 {word}"),))
    made = flow_pack.run(pack, begin(pack), text="退貨有幾多日", results=[known])
    assert said(made) == ["14 日\nfrom 退貨 {word}", "bye"], "a value is never read as text with placeholders"
    assert made.state.stack == ()
    unknown = ActionResult(arguments=question)
    assert flow_pack.run(pack, begin(pack), text="退貨有幾多日", results=[unknown]).handover == "not_handled"


def test_wording_variants_take_turns(tmp_path: Path) -> None:
    pack = load(tmp_path, CHECK, {"ask_no": ["one", "two"], "fine": "fine"})
    state = begin(pack)
    assert said(flow_pack.run(pack, state)) == ["two"]
    assert said(flow_pack.run(pack, replace(state, turns=2))) == ["one"]
