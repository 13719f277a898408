"""What may be said is decided by capabilities alone, and merged answers lose nothing that fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaitak.channels import windows
from kaitak.channels.content import Buttons, Choice, Text
from kaitak.channels.contract import Capabilities
from kaitak.channels.render import render
from kaitak.channels.windows import Heard, Line, Speaker

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def can(**more: Any) -> Capabilities:
    return Capabilities(blocks=frozenset({Text, Buttons}), max_text=100, max_buttons=3, **more)


FREE, DAILY = can(), can(reply_window=DAY, has_templates=True)
PEOPLE = can(reply_window=DAY, person_window=7 * DAY)
FIVE = can(reply_window=2 * DAY, quota=5)


@pytest.mark.parametrize(
    ("capabilities", "heard", "speaker", "state", "why", "remaining"),
    [
        (FREE, Heard(None), "bot", "open", "", None),
        (DAILY, Heard(None), "user", "template", "never_wrote", None),
        (DAILY, Heard(NOW - DAY + timedelta(seconds=1)), "bot", "open", "", None),
        (DAILY, Heard(NOW - DAY), "bot", "template", "window_over", None),
        (PEOPLE, Heard(NOW - 2 * DAY), "bot", "closed", "window_over", None),
        (PEOPLE, Heard(NOW - 2 * DAY), "system", "closed", "window_over", None),
        (PEOPLE, Heard(NOW - 2 * DAY), "user", "open", "", None),
        (PEOPLE, Heard(NOW - 7 * DAY), "user", "closed", "window_over", None),
        (FIVE, Heard(NOW, 0), "user", "open", "", 5),
        (FIVE, Heard(NOW, 3), "bot", "open", "", 1),
        (FIVE, Heard(NOW, 4), "bot", "closed", "quota_used", 0),
        (FIVE, Heard(NOW, 4), "user", "open", "", 1),
        (FIVE, Heard(NOW, 9), "user", "closed", "quota_used", 0),
        (FIVE, Heard(NOW - 2 * DAY, 0), "user", "closed", "window_over", None),
    ],
)
def test_plan_follows_the_capabilities(
    *, capabilities: Capabilities, heard: Heard, speaker: Speaker, state: str, why: str, remaining: int | None
) -> None:
    found = windows.plan(capabilities, heard, NOW, speaker)
    assert (found.state, found.why, found.remaining) == (state, why, remaining)


def test_hand_over_may_use_the_slot_that_is_kept_for_it() -> None:
    assert windows.room_of_bot(FIVE, 4, hands_over=False) == 0
    assert windows.room_of_bot(FIVE, 4, hands_over=True) == 1
    assert windows.room_of_bot(FREE, 400, hands_over=False) is None


def test_answers_are_merged_to_fit_and_the_last_options_stay() -> None:
    lines = [Line("一"), Line("二"), Line("三", (("查單", "order"),))]
    assert windows.merged(lines, 3, 100) == lines
    assert windows.merged(lines, 2, 100) == [Line("一\n\n二"), lines[2]]
    assert windows.merged(lines, 1, 100) == [Line("一\n\n二\n\n三", (("查單", "order"),))]
    assert windows.merged(lines, 0, 100) == []


LINES = st.lists(
    st.builds(
        Line,
        st.text(st.sampled_from("甲乙a 。\n"), min_size=1, max_size=260).filter(str.strip),
        st.lists(st.tuples(st.text("xy", min_size=1, max_size=5), st.just("v")), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=6,
)


@given(lines=LINES, room=st.integers(1, 5))
def test_merged_answers_never_need_more_messages_than_there_are(lines: list[Line], room: int) -> None:
    found = windows.merged(lines, room, 100)
    blocks = [
        Buttons(line.text, tuple(Choice(*each) for each in line.choices)) if line.choices else Text(line.text)
        for line in found
    ]
    assert 1 <= len(render(blocks, FIVE)) <= room
    said, meant = ("".join("".join(line.text for line in each).split()) for each in (found, lines))
    assert said == meant or said.endswith("…") or len(said) >= len(meant)
