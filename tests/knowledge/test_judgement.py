"""The judge that ships: learnt of the questions that lie here, and what it looks at."""

from __future__ import annotations

import json

import numpy as np
import pytest

from kaitak.knowledge import asking, judgement, roles, terms, tokens
from tools import judgement_sets


def test_judge_that_ships_is_learnt_of_the_questions_and_articles_that_lie_here() -> None:
    kept = json.loads(judgement.FILE.read_text(encoding="utf-8"))["learnt_from"]
    assert kept == judgement_sets.digest(), "run tools.train_judgement (python -m), look at --judge, commit both"


def test_what_a_figure_is_for_is_told_apart() -> None:
    rule = "信用卡退款需時 8個工作天"
    assert roles.signs("退款要等多久", rule, "")["role_result"] == 1
    assert roles.signs("張券幾時過期", rule, "")["role_validity"] == -1
    assert roles.signs("張券幾時過期", rule, "")["other_span"] == 1
    assert roles.signs("賠幾多", "自負額每宗 $3,000", "")["role_benefit"] == -1
    assert roles.signs("有冇得賠", "今日天氣好", "")["other_sum"] == 0


@pytest.mark.parametrize(
    ("question", "is_several"),
    [
        ("租金同按金各要幾多", True),
        ("每次賠幾多,最多幾次", True),
        ("最多借到幾多成,利息幾厘", True),
        ("賠幾多", False),
        ("可唔可以退", False),
    ],
)
def test_question_for_several_things_is_seen(question: str, is_several: bool) -> None:
    assert asking.is_several(terms.views(question)[1]) is is_several


def test_tokens_that_stand_in_another_article_speak_against_a_piece() -> None:
    pieces = [("磨刀", "麵包刀每把 $85", 1), ("退貨", "未開封 21日內可退", 2)]
    first, second = tokens.signs("磨麵包刀幾多錢", pieces, 2)
    assert first["token_held"] > second["token_held"]
    assert first["token_elsewhere"] < second["token_elsewhere"]
    assert all(np.isfinite(list(each.values())).all() for each in (first, second))
    assert set(tokens.signs("", pieces, 2)[0]) == set(tokens.NAMES)
