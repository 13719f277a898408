"""Rendering loses nothing and keeps every limit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kaitak.channels.content import Block, Buttons, Choice, Media, Survey, Text
from kaitak.channels.contract import Capabilities
from kaitak.channels.render import render, split_text

RICH = Capabilities(blocks=frozenset({Text, Buttons, Media, Survey}), max_text=100, max_buttons=2)
POOR = Capabilities(blocks=frozenset({Text}), max_text=100)
CHOICES = (Choice("查單", "order"), Choice("搵人", "person"))
FILE = Media("https://files.example/1", "單.pdf", "application/pdf", 5)

words = st.text(st.characters(codec="utf-8"), max_size=200)
lines = st.lists(st.sampled_from(["你好", "。", "\n", " ", "a", "、", "！", "word "]), max_size=80).map("".join)
choices = st.lists(st.builds(Choice, words, words), max_size=4).map(tuple)
blocks: st.SearchStrategy[Block] = (
    st.builds(Text, words | lines)
    | st.builds(Buttons, words | lines, choices)
    | st.builds(Media, words, words, words, st.integers(0))
    | st.builds(Survey, words)
)
capabilities = st.builds(
    lambda kinds, text, buttons: Capabilities(blocks=frozenset({Text, *kinds}), max_text=text, max_buttons=buttons),
    st.sets(st.sampled_from([Buttons, Media, Survey])),
    st.integers(1, 50),
    st.integers(0, 3),
)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(text=words | lines, limit=st.integers(1, 60))
def test_split_text_keeps_all_but_white_space_in_parts_within_the_limit(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(len(part) <= limit for part in parts)
    assert parts == [""] or all(parts)


@given(text=words)
def test_text_within_the_limit_stays_as_it_is(text: str) -> None:
    assert split_text(text, 200) == [text]


@given(given=st.lists(blocks, max_size=4), can=capabilities)
def test_rendered_blocks_are_within_the_capabilities(given: list[Block], can: Capabilities) -> None:
    for block in render(given, can):
        assert type(block) in can.blocks
        if not isinstance(block, Media):
            assert len(block.text) <= can.max_text
        if isinstance(block, Buttons):
            assert 0 < len(block.choices) <= can.max_buttons


@given(given=blocks, can=capabilities)
def test_rendering_loses_no_words(given: Block, can: Capabilities) -> None:
    shown = squeezed("".join(_all_words(block) for block in render([given], can)))
    for word in _words(given):
        assert squeezed(word) in shown


@given(given=st.lists(blocks, max_size=4), can=capabilities)
def test_rendering_again_changes_nothing(given: list[Block], can: Capabilities) -> None:
    once = render(given, can)
    assert render(once, can) == once


def _words(block: Block) -> list[str]:
    if isinstance(block, Media):
        return [block.file_name, block.url]
    return [block.text, *(choice.title for choice in block.choices)] if isinstance(block, Buttons) else [block.text]


def _all_words(block: Block) -> str:
    return "".join(_words(block))


def test_rich_channel_gets_blocks_as_they_are() -> None:
    given = (Text("一"), Buttons("揀", CHOICES), FILE, Survey("滿意?"))
    assert render(given, RICH) == given


def test_poor_channel_gets_numbered_text_links_and_a_scale() -> None:
    given = (Buttons("揀", CHOICES), FILE, Survey("滿意?"))
    assert render(given, POOR) == (
        Text("揀\n1. 查單\n2. 搵人"),
        Text("單.pdf\nhttps://files.example/1"),
        Text("滿意? (1-5)"),
    )


def test_too_many_buttons_become_text_and_no_buttons_are_only_a_text() -> None:
    assert render([Buttons("揀", (*CHOICES, Choice("其他", "x")))], RICH) == (Text("揀\n1. 查單\n2. 搵人\n3. 其他"),)
    assert render([Buttons("揀", ())], RICH) == (Text("揀"),)


def test_long_text_is_cut_where_a_sentence_ends() -> None:
    text = "第一句。" * 20 + "第二段" * 20
    first, second = split_text(text, 100)
    assert first == "第一句。" * 20
    assert second == "第二段" * 20
    assert split_text("x" * 250, 100) == ["x" * 100, "x" * 100, "x" * 50]
