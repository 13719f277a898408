"""What a question asks for is seen, and whether a text states it; words are cut as they are meant."""

from __future__ import annotations

import pytest

from kaitak.knowledge import asking, terms, words


@pytest.mark.parametrize(
    ("question", "kind", "states", "lacks"),
    [
        ("張卡可以寫幾多個字", "count", "心意卡最多 60字。", "心意卡免費。"),
        ("沙田店電話幾號", "phone", "電話:3900 1004", "營業時間:10:00"),
        ("賠幾成", "share", "賠 70%。", "須於 30日內提交。"),
        ("最遲幾時要交", "span", "須於 60日內提交。", "收費 $50。"),
        ("呢部機幾重", "measure", "重 6.2公斤。", "售 $380。"),
        ("How much is delivery?", "money", "運費 $40。", "3日內送達。"),
    ],
)
def test_text_is_held_against_what_is_asked_for(question: str, kind: str, states: str, lacks: str) -> None:
    written = terms.views(question)[1]
    assert asking.kinds(written)[0] == kind
    assert asking.fit(kind, written, terms.views(states)[1]) == 1.0
    assert asking.fit(kind, written, terms.views(lacks)[1]) == -1.0


def test_words_that_tell_are_cut_and_asking_words_are_none() -> None:
    assert [word.text for word in words.of_text("金卡會員有冇機場貴賓室", "retail")] == [
        "金卡",
        "会员",
        "机场",
        "贵宾室",
    ]


def test_words_of_like_meaning_point_alike() -> None:
    alike = words.vector_of("停车") @ words.vector_of("泊车")
    assert alike > 0.4
    assert words.vector_of("停车") @ words.vector_of("癌症") < 0.3
