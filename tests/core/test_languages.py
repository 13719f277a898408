"""Which written language a tag asks for."""

import pytest

from kaitak.core import languages


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("zh-HK", "zh zh-HK zh-TW zh-MO zh_hk zh-Hant zh-Hant-CN ZH-HANT-HK yue yue-Hant-HK cmn-hant"),
        ("zh-Hans", "zh-CN zh_cn zh-SG zh-Hans zh-hans-cn zh-Hans-HK cmn cmn-Hans"),
        ("en", "en en-GB EN_us"),
        (None, "fr ja-JP mixed enm zhx C 中文"),
    ],
)
def test_tag_asks_for_one_of_three_ways_of_writing_or_none(written: str | None, tags: str) -> None:
    assert {languages.written_for(tag) for tag in tags.split()} == {written}


def test_no_tag_asks_for_nothing() -> None:
    assert languages.written_for("") is None
