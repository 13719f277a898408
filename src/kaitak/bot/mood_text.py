"""Owns a pack's mood text: JSON Lines by writer under mood/, of its own folder and of those that it includes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kaitak.bot.pack_files import MAX_FILE_BYTES, PackInvalidError
from kaitak.nlu.mood_model import WholeMood
from kaitak.nlu.mood_training import MoodLine
from kaitak.nlu.understanding import Emotion, Sentiment, Urgency

_REMEDY = "write one JSON object with text, sentiment, emotion, urgency and escalate"


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: Annotated[str, Field(min_length=1, max_length=1000)]
    sentiment: Sentiment
    emotion: Emotion
    urgency: Urgency
    escalate: bool


def read(packs_folder: Path, names: Sequence[str], digest: _Digest) -> tuple[MoodLine, ...]:
    """The lines of these folders, in order; the hand of each is its file's name. A text may stand only once."""
    lines: list[MoodLine] = []
    owner: dict[str, str] = {}
    for name in names:
        for path in sorted((packs_folder / name / "mood").glob("*.jsonl")):
            shown = path.relative_to(packs_folder).as_posix()
            data = path.read_bytes()
            digest.update(shown.encode() + b"\0" + data)
            for number, line in _rows(data, shown):
                folded = line.text.strip().lower()
                if folded in owner:
                    raise PackInvalidError(
                        shown, number, f"the text is also at {owner[folded]}", "keep it in one place"
                    )
                owner[folded] = f"{shown}:{number}"
                mood = WholeMood(line.sentiment, line.emotion, line.urgency, line.escalate)
                lines.append(MoodLine(line.text, mood, f"{name}/{path.stem}"))
    return tuple(lines)


def _rows(data: bytes, shown: str) -> list[tuple[int, _Line]]:
    if len(data) > MAX_FILE_BYTES:
        raise PackInvalidError(shown, 1, "the file is too large", f"keep it under {MAX_FILE_BYTES} bytes")
    rows: list[tuple[int, _Line]] = []
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            rows.append((number, _Line.model_validate(json.loads(raw))))
        except UnicodeDecodeError as exc:
            raise PackInvalidError(shown, number, "not UTF-8 text", "save the file as UTF-8") from exc
        except json.JSONDecodeError as exc:
            raise PackInvalidError(shown, number, f"not JSON: {exc.msg}", _REMEDY) from exc
        except ValidationError as exc:
            fault = exc.errors(include_url=False)[0]
            where = ".".join(str(part) for part in fault["loc"]) or "line"
            raise PackInvalidError(shown, number, f"{where}: {fault['msg']}", _REMEDY) from exc
    return rows
