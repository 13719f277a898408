"""Evaluation figures: right arithmetic, a row for every row, clear faults; and the command itself."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaitak.commands.eval import commands
from kaitak.rollout import evaluation


def test_macro_f1_of_a_known_table() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("c", None)]
    assert evaluation.macro_f1(pairs) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_interval_holds_the_share() -> None:
    low, high = evaluation.Share(70, 100).interval
    assert low == pytest.approx(0.604, abs=0.002)
    assert high == pytest.approx(0.781, abs=0.002)


def test_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "a", "intent": "greeting"}\n{"text": 3}\n', encoding="utf-8")
    with pytest.raises(evaluation.LabelledDataError, match=r"rows.jsonl:2: "):
        evaluation.read_rows(file)


def test_command_writes_figures_and_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAITAK_DATA_DIR", str(tmp_path / "data"))
    rows = [{"text": "我張單去咗邊", "intent": "order_status", "lang": "yue"}, {"text": "你好", "intent": "deny"}]
    data, out = tmp_path / "rows.jsonl", tmp_path / "out.json"
    data.write_text("\n".join(json.dumps(r) for r in [*rows, rows[0]]), encoding="utf-8")
    result = CliRunner().invoke(commands, ["eval", "nlu", "--data", str(data), "--json", str(out), "--limit", "2"])
    assert result.exit_code == 0, result.output
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["figures"]["accuracy"] == 0.5
    assert report["figures"]["language"] == 1.0
    assert [row["correct"] for row in report["rows"]] == [True, False]
    assert set(report["rows"][0]["predicted"]) == {"intent", "confidence", "band", "top"}
    assert "accuracy" in result.output
