"""Simulated customers: they answer what is asked, err and correct, and only the right effect counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kaitak.core import resources
from kaitak.rollout import traffic
from kaitak.rollout.traffic import Heard, Row, TrafficUnreadableError

FILE = """
utterances: [lines.jsonl]
deeds: deeds
yes: {yue: [係呀]}
no: {yue: [唔係]}
correction: {yue: ['打錯咗，係{value}']}
impatient: {yue: [喂]}
with_number: {yue: ['{text} {order_no}']}
answers: {order_no: ['{order_no}'], phone_tail: ['{tail}']}
wrong: {order_no: ['{other_no}']}
goals:
  - {name: cancel, intent: order_cancel, subject: orders, effect: status, deeds: 1, says: ['{order_no}'], avoid: [後面]}
"""
LINES = """
{"text": "我想取消張單", "intent": "order_cancel", "lang": "yue"}
{"text": "取消後面嗰張", "intent": "order_cancel", "lang": "yue"}
{"text": "取消 7710391", "intent": "order_cancel", "lang": "yue"}
"""


@dataclass
class Shop:
    """A business system of three orders, and a bot that cancels one of them after asking."""

    cancelled: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    is_deaf: bool = False

    async def rows(self, query: str, values: Row) -> list[dict[str, object]]:
        orders = [{"order_no": f"A-{n}", "other_no": f"B-{n}", "tail": f"123{n}"} for n in range(3)]
        answers: dict[str, list[dict[str, object]]] = {
            "orders": [dict(one) for one in orders],
            "deeds": [{"count": len(self.cancelled)}],
            "status": [{"is": values.get("order_no") in self.cancelled}],
        }
        return answers[query]

    async def begin(self, row: Row, is_verified: bool) -> Clerk:
        return Clerk(self)


@dataclass
class Clerk:
    """One conversation with that bot: number, digits, yes."""

    shop: Shop
    number: str = ""
    digits: str = ""

    async def tell(self, text: str, chosen: str | None = None) -> Heard:
        self.shop.heard.append(text)
        found = next((word for word in text.replace("係", " ").split() if word[:2] in {"A-", "B-"}), "")
        self.number = found or self.number
        if self.shop.is_deaf:
            return Heard("搵同事", handed_over="misunderstood")
        if not self.number:
            return Heard("邊張單？", asks="slot", slot="order_no")
        if text.isdigit():
            self.digits = text
        if not self.digits:
            return Heard("尾四位？", asks="check")
        if text != "係呀":
            return Heard(f"取消 {self.number}？", asks="confirm", options=(("係", "confirm:yes"),))
        self.shop.cancelled.append(self.number)
        return Heard(f"{self.number} 取消咗")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "traffic.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "lines.jsonl").write_text(LINES.lstrip(), encoding="utf-8")
    return tmp_path


async def test_customers_are_served_to_the_end_and_errors_are_corrected(folder: Path) -> None:
    right = erred = 0
    for seed in range(12):
        shop = Shop()
        outcomes = await traffic.play(folder, shop.begin, shop, customers=3, seed=seed)
        right += sum(one.is_right for one in outcomes)
        erred += sum("打錯咗" in text for text in shop.heard)
        assert sorted(shop.cancelled) == ["A-0", "A-1", "A-2"], "each subject is served once, none wrongly"
        assert not any("後面" in text or "7710391" in text for text in shop.heard)
    assert right == 36
    assert erred > 0


async def test_same_seed_plays_the_same_talks(folder: Path) -> None:
    first, again = Shop(), Shop()
    for shop in (first, again):
        await traffic.play(folder, shop.begin, shop, customers=2, seed=7)
    assert first.heard == again.heard


async def test_handed_over_or_without_effect_is_not_right(folder: Path) -> None:
    shop = Shop(is_deaf=True)
    outcomes = await traffic.play(folder, shop.begin, shop, customers=3, seed=1)
    figures = traffic.figures(outcomes)
    assert figures["closed_right"] == 0
    assert figures["handed_over_because"] == {"misunderstood": 3}
    assert [row["correct"] for row in traffic.report(outcomes)["rows"]] == [False] * 3  # type: ignore[union-attr,index,call-overload]


async def test_too_few_subjects_are_told(folder: Path) -> None:
    shop = Shop()
    with pytest.raises(TrafficUnreadableError, match="too few subjects"):
        await traffic.play(folder, shop.begin, shop, customers=4, seed=1)


def test_traffic_of_the_packs_can_be_read() -> None:
    for name in resources.pack_names():
        folder = resources.pack_folder(name)
        if (folder / "traffic.yaml").is_file():
            content, lines = traffic.read(folder)
            assert all(goal.own_openings or goal.openings or lines.get(goal.intent) for goal in content.goals)
