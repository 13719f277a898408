"""Tests what counts as saying a wish again, and what as a new question in the middle of it."""

from dataclasses import replace

import pytest

from kaitak.bot import insisting
from kaitak.bot.dialogue import DialogueState, Note


@pytest.mark.parametrize("text", ["我張單去咗邊呀", "我問緊我張單去咗邊", "我張單呀，去咗邊"])
def test_the_same_wish_in_about_the_same_words_is_no_question(text: str) -> None:
    assert insisting.restates(_heard("我張單去咗邊"), text)


@pytest.mark.parametrize("text", ["星期日有冇送", "幾時有得派", "要唔要簽收"])
def test_a_question_of_its_own_is_one(text: str) -> None:
    assert not insisting.restates(_heard("我張單去咗邊"), text)


def test_what_was_said_in_another_request_does_not_count() -> None:
    state = replace(_heard("我張單去咗邊"), request="return_request")
    assert not insisting.restates(state, "我張單去咗邊呀")


def _heard(said: str) -> DialogueState:
    note = Note(turn=1, said=said, intent="order_status", sentiment="neutral", emotion="calm", replied="")
    return DialogueState(notes=(note,), request="order_status")
