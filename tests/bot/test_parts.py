"""Which things that a message names are parts of the one that it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaitak.bot import parts
from kaitak.bot.dialogue import DialogueState, Topic
from tests.factories import messages_read, models

HEATER = DialogueState(
    turns=1, topics=(Topic(intent="damaged_defective_item", turn=1, values=(("product", ("暖風機",)),)),)
)


def things(text: str, state: DialogueState) -> tuple[str | None, list[str]]:
    """The request and the things of a message of which the classifier is not sure."""
    pack = models.pack("retail")
    whole = replace(messages_read.read(pack, text, "product_info", 0.6), band="clarify")
    found = parts.without_parts(pack, state, whole)
    return found.intent, [e.value for e in found.entities if e.kind == "product" and not e.withdrawn]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("部洗碗機個門關唔實 條水喉漏水", ["洗碗機"]),
        ("買咗部洗衣機 師傅話個窿位唔啱 條水喉又短 我想退", ["洗衣機"]),
        ("部風筒條電線爆皮", ["風筒"]),
        ("送咗枱燈 少咗個燈膽", ["枱燈"]),
        ("張書枱個枱面花咗", ["書枱"]),
        ("買咗相機同粒電池", ["相機", "電池"]),
        ("個燈膽唔著", ["燈膽"]),
    ],
)
def test_parts_of_a_thing_that_is_named_are_none(text: str, expected: list[str]) -> None:
    assert things(text, DialogueState())[1] == expected


@pytest.mark.parametrize("text", ["插咗第二個蘇 都係得盞燈", "個燈閃下閃下", "條電線好熱", "塊屏幕黑晒", "粒電池發脹"])
def test_a_part_belongs_to_the_thing_in_hand(text: str) -> None:
    assert things(text, HEATER) == ("damaged_defective_item", [])


@pytest.mark.parametrize("text", ["仲有 盞燈都唔著", "另外想問盞燈", "加埋盞燈"])
def test_another_thing_that_is_added_is_none_of_its_parts(text: str) -> None:
    assert things(text, HEATER) == ("product_info", ["燈"])
