"""Mood text of packs: the shipped lines are many and different; each fault names its file, its line and what to do."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from kaitak.bot import mood_text
from kaitak.bot.pack_files import PackInvalidError
from kaitak.core import resources
from kaitak.nlu.mood_training import MoodLine

GOOD = {"text": "好失望", "sentiment": "negative", "emotion": "disappointed", "urgency": "normal", "escalate": False}
MOST_ALIKE = 0.75


def write(folder: Path, *lines: object) -> None:
    path = folder / "own" / "mood" / "me.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines]
    path.write_bytes(b"\n".join(rows))


def read(folder: Path) -> tuple[MoodLine, ...]:
    return mood_text.read(folder, ("own",), hashlib.sha256())


def test_shipped_lines_are_many_by_several_hands_and_have_every_label() -> None:
    lines = mood_text.read(resources.packs_folder(), ("common",), hashlib.sha256())
    assert len(lines) >= 1500
    assert len({line.hand for line in lines}) >= 4
    for place in range(4):
        assert min(sum(line.mood[place] == value for line in lines) for value in {m.mood[place] for m in lines}) >= 150


def test_shipped_lines_show_a_feeling_exactly_where_they_name_one() -> None:
    lines = mood_text.read(resources.packs_folder(), ("common",), hashlib.sha256())
    of_feeling = {"satisfied": "positive", "calm": "neutral"}
    for line in lines:
        assert line.mood.sentiment == of_feeling.get(line.mood.emotion, "negative"), line.text
        assert (line.mood.sentiment, line.mood.urgency) != ("negative", "low"), line.text


def test_no_two_shipped_lines_are_nearly_the_same() -> None:
    lines = mood_text.read(resources.packs_folder(), ("common",), hashlib.sha256())
    pairs_of = {line.text: pairs_in(line.text) for line in lines}
    how_often = Counter(pair for pairs in pairs_of.values() for pair in pairs)
    holding = defaultdict[str, list[str]](list)
    for text, pairs in pairs_of.items():
        # two that are so much alike share one of their rarest pairs, so those alone are looked up
        rarest = sorted(pairs, key=lambda pair: (how_often[pair], pair))[: int(len(pairs) * (1 - MOST_ALIKE)) + 1]
        for other in {other for pair in rarest for other in holding[pair]}:
            rival = pairs_of[other]
            assert len(pairs & rival) / len(pairs | rival) < MOST_ALIKE, f"{text} ~ {other}"
        for pair in rarest:
            holding[pair].append(text)
    assert len(pairs_of) == len(lines)


def pairs_in(text: str) -> set[str]:
    letters = re.sub(r"[\W_]+", "", text.lower()) or text
    return {letters[i : i + 2] for i in range(max(1, len(letters) - 1))}


def test_line_is_read_with_its_hand(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (line,) = read(tmp_path)
    assert (line.text, line.mood.emotion, line.hand) == ("好失望", "disappointed", "own/me")


def test_pack_without_mood_text_has_none(tmp_path: Path) -> None:
    assert read(tmp_path) == ()


def test_bytes_count_into_the_digest(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    digest = hashlib.sha256()
    mood_text.read(tmp_path, ("own",), digest)
    assert digest.digest() != hashlib.sha256().digest()


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b"{broken", "not JSON"),
        (b'{"text": "\xff"}', "not UTF-8"),
        ({**GOOD, "text": "x", "emotion": "furious"}, "emotion"),
        ({**GOOD, "text": ""}, "text"),
        ({**GOOD, "text": "x", "escalate": "yes"}, "escalate"),
        ({**GOOD, "text": "x", "mood": "bad"}, "mood"),
        ([1, 2], "line"),
        ({**GOOD, "text": " 好失望 "}, "also at own/mood/me.jsonl:1"),
    ],
)
def test_fault_names_file_and_line(tmp_path: Path, bad: object, problem: str) -> None:
    write(tmp_path, GOOD, bad)
    with pytest.raises(PackInvalidError, match=re.escape("own/mood/me.jsonl:2: ")) as caught:
        read(tmp_path)
    assert problem in str(caught.value)
