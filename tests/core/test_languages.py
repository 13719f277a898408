"""Which written language a tag asks for; the widget and the workbench are held to the same table by their own tests."""

import json
from pathlib import Path

import pytest

from kaitak.core import languages

TABLE: dict[str, list[str]] = json.loads((Path(__file__).parent / "language_tags.json").read_text("utf-8"))


@pytest.mark.parametrize(("written", "tags"), TABLE.items())
def test_tag_asks_for_one_of_three_ways_of_writing_or_none(written: str, tags: list[str]) -> None:
    assert {languages.written_for(tag) or "" for tag in tags} == {written}
