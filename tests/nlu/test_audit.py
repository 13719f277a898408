"""The audit: conflicts, near-duplicates, real variety, starved intents; sane on any lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kaitak.nlu import audit
from kaitak.nlu.audit import Line


def lines(intent: str, *texts: str) -> list[Line]:
    return [Line(text, intent) for text in texts]


def test_same_words_under_two_intents_are_a_conflict_in_either_script_and_any_signs() -> None:
    found = audit.examine([*lines("a", "幾時退錢？"), *lines("b", "几时退钱"), *lines("c", "幾時開門")])
    assert [{line.intent for line in each.lines} for each in found.conflicts] == [{"a", "b"}]


def test_near_duplicates_are_told_apart_by_intent() -> None:
    same, other = "請問我張單幾時會送到屋企樓下呀", "請問我張單幾時會送到屋企樓下呢"
    within = audit.examine(lines("a", same, other, "想退貨"))
    assert (within.near_within_total, within.near_across_total) == (1, 0)
    across = audit.examine([*lines("a", same), *lines("b", other)])
    assert (across.near_within_total, across.near_across_total) == (0, 1)
    assert {across.near_across[0].first.text, across.near_across[0].second.text} == {same, other}


def test_numbers_politeness_and_particles_make_no_variety() -> None:
    found = audit.examine(lines("a", "張單HK1234去咗邊呀", "唔該張單HK98去咗邊", "請問張單77去咗邊㗎", "幾時送到"))
    assert found.intents[0].skeletons == 2
    assert found.intents[0].variety == 0.5


def test_intent_without_lines_starves() -> None:
    found = audit.examine(
        lines("a", *(f"第{chr(0x4E00 + n * 7)}樣嘢點用{chr(0x5000 + n * 11)}" for n in range(20))), ["a", "b"]
    )
    assert {each.intent: each.is_starved for each in found.intents} == {"a": False, "b": True}


def test_languages_and_styles_are_counted() -> None:
    found = audit.examine(
        lines("a", "我張單去咗邊呀", "where is my order please", "我想check下order no 55", "我的訂單在哪裡")
    )
    assert found.languages["en"] == 1
    assert found.languages["yue"] >= 1
    assert found.styles["code_mixed"] == 1
    assert found.styles["with_number"] == 1


def test_own_lines_are_counted_apart() -> None:
    found = audit.examine([Line("幾時到", "a"), Line("去咗邊", "a", is_own=True, id=7)])
    assert (found.lines, found.own_lines, found.intents[0].own_lines) == (2, 1, 1)


@given(st.lists(st.tuples(st.text(max_size=40), st.sampled_from("ab")), max_size=12))
def test_any_lines_are_audited(rows: list[tuple[str, str]]) -> None:
    found = audit.examine([Line(text, intent) for text, intent in rows])
    assert found.lines == len(rows)
    assert sum(each.lines for each in found.intents) == len(rows)
    assert all(0 < pair.similarity <= 1 for pair in (*found.near_across, *found.near_within))


def test_pairs_of_many_like_lines_stay_bounded() -> None:
    found = audit.examine(
        lines("a", *(f"請問我張單編號{n}幾時會送到屋企樓下呀唔該{chr(0x4E00 + n)}" for n in range(120)))
    )
    assert found.near_within_total > audit.MOST_PAIRS
    assert len(found.near_within) == audit.MOST_PAIRS
