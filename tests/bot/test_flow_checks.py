"""What is wrong with a flow is told with its line: names, expressions, ways, deeds without a confirm."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaitak.bot import pack_check, packs
from kaitak.bot.pack_files import PackInvalidError
from tests.factories import flow_pack
from tests.factories.mini_pack import LINES

FLOW = """flow: order_status
intents: [order_status]
slots:
  order_no: {entity: order_no, ask: which_order}
  method: {words: {fps: [轉數快]}, ask: which_order, after: [order_no]}
start: ask
steps:
  ask: {collect: order_no, next: fetch}
  fetch: {call: get_order, with: {order_no: slots.order_no}, into: order, ok: how, unavailable: done, not_permitted: z}
  how: {collect: method, valid: 'slots.method != "x"', next: sure}
  sure: {confirm: sure, yes: act, no: done}
  act:
    {do: cancel_order, with: {order_no: slots.order_no}, done: done, otherwise: person, unknown: person,
    unavailable: person, not_permitted: person}
  person: {hand_over: policy}
  z: {hand_over: flow}
  done: {end: true}
"""
WORDS = {"sure": "{order.total|money} {order_no} {method}"}


def fault(folder: Path, old: str, new: str, words: dict[str, str] | None = None) -> str:
    assert old in FLOW
    root = flow_pack.write(folder, FLOW.replace(old, new, 1), words or WORDS)
    with pytest.raises(PackInvalidError) as caught:
        packs.load(root)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("call: get_order", "call: get_orders", 9, "there is no read get_orders"),
        ("with: {order_no: slots.order_no}, into", "with: {number: slots.order_no}, into", 9, "takes order_no"),
        ("do: cancel_order", "do: cancel_all", 13, "there is no deed cancel_all"),
        ("cancel_order, with: {order_no", "cancel_order, with: {why: order.status, order_no", 13, "takes no why"),
        ("yes: act, no: done", "yes: act, no: act", 12, "without a confirm"),
        ("ok: how,", "ok: how, not_found: act,", 12, "without a confirm"),
        ("slots.order_no}, into", "slots.order}, into", 9, "slots has no order"),
        ('slots.method != "x"', "order.state == 1", 10, "order has no state"),
        ('slots.method != "x"', "slots.method != ", 10, "Syntax error"),
        ('slots.method != "x"', "open(slots.method)", 10, "undeclared reference to 'open'"),
        ("no: done}", "no: again}\n  again: {say: sure, next: again}", 12, "without waiting"),
        ("no: done}", "no: gone}", 11, "there is no step gone"),
        ("after: [order_no]", "after: [colour]", 5, "no other slot colour"),
        ("words: {fps: [轉數快]}", "words: {fps: [轉數快]}, text: true", 5, "exactly one of"),
        ("intents: [order_status]", "intents: [order_state]", 2, "there is no intent order_state"),
        ("confirm: sure", "confirm: surely", 11, "there is no wording surely"),
    ],
)
def test_fault_of_a_flow_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    message = fault(tmp_path, old, new)
    assert message.startswith(f"flows/order_status.yaml:{line}: "), message
    assert says in message


def test_placeholder_that_nothing_fills_and_unknown_filter_are_told(tmp_path: Path) -> None:
    missing = fault(tmp_path, "no: done", "no: done", {"sure": "{order.totl}"})
    assert "wording/zh-HK.yaml:" in missing
    assert "order has no totl" in missing
    assert "there is no filter cash" in fault(tmp_path, "no: done", "no: done", {"sure": "{order.total|cash}"})


def test_check_tells_every_gap_of_a_whole_pack(tmp_path: Path) -> None:
    spare = FLOW.replace("slots:\n", "slots:\n  day: {entity: date, ask: which_order}\n")
    root = flow_pack.write(tmp_path, spare, {**WORDS, "never_said": "x"})
    told = [str(found) for found in pack_check.find_faults(root)]
    assert sum("has no end" in each for each in told) == len(LINES) - 2, "all but the flow's and out of scope"
    assert sum("nobody says never_said" in each for each in told) == 3
    assert sum("slot day is never used" in each for each in told) == 1
    assert sum("the reason policy has no words" in each for each in told) == 3, "in each language"
    assert all(each.split(":")[1].isdigit() for each in told)
