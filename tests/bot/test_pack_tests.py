"""Tests of packs: the declared business keeps the real rights, what goes otherwise is told, the guide holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from kaitak.bot import pack_files, packs
from kaitak.bot.decision import BusinessDeed, BusinessRead, OrderCheck, QuickReply, Reply
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.pack_files import PackInvalidError
from kaitak.bot.pack_tests import TestFile, Turn, faults
from kaitak.bot.pack_world import World
from kaitak.business.deeds import CancelOrder
from tests.factories import flow_pack
from tests.factories.flow_pack import CONTEXT, OWNER
from tools.build_web import ROOT

PAGE = (ROOT / "docs" / "guides" / "packs.md").read_text(encoding="utf-8")
GUIDE: list[str] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
READ = BusinessRead("get_order", (("order_no", "HK25-100235"),))
CANCEL = BusinessDeed(CancelOrder(order_no="HK25-100235"), "1:act:x")


def guide(beginning: str) -> str:
    return next(block for block in GUIDE if block.startswith(beginning))


def world(*, is_verified: bool) -> World:
    content = TestFile.model_validate(yaml.safe_load(guide("business:")))
    talk = content.conversations[0].model_copy(update={"verified": is_verified})
    return content.world(talk)


def test_the_guides_flow_is_a_valid_flow(tmp_path: Path) -> None:
    flow = guide("flow:").replace("order_cancel", "order_status")
    said = re.findall(r"(?:say|confirm): (\w+)", flow)
    packs.load(flow_pack.write(tmp_path, flow, {**dict.fromkeys(said, "x"), "ask_order_no": "x"}))


def test_declared_business_keeps_the_rights_of_the_real_one() -> None:
    stranger, owner = world(is_verified=False), world(is_verified=True)
    assert stranger.answer(READ, CONTEXT).failure == "not_permitted"
    assert [row["total"] for row in owner.answer(READ, OWNER).rows] == [1280]
    assert stranger.answer(CANCEL, CONTEXT).failure == "not_permitted"
    assert stranger.answer(BusinessRead("list_returns"), CONTEXT).failure == "not_permitted"
    assert owner.answer(BusinessRead("list_returns"), OWNER).rows[0]["refund"] == 300
    assert (owner.answer(CANCEL, OWNER).outcome, owner.did) == ("refused", [])
    assert stranger.answer(OrderCheck("HK25-100235", "0000"), CONTEXT).rows == ()
    assert stranger.answer(OrderCheck("HK25-100235", "5678"), CONTEXT).rows
    assert [row["total"] for row in stranger.answer(READ, CONTEXT).rows] == [1280]


def test_fact_that_no_business_has_is_a_fault_with_its_line() -> None:
    text = "business:\n  list_points: [{pointz: 3}]\nconversations: []\n"
    with pytest.raises(PackInvalidError, match=r"t.yaml:1: .*list_points has no pointz"):
        pack_files.parse(text.encode(), "t.yaml", TestFile)


def test_deed_that_a_turn_does_not_name_is_a_failure() -> None:
    from_world = world(is_verified=True)
    from_world.did.append(("cancel_order", {"order_no": "HK25-100235"}))
    made = flow_pack.final(DialogueState(), [Reply("好", (QuickReply("係", "x"),))])
    assert list(faults(Turn(say="x", reply=["好"]), made, from_world)) == ["it did ['cancel_order'], not nothing"]
    wrong = Turn(
        say="x", did=[{"cancel_order": {"order_no": "HK25-1"}}], options=["唔係"], never=["好"], hand_over="flow"
    )
    assert len(list(faults(wrong, made, from_world))) == 4
