"""Mood figures: right arithmetic, a row for every row, clear faults; and the command itself."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaitak.commands.eval import commands
from kaitak.nlu.understanding import Mood
from kaitak.rollout import moods
from kaitak.rollout.evaluation import LabelledDataError

ANGRY = {
    "text": "你哋呃錢,我即刻報警",
    "sentiment": "negative",
    "emotion": "angry",
    "urgency": "normal",
    "escalate": True,
}
PLAIN = {"text": "請問幾點開門", "sentiment": "neutral", "emotion": "calm", "urgency": "low", "escalate": False}


def judged(truth: dict[str, object], **said: object) -> moods.JudgedMood:
    row = moods.MoodRow.model_validate(truth)
    mood = {"sentiment": row.sentiment, "emotion": row.emotion, "urgency": row.urgency, **said}
    return moods.JudgedMood(row, Mood(**mood))  # type: ignore[arg-type]


def test_figures_of_a_known_table() -> None:
    right = judged(ANGRY, reasons=("anger",))
    missed = judged(ANGRY, emotion="sarcastic")
    for_nothing = judged({**PLAIN, "lang": "yue"}, reasons=("distress",))
    found = moods.figures([right, right, missed, for_nothing])
    assert (found["sentiment_accuracy"], found["emotion_accuracy"]) == (1.0, 0.75)
    assert (found["escalate_precision"], found["escalate_recall"]) == (0.6667, 0.6667)
    assert found["all_right"] == 0.5
    assert found["by_lang"] == {
        "unsaid": {"rows": 3, "sentiment": 1.0, "emotion": 0.6667, "urgency": 1.0, "escalate": 0.6667},
        "yue": {"rows": 1, "sentiment": 1.0, "emotion": 1.0, "urgency": 1.0, "escalate": 0.0},
    }
    assert moods.wrong_parts(missed) == "angry read as sarcastic, escalation missed"


def test_nothing_due_and_nothing_said_is_no_division_by_zero() -> None:
    assert moods.figures([judged(PLAIN)])["escalate_f1"] == 0.0


@pytest.mark.parametrize("line", ['{"text": "a"}', "{broken", '{"text": "a", "emotion": "furious"}'])
def test_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(PLAIN) + "\n" + line, encoding="utf-8")
    with pytest.raises(LabelledDataError, match=r"rows.jsonl:2: "):
        moods.read_rows(file)


def test_command_writes_figures_and_rows(tmp_path: Path) -> None:
    data, out = tmp_path / "rows.jsonl", tmp_path / "out.json"
    data.write_text("\n".join(json.dumps(row) for row in (ANGRY, PLAIN, PLAIN)), encoding="utf-8")
    arguments = ["eval", "sentiment", "--data", str(data), "--json", str(out), "--limit", "2"]
    result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 0, result.output
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["figures"]["rows"] == 2
    assert [row["index"] for row in report["rows"]] == [0, 1]
    assert report["rows"][1] == {
        "index": 1,
        "correct": True,
        "predicted": {"sentiment": "neutral", "emotion": "calm", "urgency": "low", "escalate": False},
    }
    assert "macro-F1" in result.output
