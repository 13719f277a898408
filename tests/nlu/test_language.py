"""Language per message: Cantonese, written Chinese, Mandarin in both scripts, English, mixed; short ones keep it."""

import pytest

from kaitak.nlu import language, normalising
from kaitak.nlu.understanding import Language


def detect(text: str, previous: Language | None = None) -> Language:
    folded = normalising.fold(text).text
    return language.detect(folded, normalising.script_counts(folded), previous)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我張單去咗邊呀", "yue"),
        ("唔该，几时送到", "yue"),
        ("個包裹未到", "yue"),
        ("部洗衣機遲一個月先送", "yue"),
        ("收左貨未", "yue"),
        ("想換細碼", "yue"),
        ("改送貨地址", "yue"),
        ("m goi gei si sung dou ar", "yue"),
        ("你地幾點收工", "yue"),
        ("可唔可以check下個delivery status", "mixed"),
        ("想refund張單", "mixed"),
        ("yau mo discount", "mixed"),
        ("我個app入唔到password", "mixed"),
        ("請問閣下之訂單編號為何", "zh-Hant"),
        ("敬啟者：本人之訂單至今尚未送達，煩請跟進。", "zh-Hant"),
        ("我的包裹怎麼還沒到", "zh-Hant"),
        ("這件衣服可以退嗎", "zh-Hant"),
        ("信用卡付款遭拒，如何處理", "zh-Hant"),
        ("我的快递到哪里了", "zh-Hans"),
        ("退款什么时候到账", "zh-Hans"),
        ("这个order能不能cancel", "zh-Hans"),
        ("Where is my parcel", "en"),
        ("cancel HK25-100234 please", "en"),
        ("Could you tell me about 銅鑼灣 shop hours on Sunday", "en"),
    ],
)
def test_language_is_told(text: str, expected: str) -> None:
    assert detect(text) == expected


@pytest.mark.parametrize("previous", ["yue", "zh-Hans", "zh-Hant", "en", "mixed"])
@pytest.mark.parametrize("text", ["👍", "HK25-100234", "12345678", "..."])
def test_message_without_words_keeps_the_language(text: str, previous: Language) -> None:
    assert detect(text, previous) == previous


def test_short_written_answer_keeps_the_script() -> None:
    assert detect("不用", "zh-Hans") == "zh-Hans"
    assert detect("可以", "zh-Hant") == "zh-Hant"
    assert detect("可以", "yue") == "yue"
