"""Judging replayed dialogues: what counts as right, what a broken file says."""

import json
from pathlib import Path

import pytest

from kaitak.core import resources
from kaitak.rollout import dialogues
from kaitak.rollout.dialogues import Dialogue, Replayed, TurnOutcome
from kaitak.rollout.evaluation import LabelledDataError

ROW = {
    "id": "D-1",
    "tenant": "retail",
    "kind": "self_correction",
    "now": "2025-11-19T14:30:00+08:00",
    "turns": [
        {"text": "查HK25-100111", "expect": {"intent": "order_status", "entities": {"order_no": "HK25-100111"}}},
        {
            "text": "打錯,係HK25-100222,部抽濕機",
            "expect": {
                "intent": "order_status",
                "entities": {"order_no": "HK25-100222", "product": "白色抽濕機"},
                "carried": ["product"],
                "supersedes": 0,
                "escalate": True,
            },
        },
    ],
}


def replayed(order_no: str, product: str, *, intent: str = "order_status", handover: bool = True) -> list[Replayed]:
    first = TurnOutcome("order_status", {"order_no": ("HK25-100111",)}, handover=False, reply="")
    second = TurnOutcome(intent, {"order_no": (order_no,), "product": (product,)}, handover=handover, reply="好")
    return [Replayed(Dialogue.model_validate(ROW), (first, second))]


def test_everything_right_is_one() -> None:
    found = dialogues.figures(replayed("HK25-100222", "抽濕機"))
    names = ("intent_in_force", "entities_f1", "carried_right", "superseded_right", "handover_f1", "wholly_right")
    assert [found[name] for name in names] == [1.0] * 6


def test_superseded_value_used_again_is_wrong() -> None:
    found = dialogues.figures(replayed("HK25-100111", "抽濕機"))
    assert (found["superseded_right"], found["wholly_right"]) == (0.0, 0.0)
    assert found["entities_f1"] == pytest.approx(0.6667)


def test_customer_words_are_compared_loosely_and_numbers_exactly() -> None:
    assert dialogues.figures(replayed("HK25-100222", "雪櫃"))["carried_right"] == 0.0
    assert dialogues.figures(replayed("HK25-10022", "抽濕機"))["entities_f1"] == pytest.approx(0.6667)


def test_sizes_are_told_apart_whatever_word_stands_beside_them() -> None:
    row = {**ROW, "turns": [{"text": "換大碼", "expect": {"intent": "order_status", "entities": {"size": "大碼"}}}]}
    found = [
        dialogues.figures(
            [Replayed(Dialogue.model_validate(row), (TurnOutcome("order_status", {"size": (size,)}, False, ""),))]
        )
        for size in ("大", "加大碼")
    ]
    assert [each["turns_right"] for each in found] == [1.0, 0.0]


def test_missed_hand_over_lowers_recall() -> None:
    found = dialogues.figures(replayed("HK25-100222", "抽濕機", handover=False))
    assert (found["handover_recall"], found["handover_precision"]) == (0.0, None)


def test_report_has_the_published_form() -> None:
    rows = dialogues.report(replayed("HK25-100222", "抽濕機"))["rows"]
    assert rows == [
        {
            "index": 0,
            "correct": True,
            "predicted": {
                "turns": [
                    {"intent": "order_status", "entities": {"order_no": "HK25-100111"}, "handover": False, "reply": ""},
                    {
                        "intent": "order_status",
                        "entities": {"order_no": "HK25-100222", "product": "抽濕機"},
                        "handover": True,
                        "reply": "好",
                    },
                ]
            },
        }
    ]


@pytest.mark.parametrize("line", ["{", '{"id": "x"}', "[]"])
def test_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(LabelledDataError, match=r"d\.jsonl:2"):
        dialogues.read_dialogues(path)


def test_packs_bring_forty_dialogues_of_many_kinds() -> None:
    found = [
        one
        for pack in ("retail", "insurance")
        for one in dialogues.read_dialogues(resources.pack_folder(pack) / "tests" / "dialogues.jsonl")
    ]
    assert len(found) >= 40
    assert len({one.kind for one in found}) >= 8
