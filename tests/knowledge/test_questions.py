"""What a question tells before any search: the kind of fact it wants, its time, whose case it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kaitak.knowledge import derived, questions
from kaitak.knowledge.questions import Asked

NOW = datetime(2025, 11, 19, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("我上年十二月儲落啲分,係咪就嚟冇", date(2024, 12, 15)),
        ("今年二月嗰啲消費點計", date(2025, 2, 15)),
        ("今年三月之前儲嘅積分", date(2025, 2, 28)),
        ("2024年6月買嘅", date(2024, 6, 15)),
        ("前年買嘅嘢", date(2023, 12, 15)),
        ("尋日買嘅嘢", date(2025, 11, 18)),
        ("今日買得唔得", None),
        ("聽日送貨得唔得", None),
        ("十二月去旅行", None),
        ("今年十二月去旅行", None),
    ],
)
def test_time_of_a_question(text: str, day: date | None) -> None:
    assert questions.past_day(text, NOW) == day


def test_kind_of_fact_that_is_asked_for() -> None:
    assert questions.asked_for("風筒保幾耐") is Asked.SPAN
    assert questions.asked_for("改送貨要俾幾多錢") is Asked.MONEY
    assert questions.asked_for("一年可以睇幾多次") is Asked.TIMES
    assert questions.asked_for("點樣註冊") is Asked.ANYTHING
    assert questions.holds(Asked.MONEY, "每次 $50")
    assert not questions.holds(Asked.MONEY, "保留 7日")


def test_figure_that_follows_from_a_rule() -> None:
    rule = "航班延誤 — 優越:每滿6小時 $300,上限 $3,000"
    assert derived.for_hours("班機遲咗十三個鐘,優越賠幾多", rule) == "13小時 = $600"
    assert derived.for_hours("延誤100小時賠幾多", rule) == "100小時 = $3,000"
    assert derived.for_hours("航班延誤賠幾多", rule) == ""
    assert derived.for_hours("遲咗13個鐘", rule + ";" + rule) == ""


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ("CLM-25-00871批咗未呀", True),
        ("我張單HK25-330127而家去到邊", True),
        ("我戶口而家有幾多分", True),
        ("筆退款到咗未", True),
        ("where is my order", True),
        ("交齊晒文件要等幾耐先有結果", False),
        ("批咗三日電子單仲未見", False),
        ("積分幾時到期", False),
        ("退款要等幾耐", False),
        ("我張單退咗未", True),
        ("張椅坐咗三日嫌硬,可以退未", False),
        ("唔同意個決定,我仲有幾多日可以上訴", False),
    ],
)
def test_question_about_ones_own_case_is_seen(text: str, is_own: bool) -> None:
    assert questions.is_about_own_case(text) is is_own


def test_question_about_then_and_now_is_about_now() -> None:
    assert questions.is_about_old_rules("以前嗰陣上門收幾錢")
    assert not questions.is_about_old_rules("找數嗰陣可以加錢買長啲,而家加幾多")
